"""One warm scalar head, two students: against one it stays as it is, with the other it learns."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from labkit.course.lesson_06.live_panel import share_right
from labkit.experiments.llm.arms import gad_parts
from labkit.experiments.llm.material import Material
from labkit.experiments.llm.plan import WordRun
from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.config import GadConfig, GadStep
from labkit.llm.gad.run import gad

if TYPE_CHECKING:
    from transformers import PreTrainedModel

RUN = WordRun("gad_sum", 0)
"""Which start and which proxy both students have."""
LOOK_EVERY = 15
ASKED = 200
"""Held-out words that are asked at a look."""


def warmed(found: Material, steps: int = 100) -> Discriminator:
    """A discriminator with a sum of a scalar head, which has learnt alone for some steps."""
    score, config = gad_parts(found, RUN, "sum")
    for step in gad(found.start(RUN.seed).model, score, found.pairs, _with(config, warmup=steps)):
        if step.index + 1 == steps:
            break
    return score


def followed(
    found: Material, warm: Discriminator, frozen: bool, steps: int = 90
) -> tuple["PreTrainedModel", list[tuple[float, float, float]]]:
    """A student that plays against a copy of a warm discriminator, and what was seen of it.

    returns the student and (step, mean score of fresh answers, share right of held-out words)
    """
    _, config = gad_parts(found, RUN, "sum")
    student, score = found.start(RUN.seed).model, copy.deepcopy(warm)
    run = gad(student, score, found.pairs, replace(_with(config, steps=steps), frozen=frozen))
    return student, list(_looks(student, run, found.words.validation[:ASKED]))


def _with(config: GadConfig, steps: int = 1, warmup: int = 0) -> GadConfig:
    """Without a leash: it would only make the same take longer."""
    return replace(config, steps=steps, warmup_steps=warmup, kl=0.0)


def _looks(
    student: "PreTrainedModel", run: Iterator[GadStep], words: tuple[str, ...]
) -> Iterator[tuple[float, float, float]]:
    """Means of the score since the last look; the first look is before any step has an effect."""
    scores: list[float] = []
    for step in run:
        scores.append(step.verdict.reward)
        if step.index == 0 or (step.index + 1) % LOOK_EVERY == 0:
            yield step.index + 1, sum(scores) / len(scores), share_right(student, words)
            scores = []
