"""`python -m tests.benchmarks.growth`: seconds and memory of a distillation as its texts grow."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from labkit import paths
from labkit.experiments.results import write_csv
from tests.benchmarks import table
from tests.benchmarks.growth.stages import COLUMNS


def main() -> None:
    """Measure each size in a process of its own, print the lines, write a CSV file."""
    wish = _wishes()
    lines = []
    for rows in wish.rows:
        with tempfile.TemporaryDirectory() as folder:
            _stages("write", folder, rows, wish.words)
            for line in _stages("measure", folder, rows).splitlines():
                print(line, flush=True)
                lines.append(line.split(","))
    command = " ".join(["python -m tests.benchmarks.growth", *sys.argv[1:]])
    about = {
        "title": "Seconds and memory of a distillation as its texts grow",
        "command": command,
        "machine": table.machine(),
        "memory": "MiB of this process at the end of a stage and at its highest; anonymous memory "
        "cannot be given back to the system, mapped files can",
    }
    if wish.file is not None:
        write_csv(wish.file, about, COLUMNS, lines)


def _stages(*given: object) -> str:
    asked = [sys.executable, "-m", "tests.benchmarks.growth.stages", *map(str, given)]
    return subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1000, 10_000, 100_000, 300_000], help="texts"
    )
    parser.add_argument("--words", type=int, default=40, help="words of a text")
    parser.add_argument("--file", type=Path, default=paths.results("benchmarks") / "growth.csv")
    return parser.parse_args()


if __name__ == "__main__":
    main()
