"""Numbers that need a fresh process: import cost, time to the first step, peak memory."""

import csv
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import STUDENTS, TITLES, Line

REPEATS = 7
ROWS = 100_000
TIMED_STUDY = """
import sys, time, datasets
from labkit.data.loading import study
begun = time.process_time()
study(sys.argv[1])
print(time.process_time() - begun)
"""


def import_cost() -> Line:
    """Processor seconds of `import labkit` over a bare Python."""
    bare, ours = [], []
    for _ in range(REPEATS):
        bare.append(_seconds_of("pass"))
        ours.append(_seconds_of("import labkit"))
    cost = statistics.median(ours) - statistics.median(bare)
    return Line("import over bare Python", "", "labkit", cost, "s", "<= 0.1", ours)


def _seconds_of(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def second_study() -> Iterator[Line]:
    """How many times less processor time the second call takes, alone and as a whole process.

    A whole process also pays for the import of `datasets`, which is the same both times.
    """
    with TemporaryDirectory() as name:
        data = Path(name) / "rows"
        data.mkdir()
        _write_rows(data / "train.csv")
        first = [_seconds_of_study(data, Path(name) / f"cache{n}") for n in range(REPEATS)]
        second = [_seconds_of_study(data, Path(name) / f"cache{n}") for n in range(REPEATS)]
    for place, title, wanted in ((0, "the call", ">= 5"), (1, "whole process", "")):
        before, after = (statistics.median(run[place] for run in runs) for runs in (first, second))
        note = f"{before:.2f} s, then {after:.2f} s"
        ratios = [one[place] / two[place] for one, two in zip(first, second, strict=True)]
        yield Line(
            "second study, times faster", "", title, before / after, "x", wanted, ratios, note
        )


def _write_rows(file: Path) -> None:
    chance = random.Random(0)
    words = [f"word{number}" for number in range(5000)]
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["text", "label"])
        for row in range(ROWS):
            text = " ".join([*chance.choices(words, k=20), str(row)])
            table.writerow([text, ("no", "yes")[row % 2]])


def _seconds_of_study(data: Path, cache: Path) -> tuple[float, float]:
    """Processor seconds of one `study` in a fresh process, alone and with all imports."""
    environment = os.environ | {"LABKIT_CACHE": str(cache)}
    command = [sys.executable, "-c", TIMED_STUDY, str(data)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return float(json.loads(done.stdout)), whole


def first_steps(precision: str) -> Iterator[Line]:
    """Time from the call to the first step, and peak memory after 60 steps, both students."""
    for student in STUDENTS:
        command = [sys.executable, "-m", "tests.benchmarks.fresh", student, precision]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.strip().splitlines()[-1])
        name, title = TITLES[student], f"labkit {precision}"
        yield Line("call to first step", name, title, found["processor"], "s", "<= 2")
        yield Line("call to first step, wall", name, title, found["wall"], "s")
        yield Line("peak memory", name, title, found["mib"], "MiB", "<= 2048")


def _report(student: str, precision: str) -> None:
    """Run 60 steps and print what was seen as one line of JSON."""
    import torch

    from labkit.methods.distill import distill
    from labkit.training.teacher_logits import TeacherLogits
    from tests.benchmarks.contenders_labkit import config
    from tests.benchmarks.work import trec

    torch.set_num_threads(1)
    work = trec(student)
    encoded, learner = work.encoded(), work.fresh_student()
    wall, processor = time.perf_counter(), time.process_time()
    logits = TeacherLogits(work.teacher, encoded, precision=precision)
    steps = distill(learner, logits, encoded, config(work, precision))
    next(steps)
    first = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    for _ in zip(range(60), steps, strict=False):
        pass
    steps.close()
    unit = 1024**2 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({**first, "mib": peak, "threads": os.environ.get("OMP_NUM_THREADS")}))


if __name__ == "__main__":
    _report(sys.argv[1], sys.argv[2])
