"""Pooled features of whole data sets, and how much their dimensions repeat one another."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.compute import autocast
from labkit.data.batches import in_order
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.predict import model_device
from labkit.losses.arguments import check_finite
from labkit.models.attention import quick_attention
from labkit.models.pooled import pooled

if TYPE_CHECKING:
    from transformers import PreTrainedModel

FIRST = 16
"""Dimensions that KDFD's Fig. 3 shows."""


@dataclass(frozen=True)
class OffDiagonal:
    """How correlated some dimensions are on average, beside what chance alone would show."""

    value: float
    """Mean absolute correlation of two different dimensions, in [0, 1]."""
    low: float
    high: float
    """The 95 % interval over other rows of the same kind."""
    noise: float
    """What independent dimensions would show on this many rows."""
    rows: int


def features_of(
    model: "PreTrainedModel", encoded: Encoded, batch_size: int = 64, precision: str = "auto"
) -> Tensor:
    """Pooled features (rows, width) in the order of the rows, float32 on the CPU.

    The model computes in eval mode without gradients and is given back in the mode it was in.
    """
    where, was_training = model_device(model), model.training
    parts, places = [], []
    model.eval()
    try:
        with (
            torch.no_grad(),
            autocast(where, precision),
            quick_attention(model, where, precision),
        ):
            for batch in in_order(encoded, batch_size):
                moved = batch.to(where)
                parts.append(pooled(model, moved.input_ids, moved.attention_mask).float().cpu())
                places.append(batch.rows)
    finally:
        model.train(was_training)
    return torch.cat(parts)[torch.cat(places).argsort()]


def covariance(features: Tensor, first: int = FIRST, start: int = 0) -> Tensor:
    """Covariance (first, first) of neighbouring dimensions, from `start` on.

    features: (rows, width); divides by rows - 1
    errors: ValueError for fewer than 3 rows, dimensions that are not there, numbers not finite
    """
    return torch.cov(_some(features, first, start).T)


def correlation_matrix(features: Tensor, first: int = FIRST, start: int = 0) -> Tensor:
    """Pearson correlation (first, first) of neighbouring dimensions, in [-1, 1].

    features: (rows, width); errors: as in covariance, and for a constant dimension

    Trap: it depends on the axes. A rotation keeps all distances between texts, and every linear
    classifier, but gives another matrix: show one beside it (`random_rotation`).
    """
    chosen = _some(features, first, start)
    spread = chosen.std(0)
    if bool((spread == 0).any()):
        place = start + int((spread == 0).nonzero()[0, 0])
        raise ValueError(
            f"dimension {place} is the same for every text, so it has no correlation; "
            "leave it out, and say that it collapsed"
        )
    return torch.corrcoef(chosen.T)


def off_diagonal(
    features: Tensor, first: int = FIRST, start: int = 0, redraws: int = 200, seed: int = 0
) -> OffDiagonal:
    """One number for a correlation matrix: the mean absolute value beside its diagonal.

    features: (rows, width); redraws: how often the rows are drawn again for the interval, at
              least 2
    errors: as in correlation_matrix, and for fewer than 2 dimensions or redraws

    Traps: it is never 0, not even for independent dimensions: compare it with `noise`. "The first
    16" is arbitrary; other sixteens of the same features differ by more than this interval.
    """
    if redraws < 2:
        raise ValueError(
            f"got {redraws} redraws, wanted at least 2 (200 are usual): one has no spread"
        )
    value = _mean_beside_diagonal(correlation_matrix(features, first, start))
    chosen = _some(features, first, start)
    chance, rows = torch.Generator().manual_seed(seed), len(chosen)
    drawn = torch.stack([
        torch.tensor(_mean_beside_diagonal(torch.corrcoef(chosen[again].T).nan_to_num()))
        for again in torch.randint(rows, (redraws, rows), generator=chance)
    ])  # fmt: skip
    # the redrawn values lie too high (they repeat rows), so only their spread is used
    half = 1.96 * float(drawn.std())
    return OffDiagonal(value, max(0.0, value - half), value + half, noise_level(rows), rows)


def noise_level(rows: int) -> float:
    """The mean absolute correlation of two independent dimensions on so many rows.

    Source: the sample correlation of independent normals is close to N(0, 1 / rows), and the mean
    absolute value of that is sqrt(2 / (pi * rows)): 0.036 for 500 rows, 0.048 for RTE's 277.
    """
    if rows < 3:
        raise ValueError(f"got {rows} rows, wanted at least 3")
    return math.sqrt(2 / (math.pi * rows))


def off_diagonal_elsewhere(features: Tensor, first: int = FIRST) -> list[float]:
    """The same number for every further `first` dimensions that fit, the first ones included."""
    starts = range(0, features.shape[1] - first + 1, first)
    return [_mean_beside_diagonal(correlation_matrix(features, first, s)) for s in starts]


def random_rotation(features: Tensor, seed: int = 0) -> Tensor:
    """The same features (rows, width) on other axes: all distances stay, all correlations change.

    Source: Mezzadri 2007 (arXiv:math-ph/0609050), QR with the signs of the diagonal.
    """
    chance = torch.Generator().manual_seed(seed)
    drawn = torch.randn(features.shape[1], features.shape[1], generator=chance)
    turn, upper = torch.linalg.qr(drawn.to(features.dtype))
    return features @ (turn * upper.diagonal().sign())


def random_projection(features: Tensor, width: int, seed: int = 0) -> Tensor:
    """Features on `width` random orthonormal axes, (rows, width): no data was asked."""
    if not 1 <= width <= features.shape[1]:
        raise ValueError(f"width must be between 1 and {features.shape[1]}, got {width}")
    return random_rotation(features, seed)[:, :width]


def _some(features: Tensor, first: int, start: int) -> Tensor:
    if features.ndim != 2 or len(features) < 3:
        raise ValueError(
            f"got features of shape {tuple(features.shape)}, wanted (rows, width) with 3 rows or "
            "more"
        )
    if first < 2 or start < 0 or start + first > features.shape[1]:
        raise ValueError(
            f"got dimensions {start} to {start + first - 1} of {features.shape[1]}, wanted at "
            "least 2 that are there; with one dimension there is nothing to correlate"
        )
    check_finite(features, "features")
    return features[:, start : start + first].detach().double()


def _mean_beside_diagonal(matrix: Tensor) -> float:
    beside = ~torch.eye(len(matrix), dtype=torch.bool)
    return float(matrix.abs()[beside].mean())
