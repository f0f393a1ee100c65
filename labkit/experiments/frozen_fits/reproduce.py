"""Fit every cell of the grid, and write what each remembers, into one file of results."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from labkit import paths
from labkit.evaluation.features import FIRST, correlation_matrix, off_diagonal
from labkit.evaluation.measures import accuracy, nll
from labkit.evaluation.pca_vae import measured_nats, predicted_nats
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.frozen_fits.plan import FrozenFit, grid
from labkit.experiments.online.facts.frozen import Frozen, lesson_features
from labkit.experiments.result import Result
from labkit.experiments.results import write_csv
from labkit.experiments.trial import versions
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig

NAME = "frozen_fits"
SHOWN = 64
"""Dimensions whose nats are written, the largest first."""
COLUMNS = (
    "latent", "beta", "lambda", "seed", "accuracy", "nll", "nats", "live", "predicted_nats",
    "predicted_live", "off_diagonal", "noise", "nats_by_dimension", "predicted_by_dimension",
    "correlations",
)  # fmt: skip


def measure(asked: FrozenFit) -> dict[str, Any]:
    """Fit one bottleneck to the lesson's features and put what came out into plain values.

    errors: ValueError when the rows have changed since the fit was planned
    """
    features = lesson_features()
    if asked.rows != features.rows:
        raise ValueError(
            f"got rows {features.rows}, wanted {asked.rows}; the data changed since the fits were "
            "planned: run the command again"
        )
    begun, worked = time.perf_counter(), time.process_time()
    found = measure_on(features, asked)
    found["seconds"] = round(time.perf_counter() - begun, 2)
    found["cpu_seconds"] = round(time.process_time() - worked, 2)
    return found | {"versions": versions()}


def measure_on(features: Frozen, asked: FrozenFit) -> dict[str, Any]:
    """The same on given features.

    errors: ValueError for a latent that does not fit the features
    """
    config = BottleneckConfig("vae", asked.latent, asked.weight, asked.beta, seed=asked.seed)
    how = FitConfig(steps=asked.steps, seed=asked.seed)
    return told(features, fit(features.train, features.train_labels, config, how))


def told(features: Frozen, bottleneck: Bottleneck) -> dict[str, Any]:
    """Everything that is written about a fitted VAE: test accuracy, nats, correlations."""
    config = bottleneck.config
    with torch.no_grad():
        passage = bottleneck(features.test)
    got = measured_nats(bottleneck, features.train)
    wanted = predicted_nats(features.scaled, config.latent, config.beta)
    first = min(FIRST, config.latent)
    beside = off_diagonal(passage.mean, first, redraws=2)
    return {
        "accuracy": round(accuracy(passage.logits, features.test_labels), 5),
        "nll": round(nll(passage.logits, features.test_labels), 5),
        "nats": round(got.total, 4), "live": got.live,
        "predicted_nats": round(wanted.total, 4), "predicted_live": wanted.live,
        "off_diagonal": round(beside.value, 4), "noise": round(beside.noise, 4),
        "nats_by_dimension": packed(got.by_dimension[:SHOWN].tolist(), 3),
        "predicted_by_dimension": packed(wanted.by_dimension[:SHOWN].tolist(), 3),
        "correlations": packed(_upper(correlation_matrix(passage.mean, first)), 2),
    }  # fmt: skip


def packed(values: Sequence[float], digits: int) -> str:
    """Numbers in one cell of a table, separated by blanks."""
    return " ".join(f"{value:.{digits}f}" for value in values)


def experiment(
    count: int, seeds: int, rows: str, folder: Path | None = None, command: str = ""
) -> Experiment[FrozenFit]:
    """The grid as an experiment.

    count: processes, for the head of the file; rows: `Frozen.rows` of the lesson's features
    folder: None for the results of this project
    """
    into = paths.results("online") if folder is None else folder

    def write(name: str, runs: Sequence[Result[FrozenFit]]) -> None:
        title = "Linear VAEs on frozen features: nats, their prediction, accuracy, correlations"
        about = head(title, command or "labkit frozen-fits", count, runs)
        write_csv(into / f"{name}.csv", about, COLUMNS, [_row(run) for run in runs])

    return Experiment(measure, sweep_file(NAME), {NAME: list(grid(seeds, rows=rows))}, write)


def _row(run: Result[FrozenFit]) -> list[object]:
    asked = run.config
    start: list[object] = [asked.latent, asked.beta, asked.weight, asked.seed]
    rest = [run.outcome[column] for column in COLUMNS[len(start) :]]
    # in brackets, or a row that begins with a minus would be taken for a formula
    return start + [f"[{value}]" if isinstance(value, str) else value for value in rest]


def _upper(matrix: torch.Tensor) -> list[float]:
    """The values above the diagonal, row by row."""
    above = torch.triu_indices(len(matrix), len(matrix), 1)
    return [float(value) for value in matrix[above[0], above[1]]]
