"""CSV, TSV, JSON lines and parquet files become columns; a broken row is named by file and line."""

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.data.catalog import AssetError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".jsonl.gz", ".parquet")
SPLIT_NAMES = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "unlabelled": "unlabelled",
}


@dataclass(frozen=True)
class Table:
    """The columns of one file, all of one length, and the line each row came from."""

    file: str
    columns: dict[str, list[Any]]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.lines)

    def at(self, row: int) -> str:
        """Where a row is, for an error message."""
        return f"{self.file}, line {self.lines[row]}"

    def renamed(self, names: dict[str, str]) -> "Table":
        """The same rows with columns called as `names` (ours -> theirs) says."""
        ours = {theirs: own for own, theirs in names.items()}
        taken = set(names) - set(names.values())
        kept = {ours.get(n, n): v for n, v in self.columns.items() if n in ours or n not in taken}
        return Table(self.file, kept, self.lines)


def split_files(folder: Path, unlabelled: str = "unlabelled") -> dict[str, Path]:
    """The file of each split in a folder: train, validation (or valid, val, dev), test, unlabelled.

    unlabelled: the file name, without its ending, of rows that are read on request only.
    """
    names = SPLIT_NAMES | {unlabelled: "unlabelled"}
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        split = names.get(path.name.split(".")[0])
        if split is None or not path.name.endswith(SUFFIXES):
            continue
        if split in found:
            raise AssetError(
                f"{folder.name} has two files for {split}: {found[split].name} and {path.name}; "
                "keep one"
            )
        found[split] = path
    if not set(found) - {"unlabelled"}:
        there = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
        raise AssetError(
            f"{folder.name} has no split file; it holds {there}. Wanted train, validation or test "
            f"with one of the endings {', '.join(SUFFIXES)}"
        )
    return found


def read_table(path: Path) -> Table:
    """All rows of one file as columns, in the file's order."""
    name = path.name
    if not name.endswith(SUFFIXES):
        raise AssetError(f"cannot read {name}: wanted one of {', '.join(SUFFIXES)}")
    readers: dict[str, Callable[[Path], Table]] = {
        ".jsonl": _read_json_lines,
        ".jsonl.gz": _read_json_lines,
        ".parquet": _read_parquet,
        ".csv": _read_csv,
        ".tsv": _read_csv,
    }
    suffix = next(s for s in readers if name.endswith(s))
    try:
        table = readers[suffix](path)
    except UnicodeDecodeError as error:
        raise AssetError(
            f"{name} is not UTF-8 text (byte {error.object[error.start]:#04x}); save it as UTF-8"
        ) from error
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise AssetError(f"{name} cannot be read ({error}); it may be cut short") from error
    if not len(table):
        raise AssetError(f"{name} holds no rows; wanted at least one under its heading")
    return table


def _read_json_lines(path: Path) -> Table:
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                rows.append(_json_row(line, path.name, number))
                lines.append(number)
    names = dict.fromkeys(name for row in rows for name in row)
    return Table(path.name, {name: [row.get(name) for row in rows] for name in names}, lines)


def _json_row(line: str, name: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise AssetError(f"{name}, line {number} is not JSON: {error.msg}") from error
    if not isinstance(row, dict):
        raise AssetError(
            f'{name}, line {number} is a {type(row).__name__}, wanted one object {{"text": ...}}'
        )
    return row


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(1 << 30)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read_csv(path: Path) -> Table:
    delimiter = "\t" if path.suffix == ".tsv" else ","
    with _long_fields(), path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        header = [name.strip() for name in next(reader, [])]
        rows, lines = [], []
        before = reader.line_num
        for row in reader:
            start, before = before + 1, reader.line_num
            if not any(row):
                continue
            if len(row) != len(header):
                raise AssetError(
                    f"{path.name}, line {start} has {len(row)} fields, the heading has "
                    f"{len(header)}; put a text with a {'tab' if delimiter != ',' else 'comma'} "
                    "or a quote in double quotes"
                )
            rows.append(row)
            lines.append(start)
    return Table(path.name, {n: [r[i] for r in rows] for i, n in enumerate(header)}, lines)


def _read_parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise AssetError(f"{path.name} is not a whole parquet file: {error}") from error
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    return Table(path.name, columns, list(range(1, table.num_rows + 1)))


def label_names(folder: Path) -> tuple[str, ...] | str | None:
    """What labels.json in a folder says: class names in order, "regression", or None (no file)."""
    path = folder / "labels.json"
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise AssetError(f"labels.json in {folder.name} is not JSON: {error}") from error
    if isinstance(said, dict) and said.get("type") == "regression":
        return "regression"
    if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
        raise AssetError(
            f'labels.json in {folder.name} must be a list of class names or {{"type": '
            f'"regression"}}, got {str(said)[:80]}'
        )
    return tuple(said)


def merge(tables: Iterable[Table]) -> Table:
    """The rows of several files of one split behind each other."""
    tables = list(tables)
    if len(tables) == 1:
        return tables[0]
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns = {n: [v for t in tables for v in t.columns.get(n, [None] * len(t))] for n in names}
    return Table(tables[0].file, columns, [line for t in tables for line in t.lines])
