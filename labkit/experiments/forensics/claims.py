"""One line per question about the paper's first stage, with the word that our runs earn.

A question here asks for a size: "as low as", "that gain". So an effect in the right direction that
stays smaller than the paper's, the paper's own test texts counted as drawn at random, is "in part".
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from labkit.experiments.claims import REPRODUCED, Line, against
from labkit.experiments.forensics.plan import NAME, SETS, TWO_CLASSES
from labkit.experiments.forensics.printed_stages import first_stage, second_stage
from labkit.experiments.selection import Runs, chosen
from labkit.plots import roles

IN_PART = "in part"
FIRST_STAGE_QUESTIONS = {
    "zscore": "the losses as printed (eq. 4) leave the student as low as the paper's first stage",
    "zscored_both": "z-scored outputs in both losses leave it as low as the paper's first stage",
    "small_steps": "steps that are too small leave it as low as the paper's first stage",
}
"""Arm -> what it would explain; each is compared with labels alone, equally long."""
SECOND_STAGE_QUESTIONS = (
    ("then_raw", "zscored_both", "raw cross-entropy brings the gain of the second stage"),
    ("again_zscored_gan", "again_zscored", "the adversary alone brings that gain"),
    ("then_raw_gan", "then_raw", "beside raw cross-entropy the adversary adds something"),
)
"""(arm, what it is compared with, what it would show)."""


def lines(runs: Runs, datasets: Sequence[str] = SETS) -> list[Line]:
    """The lines of all data sets that were run, plain students alone."""
    plain = [run for run in runs if run.config.option != "lab"]
    here = [name for name in datasets if chosen(plain, name, "labels")]
    return [line for name in here for line in (*_first(plain, name), *_second(plain, name))]


def _first(runs: Runs, dataset: str) -> Iterator[Line]:
    labels = chosen(runs, dataset, "labels")
    level = sum(run.accuracy for run in labels) / len(labels)
    for arm, question in FIRST_STAGE_QUESTIONS.items():
        own = chosen(runs, dataset, arm)
        if own:
            # the paper's level as a difference from labels alone
            claimed = first_stage(dataset) - level
            names = roles.arm(arm).name, roles.arm("labels").name
            line = against(NAME, dataset, question, claimed, runs, own, labels, names)
            yield _by_size(line, own, [first_stage(dataset)])


def _second(runs: Runs, dataset: str) -> Iterator[Line]:
    if dataset not in TWO_CLASSES:
        return
    gain = second_stage(dataset) - first_stage(dataset)
    for arm, other, question in SECOND_STAGE_QUESTIONS:
        own, beside = chosen(runs, dataset, arm), chosen(runs, dataset, other)
        if own and beside:
            claimed = 0.0 if other == "then_raw" else gain
            names = roles.arm(arm).name, roles.arm(other).name
            line = against(NAME, dataset, question, claimed, runs, own, beside, names)
            printed = [first_stage(dataset), second_stage(dataset)] if claimed else []
            yield _by_size(line, own, printed)


def _by_size(line: Line, own: Runs, printed: Sequence[float]) -> Line:
    """The line with "in part" where even the far end of our interval falls short of the paper's.

    printed: the paper's accuracies that its number is made of, in [0, 1]; none: nothing to reach
    """
    if line.word != REPRODUCED or not printed:
        return line
    texts = len(own[0].correct)
    error = 1.96 * math.sqrt(sum(level * (1 - level) / texts for level in printed))
    farthest = max(abs(float(line.low)), abs(float(line.high)))
    return line if farthest >= abs(float(line.paper)) - error else replace(line, word=IN_PART)
