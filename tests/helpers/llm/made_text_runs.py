"""Finished runs of the real-text study with numbers made by a formula."""

from collections.abc import Mapping
from typing import Any

from labkit.experiments.llm.text_measures import MEASURES
from labkit.experiments.llm.text_plan import TEMPERATURES, TextRun
from labkit.experiments.result import Result


def made(
    reverse_kl: Mapping[str, float], seeds: int = 5, length: str = "short", **others: float
) -> list[Result[TextRun]]:
    """A run for each arm and seed; reverse KL and distinct-2 fall by 0.1 with each temperature."""
    return [
        Result(f"{arm} {seed}", TextRun(arm, seed, length), _outcome(value, seed, others))
        for arm, value in reverse_kl.items()
        for seed in range(seeds)
    ]


def _outcome(reverse_kl: float, seed: int, others: Mapping[str, float]) -> dict[str, Any]:
    def at(place: int) -> dict[str, float]:
        own = {**dict.fromkeys(MEASURES, 0.5), "distinct_2": 0.6 - 0.1 * place, **others}
        return {**own, "reverse_kl": reverse_kl + 0.01 * seed * seed - 0.1 * place}

    answers = {str(heat): at(place) for place, heat in enumerate(TEMPERATURES)}
    told = {"cpu_seconds": 1.0, "cpu_seconds_before": 2.0, "versions": "made up"}
    counts = {"prompts of answers": 10, "prompts of elsewhere": 9}
    return {"answers": answers, "elsewhere": answers, **told, **counts}
