"""Files of rows in every format, and texts that break careless readers."""

import csv
import gzip
import io
import json
from pathlib import Path

from tests.helpers.tiny_wheels import Lab

ODD_TEXTS = [
    'Ça va 🙂\U0001f469\u200d\U0001f680 , "quoted"',
    "مرحبا بالعالم",
    "\u05e9\u05dc\u05d5\u05dd\t\u05e2\u05d5\u05dc\u05dd",
    "word " * 10_000 + "end",
]


def write(path: Path, columns: dict[str, list]) -> Path:
    """Write columns in the format that the path's ending names."""
    raw = _bytes(path.name.removesuffix(".gz"), columns)
    path.write_bytes(gzip.compress(raw, mtime=0) if path.suffix == ".gz" else raw)
    return path


def _bytes(name: str, columns: dict[str, list]) -> bytes:
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    if name.endswith(".parquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        stream = io.BytesIO()
        pq.write_table(pa.table(columns), stream)
        return stream.getvalue()
    if name.endswith(".json"):
        return json.dumps(rows).encode()
    if name.endswith(".jsonl"):
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t" if name.endswith(".tsv") else ",")
    writer.writerows([list(columns), *(row.values() for row in rows)])
    return text.getvalue().encode()


def folder_of(lab: Lab, name: str = "mine", ending: str = ".jsonl", **parts: dict) -> Path:
    folder = lab.local_data() / name
    folder.mkdir(exist_ok=True)
    for split, columns in parts.items():
        write(folder / f"{split}{ending}", columns)
    return folder


def rows(count: int, word: str = "row", classes: int = 2) -> dict[str, list]:
    return {
        "text": [f"{word} {i}" for i in range(count)],
        "label": [i % classes for i in range(count)],
    }
