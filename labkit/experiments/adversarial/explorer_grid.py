"""A whole grid of stage 2 with the curve of every run, for the explorer of lesson 04."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.evaluation.curves import Point, blocks, points_of
from labkit.experiments.adversarial.arms_with_adversary import measured_run, stage_two_run
from labkit.experiments.adversarial.arms_without_adversary import run_trial
from labkit.experiments.adversarial.plan import Seeds, grid
from labkit.experiments.adversarial.reproduce import in_steps
from labkit.experiments.results import LARGEST_FILE, Run, comments, table_text, write_runs
from labkit.experiments.scales import scale_named
from labkit.experiments.sweep import Result, finished, key_of, sweep, workers
from labkit.experiments.testbed import Bench, bench, rows_told
from labkit.experiments.trial import Measured, Trial, measured
from labkit.files import write_text

SEEDS = (0, 1, 2)
COLUMNS = ("kd", "gan", "seed", "first", "last", "loss", "accuracy", "validation")


def files(dataset: str, folder: Path | None = None) -> tuple[Path, Path]:
    """Where the accuracies and where the curves of a data set lie."""
    into = paths.results("adversarial") if folder is None else folder
    return into / f"explorer_{dataset}.csv", into / f"explorer_{dataset}_curves.csv"


def sweep_file(scale: str) -> Path:
    """Where the finished runs are kept, apart from those of the tables, which have no curves."""
    return paths.cache() / "sweeps" / f"explorer-{scale}.jsonl"


def planned(dataset: str, scale: str = "classroom", seeds: Seeds = SEEDS) -> list[Trial]:
    """Every cell with every seed, and what the grid is read beside, on the rows that are here."""
    rows = bench(dataset, scale).folder.name
    found = dict.fromkeys(grid(dataset, seeds))
    return [replace(trial, scale=scale, rows=rows) for trial in found]


def run_with_curve(trial: Trial) -> dict[str, Any]:
    """`arms.run_trial`; a stage 2 also gives the points of its curve."""
    if trial.arm != "stage_two":
        return run_trial(trial)
    curve: list[Point] = []

    def arm(made: Bench, asked: Trial) -> Measured:
        student, run = stage_two_run(made, asked)
        steps = list(run)
        curve.extend(points_of(steps, blocks(steps[0].total, made.scale.second_epochs)))
        return measured_run(made, student, steps)

    found = measured(trial, bench(trial.dataset, trial.scale), arm)
    return found | {"curve": [asdict(point) for point in curve]}


def explore(
    dataset: str, count: int, scale: str = "classroom", folder: Path | None = None
) -> Iterator[Result]:
    """Run what is not finished yet on `count` processes, yielding each run; then write the files.

    A stopped call loses only the runs it was in; the same call goes on with the rest.
    """
    wanted = planned(dataset, scale)
    file = sweep_file(scale)
    left = [trial for trial in wanted if key_of(trial) not in finished(file)]
    with workers(count if left else 0) as pool:
        for step in in_steps(wanted):
            yield from sweep(run_with_curve, step, file, pool, ahead=max(2, 2 * count))
    write(dataset, wanted, scale, folder, count)


def write(
    dataset: str,
    trials: Sequence[Trial],
    scale: str = "classroom",
    folder: Path | None = None,
    count: int = 1,
) -> None:
    """Write both files from the finished runs; each has under 200 kB."""
    done = finished(sweep_file(scale))
    results = [done[key_of(trial)] for trial in trials]
    runs = [Run.of(result) for result in results]
    made = bench(dataset, scale)
    told = {
        "title": "Stage 2 over alpha and beta, for the explorer",
        "command": f"labkit explorer {dataset}",
        "seeds": ", ".join(str(seed) for seed in sorted({trial.seed for trial in trials})),
        "scale": json.dumps(asdict(scale_named(scale))),
        "machine": f"{os.cpu_count()} cores, {count} processes of one thread, {sys.platform}",
        "versions": "; ".join(dict.fromkeys(run.versions for run in runs)),
        f"data {dataset}": f"{made.part.source}; {rows_told(made)}",
        f"rows {dataset}": made.folder.name,
    }
    table, curves = files(dataset, folder)
    write_runs(table, runs, told)
    _write_curves(curves, results, told)


def _write_curves(path: Path, results: Sequence[Result], told: Mapping[str, str]) -> None:
    rows = [
        _cells(result, point) for result in results for point in result.outcome.get("curve", [])
    ]
    about = {"points": "means over blocks of steps; loss in nats, accuracies as shares of 1"}
    text = comments({**told, **about}) + table_text(COLUMNS, rows)
    if len(text) > LARGEST_FILE:
        raise ValueError(f"{path.name} would have {len(text)} bytes, wanted under {LARGEST_FILE}")
    write_text(path, text)


def _cells(result: Result, point: Mapping[str, Any]) -> list[str]:
    asked, held = result.config, point["validation"]
    weights = [f"{asked['kd']:g}", f"{asked['gan']:g}", str(asked["seed"])]
    block = [str(point["first"]), str(point["last"])]
    numbers = [f"{point['loss']:.4f}", f"{point['accuracy']:.4f}"]
    return [*weights, *block, *numbers, "" if held is None else f"{held:.4f}"]
