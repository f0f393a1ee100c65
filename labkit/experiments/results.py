"""Files of results: numbers as CSV under comment lines that say how they were made."""

import csv
import io
import itertools
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.files import harmless_cell, write_text

if TYPE_CHECKING:
    import pandas as pd

LARGEST_FILE = 200_000
"""Bytes a file of results may have: it is kept beside the code."""
SUM = "crc32 of the rest"
"""Name of the comment line that a damaged number is noticed by; older files have none."""


def write_csv(
    path: Path, head: Mapping[str, str], columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Write a file of results, whole or not at all.

    head: what -> one line, such as "command" -> "labkit reproduce table6"
    errors: ValueError when the file would be larger than a file of results may be
    """
    above, table = comments(head), table_text(columns, rows)
    text = above + comments({SUM: _sum(above + table)}) + table
    if len(text.encode()) > LARGEST_FILE:
        raise ValueError(
            f"{path.name} would have {len(text.encode())} bytes, wanted under {LARGEST_FILE}; "
            "write fewer runs or columns"
        )
    write_text(path, text)


def comments(head: Mapping[str, str]) -> str:
    """Comment lines, one per fact, without line breaks inside."""
    return "".join(f"# {what}: {' '.join(line.split())}\n" for what, line in head.items())


def table_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A head line and one line per row, as CSV; no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def rounded(value: object) -> object:
    """A cell: five digits behind the point, empty for what is not a number."""
    if isinstance(value, float):
        return "" if value != value else round(value, 5)
    return "" if value is None else value


def read_table(path: Path, numbers: Iterable[str] = ()) -> "pd.DataFrame":
    """The lines of a file of results as texts, just as they were written; empty cells are "".

    numbers: columns that become floats, empty cells nan; those that the file lacks are left out.
             Nothing is guessed: "0012" may be a packed answer, and "nan" a word
    errors: ValueError that names the file, for a line with too many or too few cells and for a
            cell that should be a number and is none, and for a table that is not as it was written
    """
    import pandas as pd

    above = _comment_lines(path)
    _refuse_uneven_lines(path, above)
    _refuse_changed(path)
    table = pd.read_csv(
        path, dtype=str, keep_default_na=False, skiprows=above, encoding="utf-8", index_col=False
    )
    for name in table.columns.intersection(list(numbers)):
        try:
            table[name] = pd.to_numeric(table[name].where(table[name] != "")).astype(float)
        except ValueError as error:
            raise ValueError(f"{path}, column {name}: {error}; the file is damaged") from error
    return table


def _sum(text: str) -> str:
    """A sum that does not change with the line ends of another system."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"{zlib.crc32(plain.encode()):08x}"


def _refuse_changed(path: Path) -> None:
    said = head_of(path).get(SUM)
    whole = path.read_text(encoding="utf-8")
    rest = whole.replace(comments({SUM: said or ""}), "", 1)
    if (said is not None and said != _sum(rest)) or "\0" in whole:
        raise ValueError(
            f"{path} is not as it was written: a number may be damaged. Write it again, or, when "
            f"the change is meant, delete its line {SUM!r}"
        )


def _refuse_uneven_lines(path: Path, above: int) -> None:
    """A line that was cut off has too few cells, which pandas would fill without a word."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(itertools.islice(file, above, None))
        width = len(next(lines, []))
        for line in lines:
            if line and len(line) != width:
                raise ValueError(
                    f"{path}, line {above + lines.line_num} has {len(line)} cells, wanted {width}; "
                    "the file is damaged: write it again"
                )


def read_rows(path: Path) -> list[dict[str, str]]:
    """The lines of a file of results, column name -> text, without its comments."""
    return [{str(name): str(cell) for name, cell in row.items()}
            for row in read_table(path).to_dict("records")]  # fmt: skip


def head_of(path: Path) -> dict[str, str]:
    """The comment lines of a file of results, what -> what it says."""
    lines = path.read_text(encoding="utf-8").splitlines()[: _comment_lines(path)]
    pairs = (line.removeprefix("#").strip().partition(": ") for line in lines)
    return {what: said for what, _, said in pairs}


def _comment_lines(path: Path) -> int:
    """How many lines stand above the table; a # further down is part of a cell."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if not line.startswith("#"):
                return number
    raise ValueError(f"{path} has no table, only comments")
