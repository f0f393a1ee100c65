"""Lines become rows of cells by one way of meaning quotes, without holding more than a row."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

Lines = Callable[[], Iterator[str]]
"""Gives the lines of a file with what ends them, from the first one at each call."""
Numbered = tuple[int, list[str]]
"""The line on which a row begins, and its cells."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file by one reading of its quotes, its heading first, read at each pass."""

    read: Callable[[], Iterator[Numbered]]

    def __iter__(self) -> Iterator[Numbered]:
        return self.read()

    def count(self) -> int:
        """How many rows there are, with the heading."""
        return sum(1 for _ in self)

    def body(self) -> Iterator[Numbered]:
        """All rows but the heading."""
        return islice(self, 1, None)

    def heading(self) -> Numbered:
        """The first row; no cells where there is none."""
        return next(iter(self), (1, []))

    def uneven(self) -> Numbered | None:
        """The first row that has more or fewer cells than the heading, or None."""
        wanted = len(self.heading()[1])
        return next(((line, row) for line, row in self if len(row) != wanted), None)


def plain_rows(lines: Lines, separator: str) -> Rows:
    """Every line is a row and every quote a letter."""

    def read() -> Iterator[Numbered]:
        for number, line in enumerate(lines(), start=1):
            if (row := line.rstrip("\r\n")).strip(" "):
                yield number, row.split(separator)

    return Rows(read)


def _as_csv(lines: Lines, separator: str) -> Iterator[Numbered]:
    """The rows as CSV has them; csv.Error when a quote stands where none may."""
    reader = csv.reader(lines(), delimiter=separator, strict=True)
    before = 0
    for row in reader:
        start, before = before + 1, reader.line_num
        if row and (len(row) > 1 or row[0].strip(" ")):
            yield start, row


def quoted_rows(lines: Lines, separator: str) -> Rows | None:
    """The rows as CSV has them, or None when a quote stands where none may or rows are uneven."""
    rows = Rows(partial(_as_csv, lines, separator))
    try:
        return rows if rows.uneven() is None else None
    except csv.Error:
        return None


def backslashed(lines: Lines, separator: str) -> Rows | None:
    """As `quoted_rows` for files that put a backslash before a quote instead of doubling it."""
    if not any('\\"' in line for line in lines()):
        return None
    doubled = {'\\"': '""', "\\\\": "\\"}

    def changed() -> Iterator[str]:
        for line in lines():
            yield re.sub(r"\\.", lambda pair: doubled.get(pair[0], pair[0]), line)

    return quoted_rows(changed, separator)
