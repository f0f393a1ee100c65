"""The shipped verdicts as a table to read: chosen, sorted by word, counted."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.experiments.claims import NOT_REPRODUCED, REPRODUCED, UNKNOWN, Line
from labkit.experiments.results import read_rows
from labkit.plots import wide_table

if TYPE_CHECKING:
    from pandas import DataFrame

WORDS = (REPRODUCED, NOT_REPRODUCED, UNKNOWN)
OWN = "own question"
"""What stands in the paper's place where the paper has no number."""
COUNTS = ("table1", "table3")
"""Tables of sizes and counts, whose numbers are not shares."""
RATIOS = ("figure4",)
"""Tables whose number is the student's share of its teacher, not a difference."""


def shipped(*tables: str, file: Path | None = None) -> list[Line]:
    """The verdict lines of these tables in the order of the file; no name gives all of them.

    file: None is data/results/adversarial/verdicts.csv; one that is not there holds no lines
    """
    path = paths.results("adversarial") / "verdicts.csv" if file is None else file
    lines = [Line(**row) for row in read_rows(path)] if path.exists() else []
    return [line for line in lines if not tables or line.table in tables]


def missing(lines: Iterable[Line], tables: Sequence[str]) -> str:
    """One sentence that names the tables without a line, and how to make them; "" when none is."""
    there = {line.table for line in lines}
    absent = [table for table in tables if table not in there]
    if not absent:
        return ""
    return f"not here yet: {', '.join(absent)} (`labkit reproduce {' '.join(absent)}` makes them)"


def by_word(lines: Iterable[Line]) -> list[Line]:
    """The lines sorted: reproduced first, then not reproduced, then those that cannot be told."""
    return sorted(lines, key=lambda line: WORDS.index(line.word))


def away_from_zero(lines: Iterable[Line]) -> list[Line]:
    """The lines whose whole 95 % interval lies on one side of 0."""
    known = [line for line in lines if line.low and line.table not in (*COUNTS, *RATIOS)]
    return [line for line in known if float(line.low) > 0 or float(line.high) < 0]


def tally(lines: Iterable[Line]) -> str:
    """How often each word was given, in one sentence; "" when there is no line."""
    words = [line.word for line in lines]
    if not words:
        return ""
    each = ", ".join(f"{words.count(word)} {word}" for word in WORDS)
    return f"{len(words)} lines: {each}"


def summary(lines: Sequence[Line], tables: Sequence[str]) -> str:
    """How often each word was given, and which of these tables are not here."""
    return "\n".join(said for said in (tally(lines), missing(lines, tables)) if said)


def is_own(line: Line) -> bool:
    """Whether the lab asks this beyond the paper, which then has no number for it."""
    return not line.paper or float(line.paper) == 0


def as_frame(lines: Iterable[Line]) -> "DataFrame":
    """The lines as a table; differences and accuracies in points, sizes and counts as they are."""
    import pandas as pd

    columns = [
        "word", "table", "data set", "claim", "ours", "95 % interval", "paper", "accuracy",
        "floor", "labels only", "teacher", "what was compared",
    ]  # fmt: skip
    return pd.DataFrame([_cells(line) for line in lines], columns=columns)


def as_html(lines: Sequence[Line]) -> str:
    """The lines as an HTML table that shows each of them whole and scrolls sideways."""
    if not lines:
        return "<p>no lines to show</p>"
    return wide_table.as_html(as_frame(lines), "verdict lines", index=False)


def _cells(line: Line) -> list[str]:
    values, signed = asdict(line), line.table not in RATIOS
    ours, paper = line.ours, line.paper
    if line.table not in COUNTS:
        ours, paper = _points(ours, signed), _points(paper, signed)
    span = f"{_points(line.low, signed)} to {_points(line.high, signed)}" if line.low else ""
    beside = [_points(values[name]) for name in ("accuracy", "floor", "labels_only", "teacher")]
    start = [line.word, line.table, line.dataset, line.claim]
    return [*start, ours, span, OWN if is_own(line) else paper, *beside, line.basis]


def _points(share: str, signed: bool = False) -> str:
    """A share of 1 as points with one digit; "" stays empty."""
    return f"{100 * float(share):{'+' if signed else ''}.1f}" if share else ""
