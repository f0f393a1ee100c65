"""Finished runs of the prompt distillation's arms with numbers made by a formula."""

from collections.abc import Mapping
from typing import Any

from labkit.experiments.llm_prompt_arms.measures import MEASURES
from labkit.experiments.llm_prompt_arms.plan import ARMS, HEATS, ArmRun
from labkit.experiments.result import Result

LEVELS = {arm: 0.1 * place for place, arm in enumerate(ARMS)}


def made(levels: Mapping[str, float] = LEVELS, seeds: int = 3) -> list[Result[ArmRun]]:
    """A run for each arm and seed whose style is at its level; reverse KL is 1 less that."""
    return [
        Result(f"{arm} {seed}", ArmRun(arm, seed), outcome(arm, level + 0.01 * seed * seed))
        for arm, level in levels.items()
        for seed in range(1 if arm == "teacher" else seeds)
    ]


def outcome(arm: str, level: float) -> dict[str, Any]:
    """With each lower temperature style rises, and reverse KL and distinct-2 fall, by 0.1."""

    def at(place: int) -> dict[str, float]:
        own = {**dict.fromkeys(MEASURES, 0.5), "distinct_2": 0.6 - 0.1 * place}
        return {**own, "whole": level + 0.1 * place, "reverse_kl": 1 - level - 0.1 * place}

    heats = HEATS if arm == "seqkd_longer" else HEATS[:1]
    told = {str(heat): at(place) for place, heat in enumerate(heats)}
    seconds = {"cpu_seconds": 2.0, "cpu_seconds_before": 1.0}
    return {**told, "text_nats": 5 + level, **seconds, "versions": "made up"}
