"""What was read once lies in the cache as Parquet, sealed: damage is noticed before it is used."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import files
from labkit.data.formats.mapped import let_go_of_column, parquet_table

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

ABOUT = "about.json"
ROWS_IN_MEMORY = 20_000
"""Rows that Parquet packs, and unpacks, at a time."""


@dataclass(frozen=True)
class Parsed:
    """The splits of a data set as they were read, and what is known of them."""

    splits: Mapping[str, "Dataset"]
    source: str
    """Where the rows came from and what was done to them, in one line."""
    notes: tuple[str, ...] = ()
    """What a reader should know, each in a few words."""


def write(folder: Path, parsed: Parsed) -> None:
    """Write a data set into a folder that is either whole or absent.

    errors: OSError with a way out when the folder cannot be written
    """
    with files.half_made(folder) as temporary, files.writable(folder.parent):
        for name, part in parsed.splits.items():
            file = temporary / f"{name}.parquet"
            _write_table(part.data.table, file)
        hashes = {name: files.sha256(temporary / f"{name}.parquet") for name in parsed.splits}
        said = {"splits": hashes, "source": parsed.source, "notes": list(parsed.notes)}
        files.write_sealed(temporary / ABOUT, said)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)


def _write_table(table: "pa.Table", file: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(file, table.schema) as writer:
        for start in range(0, max(1, len(table)), ROWS_IN_MEMORY):
            rows = table.slice(start, ROWS_IN_MEMORY)
            writer.write_table(rows, ROWS_IN_MEMORY)
            for column in rows.columns:
                let_go_of_column(column)


def read(folder: Path) -> Parsed | None:
    """The data set that `write` wrote; None when there is none.

    errors: ValueError when a file is missing or not what was written
    """
    if not folder.is_dir():
        return None
    try:
        said: dict[str, Any] = files.read_sealed(folder / ABOUT)
        splits = {name: _table(folder, name, seal) for name, seal in said["splits"].items()}
    except (OSError, KeyError) as error:
        raise ValueError(f"{folder.name} is not whole") from error
    return Parsed(splits, said["source"], tuple(said["notes"]))


def _table(folder: Path, name: str, seal: str) -> "Dataset":
    import pyarrow as pa
    from datasets import Dataset

    path = folder / f"{name}.parquet"
    if files.sha256(path) != seal:
        raise ValueError(f"{path.name} in {folder.name} is damaged")
    try:
        return Dataset(parquet_table(path), fingerprint=files.fingerprint(folder.name, name))
    except pa.ArrowException as error:
        raise ValueError(f"{path.name} in {folder.name} cannot be read") from error
