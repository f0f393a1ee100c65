"""Parquet becomes columns, in pieces of a size that is known before."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.data.catalog import AssetError
from labkit.data.formats import mapped
from labkit.data.formats import table as tables
from labkit.data.formats.table import Table
from labkit.data.formats.text_column import TextColumn

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

READ_AHEAD = 1 << 20
"""Bytes of a column that are read at once."""


def read(raw: bytes | Path, name: str) -> Table:
    """All rows of a Parquet file, with the class names that `datasets` wrote into it.

    raw: its bytes, or where it lies; texts of a large file lie in a file again, all other columns
         must fit into memory
    errors: AssetError for a file that is not whole or unpacks to more than `LARGEST`
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = raw if isinstance(raw, Path) else pa.BufferReader(raw)
        with pq.ParquetFile(source, buffer_size=READ_AHEAD) as file:
            _each_name_once(file.schema_arrow.names, name)
            rows, columns = _columns(file, name)
            inside = _names_inside(file.schema_arrow.metadata or {})
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise AssetError(f"{name} is not a whole parquet file: {_short(error)}") from error
    return Table(name, columns, range(1, rows + 1), inside)


def _columns(file: "pq.ParquetFile", name: str) -> tuple[int, dict[str, Sequence[Any]]]:
    """How many rows there are, and their columns in the order of the file."""
    import pyarrow as pa

    names = file.schema_arrow.names
    texts = [each for each in file.schema_arrow if _is_text(each.type)]
    kept: list[pa.RecordBatch] = []
    rest = [each for each in names if each not in {text.name for text in texts}]

    def pieces() -> Iterator["pa.RecordBatch"]:
        for piece in _bounded(file, name):
            kept.append(piece.select(rest))
            cells = [piece.column(each.name).cast(pa.string()) for each in texts]
            found = pa.RecordBatch.from_arrays(cells, [each.name for each in texts])
            found.validate(full=True)
            yield found

    schema = pa.schema([(each.name, pa.string()) for each in texts])
    large = mapped.table_of(pieces(), schema)
    others = pa.Table.from_batches(kept, pa.schema([file.schema_arrow.field(n) for n in rest]))
    found: dict[str, Sequence[Any]] = {n: _values(others.column(n)) for n in rest}
    in_file = large.nbytes >= mapped.LARGE
    for each in large.column_names:
        column = large.column(each)
        plain = not in_file or column.null_count
        found[each] = _values(column) if plain else TextColumn(column)
    return file.metadata.num_rows, {n: found[n] for n in names}


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


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


def _bounded(file: "pq.ParquetFile", name: str) -> Iterator["pa.RecordBatch"]:
    """All rows, in pieces that cannot be larger than `LARGEST`, and not more than that."""
    groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
    chunks = [
        g.column(place).total_uncompressed_size for g in groups for place in range(g.num_columns)
    ]
    if sum(chunks) > tables.LARGEST:
        raise tables.too_large(name)
    # A value is not larger than its chunk, however often a dictionary repeats it.
    at_once = max(1, min(4096, tables.LARGEST // max([1, *chunks])))
    size = 0
    for piece in file.iter_batches(batch_size=at_once):
        size += piece.nbytes
        if size > tables.LARGEST:
            raise tables.too_large(name)
        yield piece


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
