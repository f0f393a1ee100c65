"""Which runs a ladder has: the rungs from the floor to the teacher, and what sets one apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from labkit.data import Study
from labkit.experiments.ladder.arms import Budget

LADDER_VERSION = 1
"""Part of each run: raise it when the same settings give other results."""
FLOOR = ("majority", "tfidf")
TRAINED = ("swem", "student_labels", "student_plain_kd", "student_hard", "student_kd")
ARMS = (*FLOOR, *TRAINED, "teacher")


@dataclass(frozen=True)
class LadderRun:
    """One rung with one seed; equal ones are run once, whenever the ladder is climbed."""

    dataset: str
    rows: str
    """Fingerprint of all rows of the data set."""
    arm: str
    """One of `ARMS`."""
    seed: int
    """0 for arms without chance."""
    max_length: int
    """Tokens that are read of each text."""
    teacher: str = ""
    """Which fine-tuned teacher it learns from or is; "" for the floor."""
    variants: int = 0
    epochs: int = 0
    width: int = 0
    """Numbers per token vector of a student."""
    version: int = LADDER_VERSION

    def __post_init__(self) -> None:
        if self.arm not in ARMS:
            raise ValueError(f"arm must be one of {', '.join(ARMS)}, got {self.arm!r}")
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, got {self.seed}")


def floor_runs(part: Study, max_length: int) -> list[LadderRun]:
    """The rungs without a neural network, once each."""
    return [LadderRun(part.name, part.mark, arm, 0, max_length) for arm in FLOOR]


def trained_runs(
    part: Study, max_length: int, teacher: str, seeds: int, budget: Budget, width: int
) -> Iterator[LadderRun]:
    """The students with each seed, then the teacher, once: it is one fine-tuned model.

    errors: ValueError for fewer than one seed
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    for arm in TRAINED:
        for seed in range(seeds):
            spent = (budget.variants, budget.epochs, width)
            yield LadderRun(part.name, part.mark, arm, seed, max_length, teacher, *spent)
    yield LadderRun(part.name, part.mark, "teacher", 0, max_length, teacher)
