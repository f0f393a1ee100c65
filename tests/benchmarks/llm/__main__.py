"""`python -m tests.benchmarks.llm`: rollouts, a step, TRL and a client, on one thread."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from labkit import paths
from tests.benchmarks import table
from tests.benchmarks.llm import against_trl, client, gad_step, rollouts
from tests.benchmarks.measure import Line


def main() -> None:
    """Measure, print Markdown, write a CSV file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.llm", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each; the median counts")
    parser.add_argument(
        "--file", type=Path, default=paths.results("benchmarks") / "llm_speed.csv", help="to write"
    )
    wish = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)
    lines: list[Line] = []
    try:
        for line in _all(wish.rounds):
            lines.append(line)
            print(f"{line.what}, {line.student} {line.contender}: {line.value:.3g} {line.unit}",
                  flush=True)  # fmt: skip
    finally:
        command = " ".join(["python -m tests.benchmarks.llm", *sys.argv[1:]])
        table.write_csv(lines, wish.file, command)
        print(table.machine(), table.markdown(lines), sep="\n\n")


def _all(rounds: int) -> Iterator[Line]:
    yield from rollouts.lines(rounds)
    yield from gad_step.lines(5 * rounds)
    yield from against_trl.lines(rounds)
    yield from client.lines()


if __name__ == "__main__":
    main()
