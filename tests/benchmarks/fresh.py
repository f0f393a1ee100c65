"""Numbers that need a fresh process: import cost, time to the first step, peak memory."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.measure import STUDENTS, TITLES, Line

REPEATS = 7


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
