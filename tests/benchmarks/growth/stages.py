"""A distillation of so many made-up texts, stage by stage: read, encode, ask, learn."""

import csv
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch

COLUMNS = (
    "rows",
    "stage",
    "seconds",
    "processor_seconds",
    "anonymous_mib",
    "resident_mib",
    "highest_mib",
    "highest_anonymous_mib",
)
CLASSES, STEPS, CHUNK = 6, 100, 10_000
FIRST = ("red", "blue", "warm", "cold", "tall", "old", "thin", "loud")
SECOND = ("stone", "river", "house", "light", "wind", "train")
KINDS = {".csv": "CSV", ".jsonl": "JSONL", ".parquet": "Parquet"}
"""Ending of a file -> what people call it."""
Made = TypeVar("Made")


def write_texts(file: Path, rows: int, words: int) -> None:
    """A CSV, JSONL or Parquet file of texts that each occur once; two of three have a comma."""
    {".csv": _as_csv, ".jsonl": _as_lines, ".parquet": _as_parquet}[file.suffix](file, rows, words)


def _drawn(rows: int, words: int) -> Iterator[list[tuple[str, str]]]:
    """Texts and labels, so many at a time."""
    chance = np.random.default_rng(0)
    known = np.array([f"{a}{b}" for a, b in itertools.product(FIRST, SECOND)])
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        drawn = known[chance.integers(len(known), size=(count, words))]
        labels = chance.integers(CLASSES, size=count)
        yield [
            (f"{n}{', ' if n % 3 else ' '}{' '.join(row)}", f"class {label}")
            for n, (row, label) in enumerate(zip(drawn, labels, strict=True), start)
        ]


def _as_csv(file: Path, rows: int, words: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream)
        lines.writerow(("text", "label"))
        for chunk in _drawn(rows, words):
            lines.writerows(chunk)


def _as_lines(file: Path, rows: int, words: int) -> None:
    with file.open("w", encoding="utf-8") as stream:
        for chunk in _drawn(rows, words):
            stream.writelines(f"{json.dumps({'text': t, 'label': c})}\n" for t, c in chunk)


def _as_parquet(file: Path, rows: int, words: int) -> None:
    schema = pa.schema([("text", pa.string()), ("label", pa.string())])
    with pq.ParquetWriter(file, schema) as writer:
        for chunk in _drawn(rows, words):
            writer.write_table(pa.table(list(map(list, zip(*chunk, strict=True))), schema))


def memory(process: int | str = "self") -> dict[str, int]:
    """MiB of a process by the kernel's names."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {
        name: int(rest.split()[0]) >> 10
        for name, _, rest in (line.partition(":") for line in lines)
        if name in ("RssAnon", "VmRSS", "VmHWM")
    }


def stage(rows: int, name: str, work: Callable[[], Made]) -> Made:
    """Do a stage and print its line."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark starts anew
    begun, busy = time.perf_counter(), time.process_time()
    made = work()
    seconds, busy, now = time.perf_counter() - begun, time.process_time() - busy, memory()
    times = (f"{seconds:.2f}", f"{busy:.2f}")
    line = (rows, name, *times, now["RssAnon"], now["VmRSS"], now["VmHWM"])
    print(",".join(map(str, line)), flush=True)
    return made


def read(rows: int, file: Path) -> None:
    """What happens once in the life of a file."""
    import labkit.data.loading
    from labkit.data import study

    stage(rows, "begin", lambda: labkit.data.loading)
    found = stage(rows, f"read a {KINDS[file.suffix]} file", lambda: study(file))
    stage(rows, "its mark", lambda: found.mark)


def distil(rows: int, file: Path) -> None:
    """All that follows, in a process that finds the rows in the cache."""
    torch.set_num_threads(1)
    from labkit.data import study
    from labkit.data.encoding.encoded_study import encode_study
    from labkit.methods.distill import DistillConfig, distill
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import load_tokenizer
    from labkit.training.teacher_logits import TeacherLogits

    tokenizer = load_tokenizer("minilm")
    teacher, student = (
        build_bilstm(len(tokenizer), CLASSES, seed=seed, embedding_size=8, hidden_size=8)
        for seed in range(2)
    )

    def asked() -> TeacherLogits:
        source = TeacherLogits(teacher, train, file.parent)
        source.all()
        return source

    def learned() -> None:
        steps = distill(student, source, train, DistillConfig(epochs=STEPS))
        for _ in itertools.islice(steps, STEPS):
            pass

    stage(rows, "begin", lambda: tokenizer(["one text"]))
    found = stage(rows, "open", lambda: study(file))
    train = stage(rows, "encode", lambda: encode_study(found, tokenizer, 128).train)
    source = stage(rows, "ask the teacher", asked)
    stage(rows, f"{STEPS} steps", learned)
    stage(rows, "read the teacher's file", asked)


if __name__ == "__main__":
    place = Path(sys.argv[2])
    if sys.argv[1] == "write":
        write_texts(place, int(sys.argv[3]), int(sys.argv[4]))
    else:
        {"read": read, "distil": distil}[sys.argv[1]](int(sys.argv[3]), place)
