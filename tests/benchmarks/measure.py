"""Rounds of all contenders, one after the other in one process; ratios of medians come out."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.benchmarks.contenders import CONTENDERS, Contender, installed
from tests.benchmarks.work import Work

STUDENTS = ("bilstm", "bert2")
TITLES = {"bilstm": "BiLSTM", "bert2": "2-layer BERT"}


@dataclass(frozen=True)
class Line:
    """One number of the table."""

    what: str
    student: str
    contender: str
    value: float
    unit: str
    wanted: str = ""
    runs: list[float] = field(default_factory=list)
    note: str = ""


@dataclass
class Runs:
    """What the rounds of one contender gave."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    padding: float = float("nan")
    steps: int = 0


def rounds(student: str, work: Work, count: int) -> Iterator[Line]:
    """`count` interleaved rounds of every installed contender, as table lines."""
    found: dict[Contender, Runs] = {contender: Runs() for contender in installed()}
    for number in range(count):
        for contender, runs in found.items():
            meter = contender.run(work, contender.limit)
            wall, processor = meter.whole_run(work.steps)
            runs.wall.append(wall)
            runs.processor.append(processor)
            runs.padding, runs.steps = meter.padding, meter.steps
            print(f"{student} round {number + 1} {contender.title}: {processor:.1f} s", flush=True)
    ours = found[CONTENDERS[-1]]
    for contender, runs in found.items():
        yield from _lines(student, contender, runs, ours)


def _lines(student: str, contender: Contender, runs: Runs, ours: Runs) -> Iterator[Line]:
    name, title = TITLES[student], contender.title
    seconds = statistics.median(runs.processor)
    note = f"{runs.steps} steps timed" + (", scaled" if contender.limit else "")
    yield Line("processor seconds", name, title, seconds, "s", "", runs.processor, note)
    yield Line("wall seconds", name, title, statistics.median(runs.wall), "s", "", runs.wall)
    yield Line("padding", name, title, 100 * runs.padding, "%", _padding_wanted(title))
    wanted = contender.wanted[STUDENTS.index(student)]
    times = [theirs / own for theirs, own in zip(runs.processor, ours.processor, strict=True)]
    yield Line(
        "times as long as labkit",
        name,
        title,
        seconds / statistics.median(ours.processor),
        "x",
        "" if wanted is None else f">= {wanted}",
        times,
    )


def _padding_wanted(title: str) -> str:
    return "<= 5" if title.startswith("labkit") else ""


def first_losses(student: str, work: Work) -> Iterator[Line]:
    """The loss of one common first batch, from every contender."""
    one_batch = work.cut(work.batch_size, 1)
    for contender in installed():
        loss = contender.run(one_batch).first_loss
        yield Line("loss of the first batch", TITLES[student], contender.title, loss, "nats")


def missing() -> list[str]:
    """A sentence for each contender that cannot run here."""
    return [
        f"{contender.title} left out: no {contender.needs} here (pip install -e '.[peers]')"
        for contender in CONTENDERS
        if contender.missing
    ]
