"""Large columns and tensors in a file: the system may take their memory back at any time."""

import mmap
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from labkit import paths

if TYPE_CHECKING:
    import pyarrow as pa

LARGE = 32 << 20
"""Bytes from which a column or a tensor is kept in a file."""
PIECE = 10_000
"""Rows of a table that are in memory at a time."""
BATCH = 1 << 20
"""Bytes of a table that are written into a file at a time, at least."""


def zeros(rows: int, width: int) -> Tensor:
    """(rows, width) float32 zeros, in a file of no name when they are many."""
    size = rows * width * 4
    file = _nameless() if size >= LARGE else None
    if file is None:
        return torch.zeros(rows, width)
    file.truncate(size)
    return _tensor(file, torch.float32).view(rows, width)


class _Pages(mmap.mmap):
    """A file in the address space."""

    start: int
    """The address of its first byte."""
    wishes: int
    """How often somebody was done with a part of it."""

    def holds(self, address: int) -> bool:
        """Whether the byte at this address is one of the file's."""
        return self.start <= address < self.start + len(self)


_IN_USE: "weakref.WeakSet[_Pages]" = weakref.WeakSet()
"""The files that are mapped now: memory that is no file's must never be given back, since it would
come again as zeros, and an address alone does not say which it is."""


def _pages(file: IO[bytes], access: int = mmap.ACCESS_DEFAULT) -> _Pages:
    pages = _Pages(file.fileno(), 0, access=access)
    pages.start, pages.wishes = np.frombuffer(pages, np.uint8).ctypes.data, 0
    _IN_USE.add(pages)
    return pages


def let_go(*addresses: int, every: int = 1) -> None:
    """Give back the memory of the mapped files in which these addresses lie.

    every: do it at each so many-th wish only, where little was read since the last
    The system would take it back when somebody needs the room; until then it counts as memory of
    this process. What is read again comes from the file, so nothing changes but that count;
    addresses in no such file are left alone.
    """
    if not hasattr(mmap, "MADV_DONTNEED"):  # Windows
        return
    for pages in list(_IN_USE):
        if any(map(pages.holds, addresses)):
            pages.wishes += 1
            if pages.wishes % every == 0:
                pages.madvise(mmap.MADV_DONTNEED)


def let_go_of_column(column: "pa.ChunkedArray") -> None:
    """`let_go` for a column of Arrow."""
    let_go(*_addresses(column.chunks))


def _addresses(arrays: "Iterable[pa.Array]") -> list[int]:
    buffers = [buffer for array in arrays for buffer in array.buffers()]
    return [buffer.address for buffer in buffers if buffer is not None]


class LongList:
    """Whole numbers that come piece by piece and become one tensor."""

    def __init__(self, kind: "type[np.int32 | np.int64]" = np.int64) -> None:
        self._kind = kind
        self._pieces: list[np.ndarray] = []
        self._bytes = 0
        self._file: IO[bytes] | None = None

    def extend(self, numbers: Iterable[int]) -> None:
        """Put more numbers at the end."""
        piece = np.fromiter(numbers, self._kind)
        self._pieces.append(piece)
        self._bytes += piece.nbytes
        if self._bytes >= LARGE and self._file is None:
            self._file = _nameless()
        if self._file is not None:
            for each in self._pieces:
                self._file.write(each.data)
            self._pieces = []

    def tensor(self) -> Tensor:
        """All numbers, (numbers,) of their kind."""
        if self._file is None:
            return torch.from_numpy(np.concatenate(self._pieces))
        self._file.flush()
        return _tensor(self._file, torch.from_numpy(np.empty(0, self._kind)).dtype)


def parquet_table(path: Path) -> "pa.Table":
    """The table of a Parquet file; a large one is unpacked into a file, piece by piece.

    errors: what pyarrow raises for a file that cannot be read
    """
    import pyarrow.parquet as pq

    if path.stat().st_size < LARGE // 4:
        return pq.read_table(path)
    parts = pq.ParquetFile(path)
    return table_of(parts.iter_batches(PIECE), parts.schema_arrow, LARGE)


def table_of(pieces: Iterable["pa.RecordBatch"], schema: "pa.Schema", known: int = 0) -> "pa.Table":
    """The table of rows that come piece by piece, in a file of no name when they are many.

    known: bytes that they will have at least, where that can be told; else they are counted
    """
    import pyarrow as pa

    kept: list[pa.RecordBatch] = []
    size, coming = known, iter(pieces)
    while size < LARGE and (piece := next(coming, None)) is not None:
        kept.append(piece)
        size += piece.nbytes
    file = _nameless() if size >= LARGE else None
    if file is None:
        return pa.Table.from_batches([*kept, *coming], schema)
    with pa.ipc.new_file(file, schema) as writer:
        for piece in _joined(chain(kept, coming)):
            writer.write_batch(piece)
    file.flush()
    held = _pages(file, mmap.ACCESS_READ)
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(held))).read_all()


def _joined(pieces: Iterable["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """The same rows in batches of at least `BATCH` bytes, but for the last.

    A file of small ones would be in memory as soon as it is opened: beside each batch lies what
    is known of it, and the system reads the pages around that as well.
    """
    waiting: list[pa.RecordBatch] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += piece.nbytes
        if size >= BATCH:
            yield _one(waiting)
            waiting, size = [], 0
    if waiting:
        yield _one(waiting)


def _one(batches: Sequence["pa.RecordBatch"]) -> "pa.RecordBatch":
    import pyarrow as pa

    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def rows_of(table: "pa.Table", rows: NDArray[np.int64]) -> "pa.Table":
    """The given rows in their order as a table of their own, made piece by piece."""
    batches = table.to_batches()
    ends = np.cumsum([len(batch) for batch in batches])
    known = table.nbytes * len(rows) // max(1, len(table))

    def pieces() -> Iterator["pa.RecordBatch"]:
        for start in range(0, len(rows), PIECE):
            yield _taken(batches, ends, rows[start : start + PIECE])

    return table_of(pieces(), table.schema, known)


def _taken(
    batches: Sequence["pa.RecordBatch"], ends: NDArray[np.int64], rows: NDArray[np.int64]
) -> "pa.RecordBatch":
    """A few rows from wherever they lie; Arrow itself would first copy all texts into one.

    Drawn rows lie all over a table: what one batch gave is let go before the next is read, or a
    few of them would bring the whole file into memory.
    """
    import pyarrow as pa

    found = np.searchsorted(ends, rows, side="right")
    order = found.argsort(kind="stable")
    parts = []
    for number in np.unique(found):
        own = rows[order][found[order] == number] - (ends[number] - len(batches[number]))
        parts.append(batches[number].take(pa.array(own)))
        let_go(*_addresses(batches[number].columns))
    return _one(parts).take(pa.array(order.argsort()))


def _nameless() -> IO[bytes] | None:
    """A file that is gone when nobody uses it any more; None where none can be written."""
    with suppress(OSError):
        paths.cache().mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=paths.cache())
    return None


def _tensor(file: IO[bytes], kind: torch.dtype) -> Tensor:
    return torch.frombuffer(_pages(file), dtype=kind)
