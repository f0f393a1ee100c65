"""Parquet becomes columns, in pieces of a size that is known before."""

import json
from typing import TYPE_CHECKING, Any

from labkit.data.catalog import AssetError
from labkit.data.formats import table as tables
from labkit.data.formats.table import Table

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def read(raw: bytes, name: str) -> Table:
    """All rows of a Parquet file, with the class names that `datasets` wrote into it.

    errors: AssetError for a file that is not whole or unpacks to more than `LARGEST`
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(raw))
        _each_name_once(file.schema_arrow.names, name)
        table = _bounded(file, name)
        columns = {column: _values(table.column(column)) for column in table.column_names}
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise AssetError(f"{name} is not a whole parquet file: {_short(error)}") from error
    lines = list(range(1, table.num_rows + 1))
    return Table(name, columns, lines, _names_inside(table.schema.metadata or {}))


def _each_name_once(names: list[str], file: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise AssetError(f"{file} has two columns {twice!r}; rename all but the one that is meant")


def _values(column: "pa.ChunkedArray") -> list[Any]:
    """The values of a column, as texts where Python has nothing for them."""
    import pyarrow as pa

    try:
        return column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowNotImplementedError):  # nanoseconds, far dates
        return column.cast(pa.string()).to_pylist()


def _bounded(file: "pq.ParquetFile", name: str) -> "pa.Table":
    """All rows, read in pieces that cannot be larger than `LARGEST`, and not more than that."""
    import pyarrow as pa

    groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
    chunks = [
        g.column(place).total_uncompressed_size for g in groups for place in range(g.num_columns)
    ]
    if sum(chunks) > tables.LARGEST:
        raise tables.too_large(name)
    # A value is not larger than its chunk, however often a dictionary repeats it.
    at_once = max(1, min(4096, tables.LARGEST // max([1, *chunks])))
    pieces, size = [], 0
    for piece in file.iter_batches(batch_size=at_once):
        size += piece.nbytes
        if size > tables.LARGEST:
            raise tables.too_large(name)
        pieces.append(piece)
    return pa.Table.from_batches(pieces, schema=file.schema_arrow)


def _names_inside(metadata: dict[bytes, bytes]) -> tuple[str, ...]:
    """The class names that `datasets` wrote for the column `label`; none where there are none."""
    try:
        said = json.loads(metadata[b"huggingface"])["info"]["features"]["label"]
        names = said["names"] if said["_type"] == "ClassLabel" else ()
    except (KeyError, TypeError, ValueError, RecursionError):
        return ()
    return tuple(names) if all(isinstance(each, str) for each in names) else ()


def _short(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
