"""Values of any kind become columns of Arrow that Parquet can hold."""

import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labkit.data.formats.text_column import TextColumn

if TYPE_CHECKING:
    import pyarrow as pa


def as_texts(values: Sequence[str]) -> "pa.Array | pa.ChunkedArray":
    """Texts as Arrow has them; those of a large file stay where they are."""
    import pyarrow as pa

    return values.arrow if isinstance(values, TextColumn) else pa.array(values, pa.string())


def as_anything(values: Sequence[Any]) -> "pa.Array | pa.ChunkedArray":
    """The values as Arrow has them, or as texts where it cannot hold or write them."""
    import pyarrow as pa

    if isinstance(values, TextColumn):
        return values.arrow
    try:
        found = pa.array(values)
        if pa.types.is_null(found.type):
            return pa.array([""] * len(values))
        if pa.types.is_nested(found.type):
            _try_to_write(found)
        return found
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return pa.array([None if value is None else _as_text(value) for value in values])


def _try_to_write(array: "pa.Array") -> None:
    """Raise what Parquet or `datasets` raises for a type that they cannot hold."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import Features

    table = pa.table({"any": array})
    Features.from_arrow_schema(table.schema)
    pq.write_table(table, io.BytesIO())


def _as_text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
