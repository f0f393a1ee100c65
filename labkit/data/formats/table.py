"""The columns of a file, where each row came from, and how large a file may become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from labkit.data.catalog import AssetError
from labkit.data.formats.text_column import joined

LARGEST = 512 << 20
"""Bytes that a compressed file may unpack to; more is taken for a decompression bomb."""


@dataclass(frozen=True)
class Table:
    """The columns of one file or of several parts, all of one length, and each row's line."""

    file: str
    """The file, of several parts the first."""
    columns: Mapping[str, Sequence[Any]]
    lines: Sequence[int]
    class_names: tuple[str, ...] = ()
    """The names that the file itself gives to the class numbers in `label`."""
    notes: tuple[str, ...] = ()
    """What was mended while reading, each in a few words."""
    later: tuple[tuple[int, str], ...] = ()
    """Of each further part the row at which it begins, and its file."""

    def __len__(self) -> int:
        return len(self.lines)

    def at(self, row: int) -> str:
        """Where a row is, for an error message."""
        begun = [file for start, file in self.later if start <= row]
        file = begun[-1] if begun else self.file
        word = "row" if ".parquet" in file.lower() else "line"
        return f"{file}, {word} {self.lines[row]}"

    def renamed(self, names: dict[str, str]) -> "Table":
        """The same rows with columns called as `names` (ours -> theirs) says."""
        ours = {theirs: own for own, theirs in names.items()}
        taken = set(names) - set(names.values())
        columns = {
            ours.get(n, n): v for n, v in self.columns.items() if n in ours or n not in taken
        }
        return replace(self, columns=columns)


def too_large(name: str) -> AssetError:
    """The error for a file that unpacks to more than `LARGEST`."""
    return AssetError(
        f"{name} unpacks to more than {LARGEST >> 20} MiB, where labkit stops; cut it into smaller "
        "files, or look whether it is what you think"
    )


def merge(tables: list[Table]) -> Table:
    """The rows of several files of one split behind each other."""
    if len(tables) == 1:
        return tables[0]
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns = {n: joined([t.columns.get(n, [None] * len(t)) for t in tables]) for n in names}
    lines = [line for table in tables for line in table.lines]
    notes = tuple(dict.fromkeys(note for table in tables for note in table.notes))
    if len({table.class_names for table in tables}) > 1:
        raise AssetError(f"the parts of {tables[0].file} name their classes differently")
    starts = accumulate(len(table) for table in tables[:-1])
    later = tuple(zip(starts, (table.file for table in tables[1:]), strict=True))
    return Table(tables[0].file, columns, lines, tables[0].class_names, notes, later)
