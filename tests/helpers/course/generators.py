"""Runs that are generators with a result at their end."""

from collections.abc import Generator
from typing import TypeVar

Step = TypeVar("Step")
End = TypeVar("End")


def finished(run: Generator[Step, None, End]) -> tuple[list[Step], End]:
    """The steps of a generator, and what it returns."""
    steps = []
    while True:
        try:
            steps.append(next(run))
        except StopIteration as stop:
            return steps, stop.value
