"""How fast this machine trains, and how long each lesson therefore takes on it."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import files, paths
from labkit.course.lesson_files import lessons

if TYPE_CHECKING:
    import torch

ROWS, TOKENS, WIDTH = 32, 24, 128


@dataclass(frozen=True)
class LessonTimes:
    """Seconds that each lesson took on one machine, and that machine's own probe."""

    machine: str
    """What the machine is, for the reader."""
    speed: float
    """Its probe, training steps a second."""
    seconds: dict[str, float]
    """Lesson -> seconds from the first cell to the last."""

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError(f"speed must be above 0 steps a second, got {self.speed}")

    def minutes(self, speed: float) -> dict[str, float]:
        """Lesson -> expected minutes on a machine whose probe gives `speed`."""
        return {name: took * self.speed / speed / 60 for name, took in self.seconds.items()}


def times_file() -> Path:
    """The file of measured lesson times that comes with the course."""
    return paths.root() / "data" / "lesson_minutes.json"


def lesson_times(file: Path | None = None) -> LessonTimes | None:
    """The measured lesson times, or None where nobody has measured them yet."""
    chosen = file or times_file()
    if not chosen.exists():
        return None
    return LessonTimes(**json.loads(chosen.read_text(encoding="utf-8")))


def speed(seconds: float = 2.0) -> float:
    """Training steps a second of a small BiLSTM, by the median step of `seconds` of trying.

    The reader's own random numbers stay as they were.
    """
    import torch

    from labkit.compute import device

    with torch.random.fork_rng():
        step = _training_step(device())
        for _ in range(2):
            step()
        took: list[float] = []
        end = time.perf_counter() + seconds
        while not took or time.perf_counter() < end:
            start = time.perf_counter()
            step()
            took.append(time.perf_counter() - start)
    return 1 / statistics.median(took)


def remembered_speed(seconds: float = 0.3) -> float:
    """The probe of this machine, measured once and then read from the cache folder."""
    file = paths.cache() / "probe.json"
    machine = machine_name()
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if known["machine"] == machine:
            return float(known["speed"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # Never measured, or not by this version: measure now.
    measured = speed(seconds)
    remember(measured)
    return measured


def remember(measured: float) -> None:
    """Keep a probe for the next call; a cache folder that cannot be written is no problem here."""
    try:
        files.write_json(
            paths.cache() / "probe.json", {"machine": machine_name(), "speed": measured}
        )
    except OSError:
        return


def machine_name() -> str:
    """Processor, threads and torch version: what a probe depends on."""
    import torch

    from labkit.compute import device

    where = device()
    chip = torch.cuda.get_device_name() if where.type == "cuda" else platform.machine()
    threads = torch.get_num_threads()
    return f"{where.type} {chip}, {threads} threads, torch {torch.__version__}"


def measure_lessons(file: Path | None = None) -> LessonTimes:
    """Run every solved lesson once, one after the other, and write down the seconds each took."""
    folder = paths.root() / "notebooks" / "solutions"
    notebooks = lessons(folder)
    if not notebooks:
        raise FileNotFoundError(f"no lessons in {folder}; run `labkit lessons build` first")
    seconds = {path.stem: round(_seconds_of(path), 1) for path in notebooks}
    times = LessonTimes(machine_name(), round(speed(), 1), seconds)
    files.write_json(file or times_file(), asdict(times))
    return times


def _seconds_of(notebook: Path) -> float:
    import nbformat
    from nbclient import NotebookClient

    content = nbformat.read(notebook, as_version=4)
    start = time.perf_counter()
    NotebookClient(
        content,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": notebook.parent}},
    ).execute(env=os.environ | {"LABKIT_PROGRESS": "off"})
    return time.perf_counter() - start


def _training_step(where: "torch.device") -> Callable[[], None]:
    import torch
    from torch import nn

    lstm = nn.LSTM(WIDTH, WIDTH, batch_first=True, bidirectional=True).to(where)
    head = nn.Linear(2 * WIDTH, 6).to(where)
    rows = torch.randn(ROWS, TOKENS, WIDTH, device=where)
    labels = torch.arange(ROWS, device=where) % 6
    optimizer = torch.optim.Adam([*lstm.parameters(), *head.parameters()])

    def step() -> None:
        logits = head(lstm(rows)[0].max(dim=1).values)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        loss.item()  # Waits for a GPU to finish.

    return step
