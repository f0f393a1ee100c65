"""Runs that know the rows they see, so that other data under the same name gives other runs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar


class OnRows(Protocol):
    """A frozen dataclass with a scale and the fingerprint of its rows."""

    @property
    def scale(self) -> str: ...
    @property
    def rows(self) -> str: ...


Run = TypeVar("Run", bound=OnRows)


def on_rows(runs: Sequence[Run], mark: Callable[[str], str]) -> list[Run]:
    """The same runs on the rows at hand.

    mark: scale -> fingerprint of the rows that its runs see
    """
    marks = {scale: mark(scale) for scale in {run.scale for run in runs}}
    found = []
    for run in runs:
        given: Any = run
        found.append(replace(given, rows=marks[run.scale]))
    return found
