"""Texts as Arrow holds them: a sequence of strings that are made only when they are looked at."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

PIECE = 1000


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
            yield from self._column.slice(start, PIECE).to_pylist()


def text_column(dataset: "Dataset", name: str) -> TextColumn:
    """A column of texts of a data set, none of which is missing."""
    return TextColumn(dataset.with_format("arrow")[:].column(name))
