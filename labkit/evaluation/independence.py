"""Is the mean independent of the variance? For normal draws yes, for two learned heads no."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.evaluation.clusters import linear_probe
from labkit.losses.arguments import check_finite

DRAWS = ("normal", "uniform", "exponential")


@dataclass(frozen=True)
class Dependence:
    """A distance correlation beside what shuffled rows show."""

    value: float
    """In [0, 1]."""
    shuffled: float
    """The mean over shuffles: what no dependence at all would show on these rows."""
    largest: float
    """The largest of the shuffles."""
    p: float
    """Share of shuffles (the real order among them) that reach the value, in (0, 1]."""


def helmert(size: int) -> Tensor:
    """The orthogonal matrix (size, size) of KDFD's appendix, float64, with its signs put right.

    Row 0 is 1 / sqrt(size) everywhere; row i has i times 1 / sqrt(i (i + 1)), then -i / sqrt(...).
    Trap: the appendix prints a minus in the last row where a plus belongs.
    """
    if size < 2:
        raise ValueError(f"got size {size}, wanted at least 2 draws: one has no variance")
    matrix = torch.zeros(size, size, dtype=torch.float64)
    matrix[0] = 1 / math.sqrt(size)
    for row in range(1, size):
        matrix[row, :row] = 1 / math.sqrt(row * (row + 1))
        matrix[row, row] = -row / math.sqrt(row * (row + 1))
    return matrix


def means_and_variances(
    draw: str, size: int = 8, samples: int = 600, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Sample mean and sample variance of many samples, both (samples,).

    Source: KDFD, appendix: they are independent when the draws are normal, and only then.

    draw: "normal", "uniform" or "exponential"; size: draws in a sample, at least 2
    """
    chance = torch.Generator().manual_seed(seed)
    uniform = torch.rand(samples, size, generator=chance, dtype=torch.float64)
    normal = torch.randn(samples, size, generator=chance, dtype=torch.float64)
    drawn = {"normal": normal, "uniform": uniform, "exponential": -(1 - uniform).log()}
    if draw not in drawn:
        raise ValueError(f"got the draw {draw!r}, wanted one of {', '.join(DRAWS)}")
    if size < 2:
        raise ValueError(f"got size {size}, wanted at least 2 draws: one has no variance")
    return drawn[draw].mean(1), drawn[draw].var(1)


def distance_correlation(first: Tensor, second: Tensor) -> float:
    """How much two sets of numbers about the same rows depend on each other, in [0, 1].

    Source: Szekely, Rizzo and Bakirov 2007, definition 5 (the V-statistic).

    first, second: (rows,) or (rows, width), widths may differ; memory grows with rows^2
    errors: ValueError for lengths that differ, fewer than 3 rows, numbers that are not finite

    Trap: it is above 0 for independent rows too, and far above at many dimensions (0.34 at 64
    dimensions and 500 rows): read it beside its shuffled value, `dependence`.
    """
    one, two = _centred_distances(first, "first"), _centred_distances(second, "second")
    return _correlated(one, two)


def dependence(first: Tensor, second: Tensor, shuffles: int = 19, seed: int = 0) -> Dependence:
    """`distance_correlation` beside its value when the rows of `second` are shuffled.

    shuffles: 19 are the fewest for p = 0.05
    errors: as in distance_correlation, and for no shuffles
    """
    if shuffles < 1:
        raise ValueError(f"got {shuffles} shuffles, wanted at least 1 (19 for p = 0.05)")
    one, two = _centred_distances(first, "first"), _centred_distances(second, "second")
    value, chance = _correlated(one, two), torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(two), generator=chance) for _ in range(shuffles)]
    others = [_correlated(one, two[order][:, order]) for order in orders]
    p = (1 + sum(other >= value for other in others)) / (1 + shuffles)
    return Dependence(value, sum(others) / shuffles, max(others), p)


def class_from_log_variance(
    train: Tensor, train_labels: Tensor, test: Tensor, test_labels: Tensor
) -> float:
    """Test accuracy of a linear reading of the class from the log-variance alone, in [0, 1].

    KDFD calls sigma the "unrobust" part that holds nothing about the class; beside this stands
    the share of the largest class.

    train, test: (rows, latent) log-variances; labels: (rows,) class numbers
    """
    return linear_probe(train, train_labels, test, test_labels)


def _centred_distances(values: Tensor, name: str) -> Tensor:
    rows = values.detach().double().flatten(1) if values.ndim > 1 else values.double()[:, None]
    if len(rows) < 3:
        raise ValueError(f"got {len(rows)} rows of {name}, wanted at least 3")
    check_finite(rows, name)
    distances = torch.cdist(rows, rows, compute_mode="donot_use_mm_for_euclid_dist")
    beside = distances.mean(1, keepdim=True)
    return distances - beside - beside.T + distances.mean()


def _correlated(one: Tensor, two: Tensor) -> float:
    if len(one) != len(two):
        raise ValueError(f"got {len(one)} and {len(two)} rows, wanted the same rows twice")
    spread = float((one.square().mean() * two.square().mean()).sqrt())
    return 0.0 if spread == 0 else math.sqrt(max(0.0, float((one * two).mean()) / spread))
