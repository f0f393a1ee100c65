"""Finished runs of the word task with numbers made by a formula."""

from collections.abc import Mapping
from typing import Any

from labkit.experiments.llm.plan import TEMPERATURES, WordRun
from labkit.experiments.llm.reproduce import MEASURES
from labkit.experiments.result import Result


def made(right: Mapping[str, float], seeds: int = 5, **others: float) -> list[Result[WordRun]]:
    """A run for each arm and seed; `right` at temperature 1, a tenth more at each lower one."""
    return [
        Result(f"{arm} {seed}", WordRun(arm, seed), _outcome(share + 0.01 * seed, others))
        for arm, share in right.items()
        for seed in range(seeds)
    ]


def _outcome(right: float, others: Mapping[str, float]) -> dict[str, Any]:
    def at(place: int) -> dict[str, float]:
        return {**dict.fromkeys(MEASURES, 0.5), **others, "right": right + 0.1 * place}

    answers = {str(heat): at(place) for place, heat in enumerate(TEMPERATURES)}
    seconds = {"cpu_seconds": 1.0, "cpu_seconds_before": 2.0}
    return {"answers": answers, "words": 10, "versions": "made up", **seconds}
