"""The shipped fits on frozen features, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from labkit import paths
from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.results import read_rows

Place = tuple[int, float, float]
"""Latent width, beta, lambda."""


@dataclass(frozen=True)
class Cell:
    """What the fits of one width, beta and lambda came to."""

    accuracies: tuple[float, ...]
    """On the test texts, one for each seed, in [0, 1]."""
    nats: tuple[float, ...]
    """All dimensions together, one for each seed."""
    live: int
    """Dimensions with more than 0.01 nats, of the first seed."""
    predicted: float
    """Nats of all dimensions, from the eigenvalues."""
    predicted_live: int
    by_dimension: tuple[float, ...]
    """Nats of the first seed, at most the 64 largest."""
    predicted_by_dimension: tuple[float, ...]
    correlations: Tensor
    """(first, first) on the test texts, of the first seed."""
    off_diagonal: tuple[float, ...]
    """Mean absolute correlation beside the diagonal, one for each seed."""
    noise: float
    """What independent dimensions would show on that many texts."""

    @property
    def accuracy(self) -> Interval:
        """Mean and 95 % interval over seeds."""
        return interval(self.accuracies)


def shipped_cells(file: Path | None = None) -> dict[Place, Cell]:
    """The cells in the order of the file; empty when it is not there.

    file: None is data/results/online/frozen_fits.csv
    errors: ValueError for a file that is damaged
    """
    path = paths.results("online") / "frozen_fits.csv" if file is None else file
    rows = read_rows(path) if path.exists() else []
    by_place: dict[Place, list[dict[str, str]]] = {}
    for row in rows:
        place = int(row["latent"]), float(row["beta"]), float(row["lambda"])
        by_place.setdefault(place, []).append(row)
    return {place: _cell(own) for place, own in by_place.items()}


def unpacked(text: str) -> tuple[float, ...]:
    """The numbers of one cell of the file: "[0.5 -0.1]" gives 0.5 and -0.1."""
    return tuple(float(value) for value in text.strip("[]").split())


def symmetric(above: Sequence[float]) -> Tensor:
    """The correlation matrix (n, n) whose values above the diagonal these are, row by row.

    errors: ValueError for a count that no matrix has
    """
    size = round((1 + (1 + 8 * len(above)) ** 0.5) / 2)
    if size * (size - 1) // 2 != len(above):
        raise ValueError(f"got {len(above)} values, wanted n (n - 1) / 2; the file is damaged")
    matrix = torch.eye(size)
    rows, columns = torch.triu_indices(size, size, 1)
    matrix[rows, columns] = matrix[columns, rows] = torch.tensor(list(above))
    return matrix


def _cell(rows: Sequence[dict[str, str]]) -> Cell:
    first = rows[0]

    def every(column: str) -> tuple[float, ...]:
        return tuple(float(row[column]) for row in rows)

    return Cell(
        every("accuracy"), every("nats"), int(first["live"]), float(first["predicted_nats"]),
        int(first["predicted_live"]), unpacked(first["nats_by_dimension"]),
        unpacked(first["predicted_by_dimension"]), symmetric(unpacked(first["correlations"])),
        every("off_diagonal"), float(first["noise"]),
    )  # fmt: skip
