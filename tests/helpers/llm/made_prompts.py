"""Finished runs of the prompt distillation with numbers made by a formula."""

from labkit.experiments.llm_prompt.plan import PromptRun, planned
from labkit.experiments.llm_prompt.reproduce import STYLE
from labkit.experiments.result import Result

LEVELS = {"teacher": 0.5, "untrained": 0.0, "seqkd": 0.7}


def made(seeds: int = 3) -> list[Result[PromptRun]]:
    """Each arm at its level, a little more with each seed."""
    return [Result(f"{run.arm} {run.seed}", run, _outcome(run)) for run in planned(seeds)]


def _outcome(run: PromptRun) -> dict[str, object]:
    level = LEVELS[run.arm] + 0.01 * run.seed
    part = {**dict.fromkeys(STYLE, 0.5), "whole": level, "answers": 10}
    rest = {"answer_nats": 2 - level, "text_nats": 5 + level, "cpu_seconds": 1.0, "seconds": 1.0}
    return {"held_out": part, "others": part, **rest, "versions": "made up"}
