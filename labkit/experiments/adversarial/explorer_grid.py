"""A whole grid of stage 2 with the curve of every run, for the explorer of lesson 04."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from labkit import paths
from labkit.evaluation.curves import Point, blocks, points_of
from labkit.experiments.adversarial.arms_with_adversary import answers_after, stage_two_run
from labkit.experiments.adversarial.arms_without_adversary import run_trial
from labkit.experiments.adversarial.plan import Seeds, grid
from labkit.experiments.adversarial.reproduce import caveats_of, in_steps
from labkit.experiments.adversarial.runs_table import write_runs
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv
from labkit.experiments.scales import scale_named
from labkit.experiments.testbed import Testbed, rows_line, testbed_named
from labkit.experiments.trial import Answers, Trial, measure

SEEDS = (0, 1, 2)
COLUMNS = ("kd", "gan", "seed", "first", "last", "loss", "accuracy", "validation")


def files(dataset: str, folder: Path | None = None) -> tuple[Path, Path]:
    """Where the accuracies and where the curves of a data set lie."""
    into = paths.results("adversarial") if folder is None else folder
    return into / f"explorer_{dataset}.csv", into / f"explorer_{dataset}_curves.csv"


def planned(dataset: str, scale: str = "classroom", seeds: Seeds = SEEDS) -> list[Trial]:
    """Every cell with every seed, and what the grid is read beside, on the rows that are here."""
    rows = testbed_named(dataset, scale).folder.name
    found = dict.fromkeys(grid(dataset, seeds))
    return [replace(trial, scale=scale, rows=rows) for trial in found]


def run_with_curve(trial: Trial) -> dict[str, Any]:
    """`run_trial`; a stage 2 also gives the points of its curve."""
    if trial.arm != "stage_two":
        return run_trial(trial)
    curve: list[Point] = []

    def arm(testbed: Testbed, asked: Trial) -> Answers:
        student, run = stage_two_run(testbed, asked)
        steps = list(run)
        curve.extend(points_of(steps, blocks(steps[0].total, testbed.scale.second_epochs)))
        return answers_after(testbed, student, steps)

    found = measure(trial, testbed_named(trial.dataset, trial.scale), arm)
    return found | {"curve": [asdict(point) for point in curve]}


def experiment(
    dataset: str, count: int, scale: str = "classroom", folder: Path | None = None
) -> Experiment[Trial]:
    """The grid as an experiment with both its files.

    Its finished runs are kept apart from those of the tables, which have no curves.
    """

    def write(name: str, runs: Sequence[Result[Trial]]) -> None:
        testbed = testbed_named(dataset, scale)
        about = head(
            "Stage 2 over alpha and beta, for the explorer",
            f"labkit explorer {dataset}",
            count,
            runs,
            scale_named(scale),
        )
        about[f"data {dataset}"] = f"{testbed.part.source}; {rows_line(testbed)}"
        about[f"rows {dataset}"] = testbed.folder.name
        about |= caveats_of(runs)
        table, curves = files(dataset, folder)
        write_runs(table, runs, about)
        _write_curves(curves, runs, about)

    asked = {f"explorer_{dataset}": planned(dataset, scale)}
    return Experiment(run_with_curve, sweep_file(f"explorer-{scale}"), asked, write, in_steps)


def _write_curves(path: Path, runs: Sequence[Result[Trial]], about: Mapping[str, str]) -> None:
    points = {"points": "means over blocks of steps; loss in nats, accuracies as shares of 1"}
    rows = [_cells(run, point) for run in runs for point in run.outcome.get("curve", [])]
    write_csv(path, {**about, **points}, COLUMNS, rows)


def _cells(run: Result[Trial], point: Mapping[str, Any]) -> list[str]:
    trial, checked = run.config, point["validation"]
    weights = [f"{trial.kd:g}", f"{trial.gan:g}", str(trial.seed)]
    block = [str(point["first"]), str(point["last"])]
    numbers = [f"{point['loss']:.4f}", f"{point['accuracy']:.4f}"]
    return [*weights, *block, *numbers, "" if checked is None else f"{checked:.4f}"]
