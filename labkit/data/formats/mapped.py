"""Large columns and tensors in a file: the system may take their memory back at any time."""

import mmap
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from labkit import paths

if TYPE_CHECKING:
    import pyarrow as pa

LARGE = 32 << 20
"""Bytes from which a column or a tensor is kept in a file."""


def zeros(rows: int, width: int) -> Tensor:
    """(rows, width) float32 zeros, in a file of no name when they are many."""
    size = rows * width * 4
    file = _nameless() if size >= LARGE else None
    if file is None:
        return torch.zeros(rows, width)
    file.truncate(size)
    return _tensor(file, torch.float32).view(rows, width)


class LongList:
    """Whole numbers that come piece by piece and become one tensor."""

    def __init__(self) -> None:
        self._pieces: list[np.ndarray] = []
        self._bytes = 0
        self._file: IO[bytes] | None = None

    def extend(self, numbers: Iterable[int]) -> None:
        """Put more numbers at the end."""
        piece = np.fromiter(numbers, np.int64)
        self._pieces.append(piece)
        self._bytes += piece.nbytes
        if self._bytes >= LARGE and self._file is None:
            self._file = _nameless()
        if self._file is not None:
            for each in self._pieces:
                self._file.write(each.data)
            self._pieces = []

    def tensor(self) -> Tensor:
        """All numbers, (numbers,) int64."""
        if self._file is None:
            return torch.from_numpy(np.concatenate(self._pieces))
        self._file.flush()
        return _tensor(self._file, torch.int64)


def parquet_table(path: Path) -> "pa.Table":
    """The table of a Parquet file; a large one is unpacked into a file, piece by piece.

    errors: what pyarrow raises for a file that cannot be read
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = _nameless() if path.stat().st_size >= LARGE // 4 else None
    if file is None:
        return pq.read_table(path)
    parts = pq.ParquetFile(path)
    with pa.ipc.new_file(file, parts.schema_arrow) as writer:
        for part in parts.iter_batches(10_000):
            writer.write_batch(part)
    file.flush()
    held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(held))).read_all()


def _nameless() -> IO[bytes] | None:
    """A file that is gone when nobody uses it any more; None where none can be written."""
    with suppress(OSError):
        paths.cache().mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=paths.cache())
    return None


def _tensor(file: IO[bytes], kind: torch.dtype) -> Tensor:
    return torch.frombuffer(mmap.mmap(file.fileno(), 0), dtype=kind)
