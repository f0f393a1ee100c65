"""What a finished file answers and costs: logits, size, texts per second, the first answer."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labkit.models.export.predict import Classifier

BATCHES = {1: 64, 8: 128, 64: 256}
"""Texts at once -> how many texts a round takes."""
ROUNDS = 3
START = """import sys, time
sys.path.insert(0, sys.argv[1])
import predict
predict.Classifier(sys.argv[1], sys.argv[2])(["a text"])
seconds = time.process_time()
import psutil
print(seconds, psutil.Process().memory_info().rss)"""


@dataclass(frozen=True)
class Row:
    """One line of the report: a folder and which of its files answers."""

    arm: str
    folder: Path
    file: str
    """As in `package.files_of`; "" for words."""

    @property
    def key(self) -> str:
        """Its name in files."""
        return f"{self.arm}:{self.file}"

    def open(self) -> Classifier:
        """The classifier, ready to answer."""
        return Classifier(self.folder, self.file)


@dataclass(frozen=True)
class Speed:
    """What one line costs on this machine, one thread, tokenising included."""

    per_second: dict[str, float]
    """Texts at once ("1", "8", "64") -> texts per second of processor time."""
    ms: float
    """Median milliseconds from one text to its class, wall clock."""
    ms_99: float
    """The same, of 99 texts in 100 at most; on a busy machine it measures the others."""
    start_seconds: float
    """Processor seconds from nothing to the first answer, in a process of its own."""
    start_mib: float
    """Memory of that process."""


def answers(row: Row, texts: Sequence[str], batch_size: int = 1) -> NDArray[np.float32]:
    """Logits (texts, classes); each text alone, so that no other one moves them."""
    return row.open().logits(texts, batch_size)


def speeds(rows: Sequence[Row], texts: Sequence[str]) -> dict[str, Speed]:
    """The cost of every line, by `Row.key`; all take turns in each round on the same texts.

    texts: some of the reader's own, repeated where there are fewer than a round takes
    Trap: numbers of two calls, or of two machines, are not to be compared.
    """
    models = {row.key: row.open() for row in rows}
    rates: dict[str, dict[int, list[float]]] = {key: {n: [] for n in BATCHES} for key in models}
    waits: dict[str, list[float]] = {key: [] for key in models}
    some = [texts[place % len(texts)] for place in range(max(BATCHES.values()))]
    for turn in range(ROUNDS):
        order = list(models) if turn % 2 == 0 else list(reversed(models))
        for key in order:
            models[key](some[:8])  # the first calls of a session are slower
            for size, count in BATCHES.items():
                rate, calls = _timed(models[key], some[:count], size)
                rates[key][size].append(rate)
                if size == 1:
                    waits[key] += calls
    starts = {row.key: start(row) for row in rows}
    return {
        key: Speed(
            {str(size): statistics.median(found) for size, found in rates[key].items()},
            1000 * statistics.median(waits[key]),
            1000 * float(np.quantile(waits[key], 0.99)),
            *starts[key],
        )
        for key in models
    }


def _timed(model: Classifier, texts: Sequence[str], size: int) -> tuple[float, list[float]]:
    """Texts per second of processor time, and the wall seconds of each call."""
    calls, begun = [], time.process_time()
    for place in range(0, len(texts), size):
        wall = time.perf_counter()
        model(texts[place : place + size])
        calls.append(time.perf_counter() - wall)
    return len(texts) / max(time.process_time() - begun, 1e-9), calls


def start(row: Row) -> tuple[float, float]:
    """Processor seconds and MiB of a new process up to its first answer, median of three."""
    command = [sys.executable, "-c", START, str(row.folder), row.file]
    found = []
    for _ in range(ROUNDS):
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, memory = ran.stdout.split()
        found.append((float(seconds), float(memory) / 2**20))
    middle = sorted(found)[len(found) // 2]
    return middle
