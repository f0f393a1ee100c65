"""`python -m tests.benchmarks`: every contender, one core, a table at the end."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from labkit import paths
from tests.benchmarks import fresh, measure, parts, table
from tests.benchmarks.measure import STUDENTS, Line
from tests.benchmarks.work import trec


def main() -> None:
    """Measure, print Markdown, write a CSV file."""
    wish = _wishes()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {wish.core})
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    for sentence in measure.missing():
        print(sentence)
    lines: list[Line] = []
    try:
        lines.extend(_all(wish))
    finally:
        command = " ".join(["python -m tests.benchmarks", *sys.argv[1:]])
        table.write_csv(lines, wish.file, command)
        print(table.machine(), table.markdown(lines), sep="\n\n")


def _all(wish: argparse.Namespace) -> Iterator[Line]:
    yield fresh.import_cost()
    yield from fresh.second_study()
    for precision in ("auto", "float32"):
        yield from fresh.first_steps(precision)
    for student in STUDENTS:
        work = trec(student)
        work = work.cut(wish.rows, work.epochs)
        yield from measure.first_losses(student, work)
        for precision in ("auto", "float32"):
            yield from parts.overhead(student, work, precision, wish.epochs)
        if wish.rounds:
            yield from measure.rounds(student, work, wish.rounds)
    yield parts.padding(work)


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of all contenders; 0 for none")
    parser.add_argument("--epochs", type=int, default=2, help="against the barest loop")
    parser.add_argument("--rows", type=int, default=2000, help="how many questions")
    parser.add_argument("--core", type=int, default=0, help="the core to stay on")
    parser.add_argument("--file", type=Path, default=paths.results("benchmarks") / "speed.csv")
    return parser.parse_args()


if __name__ == "__main__":
    main()
