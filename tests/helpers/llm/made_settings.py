"""Finished settings of GAD on the word task with numbers made by a formula."""

from typing import Any

from labkit.experiments.llm.plan import TEMPERATURES
from labkit.experiments.llm.reproduce import MEASURES
from labkit.experiments.llm.words_sweep import SettingRun, settings
from labkit.experiments.result import Result


def made(seeds: int = 2) -> list[Result[SettingRun]]:
    """Every setting and both controls; a frozen score rises while right answers fall."""
    return [Result(str(place), run, _outcome(run)) for place, run in enumerate(settings(seeds))]


def _outcome(run: SettingRun) -> dict[str, Any]:
    right = {"start": 0.2, "seqkd_longer": 0.3}.get(run.arm, 0.1 if run.frozen else 0.6)
    right += 0.02 * run.seed + run.kl / 10

    def answer(heat: float) -> dict[str, float]:
        return {**dict.fromkeys(MEASURES, 0.5), "right": right + (1 - heat) / 10}

    said = ["fault:tluaf", f"tact:{'tcat' if right > 0.2 else 'a?'}", "unit:"]
    looks = [
        {"step": step, "reward": step / 50, "told_apart": 0.6, "right": share, "length": 6.0}
        for step, share in ((1, 0.25), (150, right))
    ]
    return {
        "answers": {str(heat): answer(heat) for heat in TEMPERATURES},
        "said": {str(heat): said for heat in TEMPERATURES},
        "curve": looks if run.arm == "gad" else [],
        "cpu_seconds": 1.0,
        "words": 10,
        "versions": "made up",
    }
