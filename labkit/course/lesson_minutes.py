"""How fast this machine trains, and how long each lesson therefore takes on it."""

import json
import os
import platform
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
CLOCK = "processor time of one thread"
"""How a probe is timed; one that was timed in another way is not compared with it."""
FREE_SHARE = 0.7
"""From this share of the processor on, a machine counts as free."""


@dataclass(frozen=True)
class LessonTimes:
    """Seconds that each lesson took on one machine, and that machine's own probe."""

    machine: str
    """What the machine is, for the reader."""
    speed: float
    """Its probe, training steps per second."""
    seconds: dict[str, float]
    """Lesson -> seconds from the first cell to the last."""

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError(f"speed must be above 0 steps per second, got {self.speed}")

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


@dataclass(frozen=True)
class Probe:
    """How fast a small model trains here, and how much of the processor it was given."""

    speed: float
    """Training steps per second, other programs left out."""
    share: float = 1.0
    """Share of the time in which the processor worked for the probe, in [0, 1]."""

    @property
    def busy(self) -> bool:
        """Whether other programs took so much of the processor that everything takes longer."""
        return self.share < FREE_SHARE


def probe(seconds: float = 2.0) -> Probe:
    """Train a small BiLSTM for `seconds` on one thread and count its steps by processor time.

    One thread, since a second one that waits for its turn is counted as if it worked. On a GPU
    the clock on the wall counts. The reader's own random numbers stay as they were.
    """
    import torch

    from labkit.compute import device

    where, threads = device(), torch.get_num_threads()
    clock = time.thread_time if where.type == "cpu" else time.perf_counter
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            return _probed(_training_step(where), seconds, clock)
    finally:
        torch.set_num_threads(threads)


def _probed(
    step: Callable[[], None], seconds: float, clock: Callable[[], float] = time.thread_time
) -> Probe:
    """Repeat the step for `seconds` after two that warm up."""
    for _ in range(2):
        step()
    steps, begun, start = 0, time.perf_counter(), clock()
    worked = passed = 0.0
    while not worked or passed < seconds:  # Some clocks of processor time tick slowly.
        step()
        steps += 1
        worked, passed = clock() - start, time.perf_counter() - begun
    return Probe(steps / worked, min(1.0, worked / passed))


def remembered_probe(seconds: float = 0.3) -> Probe:
    """The probe of this machine, measured once and then read from the cache folder."""
    file = paths.cache() / "probe.json"
    machine = machine_name()
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if (known["machine"], known["clock"]) == (machine, CLOCK) and known["speed"] > 0:
            return Probe(float(known["speed"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass  # Never measured, or not by this version: measure now.
    measured = probe(seconds)
    remember(measured)
    return measured


def remember(measured: Probe) -> None:
    """Keep a probe for the next call, unless the machine was busy.

    A cache folder that cannot be written does no harm here.
    """
    if measured.busy:
        return
    note = {"machine": machine_name(), "clock": CLOCK, "speed": measured.speed}
    try:
        files.write_json(paths.cache() / "probe.json", note)
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
    """Run every solved lesson once, one after the other, and write down the seconds each took.

    errors: ValueError on a busy machine, before the lessons or after them: their seconds would be
            those of the other programs as well; nothing is written then
    """
    folder = paths.root() / "notebooks" / "solutions"
    notebooks = lessons(folder)
    if not notebooks:
        raise FileNotFoundError(f"no lessons in {folder}; run `labkit lessons build` first")
    _free_probe()
    seconds = {path.stem: round(_seconds_of(path), 1) for path in notebooks}
    times = LessonTimes(machine_name(), round(_free_probe().speed, 1), seconds)
    files.write_json(file or times_file(), asdict(times))
    return times


def _free_probe() -> Probe:
    measured = probe()
    if measured.busy:
        raise ValueError(
            f"the machine is busy: a measurement got {measured.share:.0%} of the processor; "
            "close other programs and measure again"
        )
    return measured


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
