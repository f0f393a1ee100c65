"""The curve of a run in a few points: means over blocks of steps, small enough to ship."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

BLOCKS = 5
"""Points of one pass over the training texts."""

Block = tuple[int, int]
"""First and last step of a block, from 1."""


class Measured(Protocol):
    """What a step must have to be a part of a point."""

    @property
    def loss(self) -> float: ...
    @property
    def accuracy(self) -> float: ...
    @property
    def validation(self) -> float | None: ...


@dataclass(frozen=True)
class Point:
    """What a block of neighbouring steps did."""

    first: int
    """First step of the block, from 1."""
    last: int
    """Last step of the block."""
    loss: float
    """Mean of the batches' weighted losses, nats."""
    accuracy: float
    """Mean of the batches' accuracies, in [0, 1]."""
    validation: float | None = None
    """Validation accuracy where the block ends a pass, in [0, 1]."""

    @property
    def middle(self) -> float:
        """Where the point stands on an axis of steps."""
        return (self.first + self.last) / 2


@dataclass(frozen=True)
class Behind:
    """Finished runs to draw a live one over."""

    name: str
    """How the legend calls them, such as "shipped, 3 seeds"."""
    runs: tuple[tuple[Point, ...], ...]
    """The points of each run, all over the same blocks; at least one run."""

    def __post_init__(self) -> None:
        if not self.runs or len({tuple(_blocks_of(run)) for run in self.runs}) != 1:
            raise ValueError(
                f"{self.name}: got {len(self.runs)} runs, wanted at least one, all over the same "
                "blocks of steps"
            )

    @property
    def blocks(self) -> list[Block]:
        """The blocks of steps that the points are means of."""
        return _blocks_of(self.runs[0])


def _blocks_of(run: Sequence[Point]) -> list[Block]:
    return [(point.first, point.last) for point in run]


def blocks(total: int, passes: int) -> list[Block]:
    """The blocks of a whole run: five a pass, or fewer when a pass is short, none across two.

    total: steps of the run, a multiple of `passes`
    """
    if passes < 1 or total < passes or total % passes:
        raise ValueError(f"got {total} steps in {passes} passes, wanted as many steps in each")
    a_pass = total // passes
    inside = min(BLOCKS, a_pass)
    ends = [
        start + math.ceil(a_pass * (block + 1) / inside)
        for start in range(0, total, a_pass)
        for block in range(inside)
    ]
    return [(before + 1, end) for before, end in zip([0, *ends[:-1]], ends, strict=True)]


def points_of(steps: Sequence[Measured], of: Sequence[Block]) -> tuple[Point, ...]:
    """A point for each block that the run has finished.

    steps: of one run, from its first on
    """
    found = []
    for first, last in of:
        inside = steps[first - 1 : last]
        if last > len(steps):
            break
        loss, right = fmean(s.loss for s in inside), fmean(s.accuracy for s in inside)
        found.append(Point(first, last, loss, right, inside[-1].validation))
    return tuple(found)
