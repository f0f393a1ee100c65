"""Which line of the report is taken: decided on validation, before the test split is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from labkit.experiments.own_student.plan import FLOOR, Wishes, row_name


@dataclass(frozen=True)
class Candidate:
    """What is known of a line without the test split."""

    arm: str
    file: str
    correct: NDArray[np.bool_]
    """(validation texts,): right or wrong of each."""
    mib: float
    ms: float

    @property
    def accuracy(self) -> float:
        """On validation, in [0, 1]."""
        return float(self.correct.mean())

    @property
    def name(self) -> str:
        """For people."""
        return row_name(self.arm, self.file)

    def allowed(self, wishes: Wishes) -> bool:
        """Whether it keeps to the limits of time and size."""
        quick = wishes.max_ms is None or self.ms <= wishes.max_ms
        return quick and (wishes.max_mib is None or self.mib <= wishes.max_mib)


@dataclass(frozen=True)
class Choice:
    """The line that validation chose, and why."""

    taken: Candidate
    rival: Candidate | None
    """The network that would be taken if it gained enough over the floor; None without one."""
    best: Candidate
    """The most accurate allowed line, whatever its size."""
    reason: str


def choose(candidates: Sequence[Candidate], wishes: Wishes) -> Choice:
    """The smallest allowed line that is close to the best one, or the floor where that is enough.

    Source: the rule of one standard error, Breiman et al. 1984. Close means at most
    `wishes.within` points below the best, or at most one standard error of the difference over
    the same texts, whichever is more. A network must gain `wishes.min_gain` points over TF-IDF.
    errors: ValueError when no line keeps to the limits
    """
    allowed = [one for one in candidates if one.allowed(wishes)]
    if not allowed:
        quickest, smallest = min(one.ms for one in candidates), min(one.mib for one in candidates)
        raise ValueError(
            f"no model keeps to max_ms {_said(wishes.max_ms)} and max_mib "
            f"{_said(wishes.max_mib)}: the quickest takes {quickest:.2f} ms a text and the "
            f"smallest {smallest:.1f} MiB; raise the limits and call again, nothing is trained anew"
        )
    best = max(allowed, key=lambda one: (one.accuracy, -one.mib))
    near = [one for one in allowed if is_close(one, best, wishes.within)]
    networks = [one for one in near if one.arm != FLOOR]
    rival = min(networks, key=lambda one: (one.mib, -one.accuracy)) if networks else None
    floor = next((one for one in allowed if one.arm == FLOOR), None)
    smallest_first = f"the smallest of those within reach of the best, {best.name}"
    if floor is None:
        assert rival is not None
        return Choice(rival, rival, best, f"{smallest_first}; TF-IDF is over the limits")
    if rival is None or 100 * (rival.accuracy - floor.accuracy) < max(wishes.min_gain, 1e-9):
        return Choice(floor, rival, best, "on validation no network gains enough over TF-IDF")
    return Choice(rival, rival, best, smallest_first)


def is_close(one: Candidate, best: Candidate, within: float) -> bool:
    """Whether a line is at most `within` points, or one standard error, below the best."""
    behind = best.correct.astype(float) - one.correct
    error = float(behind.std(ddof=1)) / sqrt(len(behind)) if len(behind) > 1 else 0.0
    return float(behind.mean()) <= max(within / 100, error) + 1e-12


def _said(limit: float | None) -> str:
    return "any" if limit is None else f"{limit:g}"
