"""A distillation of so many made-up texts, stage by stage: encode, ask the teacher, learn."""

import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

COLUMNS = ("rows", "stage", "seconds", "anonymous_mib", "resident_mib", "highest_mib")
CLASSES, STEPS, CHUNK = 6, 100, 10_000
FIRST = ("red", "blue", "warm", "cold", "tall", "old", "thin", "loud")
SECOND = ("stone", "river", "house", "light", "wind", "train")
Made = TypeVar("Made")


def write_texts(folder: Path, rows: int, words: int) -> None:
    """Texts that each occur once, in the cache's own form, as a study finds them."""
    import pyarrow as pa
    from datasets import Dataset

    from labkit.data import parsed

    chance = np.random.default_rng(0)
    known = np.array([f"{a}{b}" for a, b in itertools.product(FIRST, SECOND)])
    parts = []
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        drawn = known[chance.integers(len(known), size=(count, words))]
        texts = [f"{start + n} {' '.join(row)}" for n, row in enumerate(drawn)]
        labels = chance.integers(CLASSES, size=count)
        parts.append(pa.table({"text": texts, "label": labels}))
    table = pa.concat_tables(parts)
    few = table.slice(0, 100)
    splits = {"train": Dataset(table), "validation": Dataset(few), "test": Dataset(few)}
    parsed.write(folder / "texts", parsed.Parsed(splits, "made up"))


def memory() -> dict[str, int]:
    """MiB of this process by the kernel's names."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return {
        name: int(rest.split()[0]) >> 10
        for name, _, rest in (line.partition(":") for line in lines)
        if name in ("RssAnon", "VmRSS", "VmHWM")
    }


def stage(rows: int, name: str, work: Callable[[], Made]) -> Made:
    """Do a stage and print its line."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark starts anew
    begun = time.perf_counter()
    made = work()
    seconds, now = time.perf_counter() - begun, memory()
    line = (rows, name, f"{seconds:.2f}", now["RssAnon"], now["VmRSS"], now["VmHWM"])
    print(",".join(map(str, line)), flush=True)
    return made


def main(rows: int, folder: Path) -> None:
    """All stages for one size."""
    torch.set_num_threads(1)
    from labkit.data import Study, parsed
    from labkit.data.batches import encode_study
    from labkit.methods.distill import DistillConfig, distill
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import load_tokenizer
    from labkit.training.teacher_logits import TeacherLogits

    tokenizer = load_tokenizer("minilm")
    teacher, student = (
        build_bilstm(len(tokenizer), CLASSES, seed=seed, embedding_size=8, hidden_size=8)
        for seed in range(2)
    )
    names = tuple(map(str, range(CLASSES)))

    def opened() -> Study:
        found = parsed.read(folder / "texts")
        assert found is not None
        return Study("made up", *found.splits.values(), names, "made up")

    def asked() -> TeacherLogits:
        source = TeacherLogits(teacher, train, folder)
        source.all()
        return source

    def learned() -> None:
        steps = distill(student, source, train, DistillConfig(epochs=STEPS))
        for _ in itertools.islice(steps, STEPS):
            pass

    stage(rows, "begin", lambda: tokenizer(["one text"]))
    study = stage(rows, "open", opened)
    train = stage(rows, "encode", lambda: encode_study(study, tokenizer, 128).train)
    source = stage(rows, "ask the teacher", asked)
    stage(rows, f"{STEPS} steps", learned)
    stage(rows, "read the teacher's file", asked)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write_texts(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int(sys.argv[3]), Path(sys.argv[2]))
