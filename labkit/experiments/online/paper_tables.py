"""Tables of KDFD at paper scale: the grid of every task and arm, chosen on validation."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.compute import device
from labkit.data.loading import study
from labkit.evaluation.glue import GLUE, task_of
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.online.paper_scale import STUDENT, TEACHER, PaperRun, grid, run_on
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv
from labkit.experiments.trial import versions

NAME = "online-paper"
ARMS: Mapping[str, tuple[str, str]] = {
    "vanilla": ("vanilla", "none"),
    "online": ("online", "none"),
    "linear": ("online", "linear"),
    "ae": ("online", "ae"),
    "kdfd": ("online", "vae"),
}
"""Name -> how both learn, and the bottleneck on the teacher."""
TABLES: Mapping[str, tuple[str, ...]] = {
    "kdfd_table1": ("vanilla", "kdfd"),
    "kdfd_table2": ("linear", "ae", "kdfd"),
    "kdfd_table3": tuple(ARMS),
}
COLUMNS = (
    "task", "arm", "seed", "temperature", "teacher_rate", "student_rate", "validation", "metric",
    "student", "teacher", "seconds",
)  # fmt: skip
Runs = Sequence[Result[PaperRun]]


def planned(
    names: Sequence[str], seeds: int | None = None, tasks: Sequence[str] = ()
) -> dict[str, list[PaperRun]]:
    """Every point of the paper's grid for the arms of each table.

    names: of `TABLES`, or "kdfd" for all; seeds: of each point, None takes 1; tasks: none takes 8
    errors: ValueError for a table or a task that this scale does not have
    """
    asked = list(TABLES) if "kdfd" in names else list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in TABLES]
    if unknown:
        raise ValueError(
            f"{unknown[0]!r} is not run at the scale paper; there are {', '.join(TABLES)}"
        )
    return {
        name: [run for arm in TABLES[name] for task in tasks or GLUE
               for run in _points(arm, task, seeds or 1)]
        for name in asked
    }  # fmt: skip


def _points(arm: str, task: str, seeds: int) -> Iterator[PaperRun]:
    way, kind = ARMS[arm]
    yield from (replace(run, way=way, bottleneck=kind) for run in grid(task, seeds))


def measure_paper(run: PaperRun) -> dict[str, Any]:
    """Fetch models and data from the Hub, train, and put what came out into plain values."""
    from labkit.models.encoders import load_encoder, load_tokenizer

    classes = task_of(run.task).classes
    teacher, student = (load_encoder(name, classes, seed=run.seed) for name in (TEACHER, STUDENT))
    begun, worked = time.perf_counter(), time.process_time()
    whole = study(run.task, source="hub")
    found = run_on(run, whole, teacher, student, load_tokenizer(TEACHER))
    return {
        "student": found.test,
        "teacher": found.teacher,
        "validation": found.validation,
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
        "versions": versions(device().type),
    }


def experiment(
    asked: Mapping[str, Sequence[PaperRun]],
    count: int,
    folder: Path | None = None,
    measure: Callable[[PaperRun], dict[str, Any]] = measure_paper,
) -> Experiment[PaperRun]:
    """The tables as an experiment, resumable run by run.

    measure: one run; another one is for trials with small models
    """
    into = paths.cache() / "paper" / "online" if folder is None else folder

    def write(name: str, runs: Runs) -> None:
        about = head(
            f"{name} at paper scale", f"labkit reproduce {name} --scale paper", count, runs
        )
        rule = "of the grid the point with the best validation metric; the test has no say"
        rows = [row for best in best_points(runs) for row in _rows(best)]
        write_csv(into / f"{name}.csv", {**about, "chosen": rule}, COLUMNS, rows)

    return Experiment(measure, sweep_file(NAME), asked, write)


def best_points(runs: Runs) -> list[Result[PaperRun]]:
    """Of every task, arm and seed the run with the best validation metric."""
    best: dict[tuple[str, str, int], Result[PaperRun]] = {}
    for run in runs:
        key = run.config.task, arm_of(run.config), run.config.seed
        if key not in best or run.outcome["validation"] > best[key].outcome["validation"]:
            best[key] = run
    return list(best.values())


def arm_of(run: PaperRun) -> str:
    """The name in `ARMS` of a run."""
    return next(name for name, own in ARMS.items() if own == (run.way, run.bottleneck))


def _rows(best: Result[PaperRun]) -> Iterator[list[object]]:
    run, outcome = best.config, best.outcome
    for metric, value in outcome["student"].items():
        yield [run.task, arm_of(run), run.seed, run.temperature, run.teacher_rate,
               run.student_rate, round(outcome["validation"], 5), metric, round(value, 5),
               round(outcome["teacher"][metric], 5), outcome["seconds"]]  # fmt: skip


def said(result: Result[PaperRun]) -> str:
    """A new run in one line."""
    run = result.config
    return (
        f"{run.task:6} {arm_of(run):8} T {run.temperature:g} rates {run.teacher_rate:g} and "
        f"{run.student_rate:g} seed {run.seed}  validation {result.outcome['validation']:.3f}  "
        f"{result.outcome['seconds']:.0f} s"
    )
