"""Texts as Arrow holds them: a sequence of strings that are made only when they are looked at."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

from labkit.data.formats import mapped

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

PIECE = 1000
A_TEXT = 64
"""Bytes that Python needs for a text beside its letters."""


class TextColumn(Sequence[str]):
    """One column of texts; a list of the same texts would take several times the memory."""

    def __init__(self, column: "pa.ChunkedArray") -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "TextColumn": ...
    def __getitem__(self, place: int | slice) -> "str | TextColumn":
        if isinstance(place, slice):
            return TextColumn(self._column[place])
        return str(self._column[place].as_py())

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), PIECE):
            piece = self._column.slice(start, PIECE)
            yield from piece.to_pylist()
            mapped.let_go_of_column(piece)

    @property
    def arrow(self) -> "pa.ChunkedArray":
        """The column as Arrow has it."""
        return self._column


def text_column(dataset: "Dataset", name: str) -> TextColumn:
    """A column of texts of a data set, none of which is missing."""
    return TextColumn(dataset.with_format("arrow")[:].column(name))


def joined(columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """The values of several columns behind each other."""
    import pyarrow as pa

    in_files = [column for column in columns if isinstance(column, TextColumn)]
    if columns and len(in_files) == len(columns):
        chunks = [chunk for column in in_files for chunk in column.arrow.chunks]
        return TextColumn(pa.chunked_array(chunks, pa.string()))
    return [value for column in columns for value in column]


def columns_of(rows: Iterable[Sequence[str]], width: int) -> list[Sequence[str]]:
    """The columns of rows of texts that come one by one: lists, or where they are large, files.

    rows: each with `width` texts
    """
    import pyarrow as pa

    kept: list[list[str]] = [[] for _ in range(width)]
    coming, size = iter(rows), 0
    while size < mapped.LARGE and (piece := list(islice(coming, mapped.PIECE))):
        for column, values in zip(kept, zip(*piece, strict=True), strict=True):
            column.extend(values)
        size += sum(len(cell) + A_TEXT for row in piece for cell in row)
    if size < mapped.LARGE:
        return [*kept]
    names = list(map(str, range(width)))
    schema = pa.schema([(name, pa.string()) for name in names])
    table = mapped.table_of(_batches(kept, coming, names), schema, size)
    return [TextColumn(table.column(name)) for name in names]


def _batches(
    kept: list[list[str]], coming: Iterator[Sequence[str]], names: list[str]
) -> Iterator["pa.RecordBatch"]:
    """Those rows that are columns already, which then are let go, and all that follow."""
    import pyarrow as pa

    while kept[0]:
        first = [pa.array(column[: mapped.PIECE], pa.string()) for column in kept]
        for column in kept:
            del column[: mapped.PIECE]
        yield pa.RecordBatch.from_arrays(first, names)
    while piece := list(islice(coming, mapped.PIECE)):
        columns = [pa.array(values, pa.string()) for values in zip(*piece, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, names)
