"""`python -m tests.benchmarks.growth`: seconds and memory of a distillation as its texts grow."""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from labkit import paths
from labkit.experiments.results import write_csv
from tests.benchmarks import table
from tests.benchmarks.growth import students
from tests.benchmarks.growth.stages import COLUMNS, KINDS, memory

SAMPLED_EVERY = 0.01
"""Seconds between two looks at a stage's memory."""


def main() -> None:
    """Measure each size in processes of its own, print the lines, write a CSV file."""
    wish = _wishes()
    lines = [line for rows in wish.rows for line in measured(rows, wish.words)]
    sizes = " ".join(map(str, wish.rows))
    command = f"python -m tests.benchmarks.growth --rows {sizes} --words {wish.words}"
    about = {
        "title": "Seconds and memory of a distillation as its texts grow",
        "command": command,
        "machine": table.machine(),
        "memory": "MiB of the process at the end of a stage and at its highest; anonymous memory "
        "cannot be given back to the system, mapped files can",
    }
    if wish.rows:
        write_csv(wish.file, about, COLUMNS, lines)
    if wish.students:
        _write_students(wish.file.with_name("students.csv"), wish.students)


def measured(rows: int, words: int) -> list[list[str]]:
    """The lines of one size: a process reads each kind of file, another one does the rest."""
    lines = []
    for ending in KINDS:
        with _written(f"texts{ending}", rows, words) as file:
            lines += watched("read", file, rows)
            if ending == ".csv":
                lines += watched("distil", file, rows)
    return lines


@contextmanager
def _written(name: str, rows: int, words: int) -> Iterator[Path]:
    """A file of texts in a folder that is a cache of its own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "assets").symlink_to(paths.cache() / "assets")
        file = Path(folder) / name
        with _begun("stages", "write", file, rows, words) as writing:
            writing.wait()
        yield file


def _write_students(file: Path, counts: Sequence[int]) -> None:
    """Train each number of students in a process of its own, with a teacher to ask anew."""
    lines = []
    for count in counts:
        with (
            _written("texts.csv", students.ROWS, students.WORDS) as texts,
            _begun("students", texts, count) as process,
        ):
            said, _ = process.communicate()
            lines.append(said.strip().split(","))
            print(said, end="", flush=True)
    wanted = " ".join(map(str, counts))
    about = {
        "title": "Students, one after another, on one mapped file of teacher logits",
        "command": f"python -m tests.benchmarks.growth --rows --students {wanted}",
        "machine": table.machine(),
        "work": f"{students.ROWS} texts, of which train is the most, a teacher of "
        f"{students.CLASSES} classes that is asked once, {students.STEPS} steps for each student",
        "memory": "MiB before the first and after the last student, and at the highest of all",
    }
    write_csv(file, about, students.COLUMNS, lines)


def watched(part: str, file: Path, rows: int) -> list[list[str]]:
    """The lines that a process prints, each with the most anonymous memory seen until then."""
    lines, highest, done = [], [0], threading.Event()

    def look() -> None:
        while not done.wait(SAMPLED_EVERY):
            with suppress(OSError):
                highest[0] = max(highest[0], memory(process.pid).get("RssAnon", 0))

    with _begun("stages", part, file, rows) as process:
        looking = threading.Thread(target=look)
        looking.start()
        assert process.stdout is not None
        for line in process.stdout:
            lines.append([*line.strip().split(","), str(max(highest[0], int(line.split(",")[4])))])
            highest[0] = 0
            print(",".join(lines[-1]), flush=True)
        done.set()
        looking.join()
    if process.returncode:
        raise SystemExit(f"the process that was to {part} {rows} rows ended with an error")
    return lines


def _begun(module: str, *given: object) -> "subprocess.Popen[str]":
    """A process whose cache is the folder of the file that it is given."""
    file = next(each for each in given if isinstance(each, Path))
    asked = [sys.executable, "-m", f"tests.benchmarks.growth.{module}", *given]
    around = {**os.environ, "LABKIT_CACHE": str(file.parent)}
    return subprocess.Popen([*map(str, asked)], stdout=subprocess.PIPE, text=True, env=around)


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="*", default=[1000, 10_000, 100_000, 300_000], help="texts"
    )
    parser.add_argument(
        "--students", type=int, nargs="*", default=[1, 4, 16, 64], help="on one teacher"
    )
    parser.add_argument("--words", type=int, default=40, help="words of a text")
    parser.add_argument("--file", type=Path, default=paths.results("benchmarks") / "growth.csv")
    return parser.parse_args()


if __name__ == "__main__":
    main()
