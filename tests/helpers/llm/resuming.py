"""Whether a run that was stopped and taken up ends as one that was not."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from torch import nn

from tests.helpers import tiny

Build = Callable[[], tuple[Sequence[nn.Module], Callable[[Path | None], Iterator[Any]]]]
"""Fresh models, and their run in a folder."""


def whole(build: Build, folder: Path | None = None) -> tuple[list[dict[str, Any]], list[Any]]:
    """The weights of all models after the whole run, and its steps."""
    models, run = build()
    steps = list(run(folder))
    return [tiny.weights(model) for model in models], steps


def stopped_and_taken_up(
    build: Build, folder: Path, after: int
) -> tuple[list[dict[str, Any]], list[Any]]:
    """The same with a stop after some steps; the models are then built anew."""
    _, run = build()
    steps = run(folder)
    first = list(islice(steps, after))
    steps.close()
    models, run = build()
    rest = list(run(folder))
    assert [step.index for step in rest] == list(range(after, first[0].total))
    return [tiny.weights(model) for model in models], first + rest


def same_to_the_last_bit(build: Build, folder: Path, after: int) -> bool:
    """Whether weights and reported losses are equal, and some weight moved."""
    straight, steps = whole(build)
    resumed, told = stopped_and_taken_up(build, folder, after)
    moved = not all(
        tiny.equal(tiny.weights(model), weights)
        for model, weights in zip(build()[0], straight, strict=True)
    )
    equal = all(tiny.equal(ours, theirs) for ours, theirs in zip(straight, resumed, strict=True))
    losses = [[repr(step.loss) for step in each] for each in (steps, told)]
    return moved and equal and losses[0] == losses[1]
