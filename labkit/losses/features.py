"""Losses on features and relations: distances, angles, hidden states, correlations."""

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit.losses.arguments import (
    at_least_float32,
    check_finite,
    check_float,
    check_logits,
    check_same_rows,
    check_same_shape,
    check_temperature,
    warn_at_two_classes,
)

SAME_PLACE = 1e-6
"""Two rows closer than this count as this far apart (1e-12 for the squared distance)."""
NO_DIRECTION = 1e-5
"""A vector shorter than this has no direction: it counts as zero and gets no gradient."""
NEARLY_UNIFORM = 1e-6
"""Probabilities that vary less than this (length of the vector) correlate with nothing."""
CORRELATION_EPS = 1e-8
"""Added to the product of two lengths, as the authors of DIST do."""

INTER_AT_TWO = (
    "the inter part of correlation teaches nothing at two classes: two probabilities that sum to "
    "1 always correlate +1 or -1; keep the intra part with inter=0, or use soft_kl"
)


def relation_distance(student: Tensor, teacher: Tensor) -> Tensor:
    """How far the student's distances between rows are from the teacher's, up to scale.

    Source: Park et al. 2019, RKD (arXiv:1904.05068), eq. 5 to 8: each side's distances are
    divided by the mean of its positive ones; Huber loss with its bend at 1.

    student: (batch, width), teacher: (batch, other width); no gradient flows to the teacher
    returns a scalar without unit, the mean over all batch x batch entries, the zero diagonal
    included as in the authors' code; 0 when the two are alike up to rotation, shift and scale
    errors: ValueError for another shape, unequal rows, numbers that are not finite

    Trap: a batch of one row has no distances: the loss is 0 and teaches nothing.
    """
    check_same_rows(student, teacher, "student features", "teacher features")
    with torch.no_grad():
        wanted = _relative_distances(at_least_float32(teacher))
    return F.smooth_l1_loss(_relative_distances(at_least_float32(student)), wanted)


def relation_angle(student: Tensor, teacher: Tensor) -> Tensor:
    """How far the student's angles within each three rows are from the teacher's.

    Source: Park et al. 2019, RKD (arXiv:1904.05068), eq. 9: the cosine of the angle at each row
    between the directions to two others; Huber loss (eq. 8) with its bend at 1.

    student: (batch, width), teacher: (batch, other width); no gradient flows to the teacher
    returns a scalar without unit, the mean over all batch^3 entries, those with a repeated row
    included as in the authors' code; 0 when the two are alike up to rotation, shift and scale
    errors: ValueError for another shape, unequal rows, numbers that are not finite

    Traps: memory grows with batch^3: 1 MB at 64 rows, 0.5 GB at 512 in float32. A batch of one
    or two rows has no angles: the loss is 0 and teaches nothing.
    """
    check_same_rows(student, teacher, "student features", "teacher features")
    with torch.no_grad():
        wanted = _cosines(at_least_float32(teacher))
    return F.smooth_l1_loss(_cosines(at_least_float32(student)), wanted)


def patience(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean squared difference of hidden states that are scaled to length 1.

    Source: Sun et al. 2019, PKD (arXiv:1908.09355), the loss L_PT, as the mean over batch,
    layers and width that the authors' code takes.

    student, teacher: (batch, layers, width) or (batch, width), the same shape, the states of the
                      first token at the paired layers; no gradient flows to the teacher
    returns a scalar without unit, at most 4 / width; 0 when the directions agree
    errors: ValueError for shapes that differ, no width, numbers that are not finite

    Trap: other toolkits sum over the width, so their weights are `width` times smaller (768).
    """
    check_float(student, "student hidden states")
    check_float(teacher, "teacher hidden states")
    check_same_shape(student, teacher, "student hidden states", "teacher hidden states")
    if student.ndim < 2 or student.numel() == 0:
        raise ValueError(
            f"got hidden states of shape {tuple(student.shape)}, wanted (batch, layers, width) "
            "or (batch, width), not empty"
        )
    check_finite(student, "student hidden states")
    check_finite(teacher, "teacher hidden states")
    wanted = _directions(at_least_float32(teacher).detach())
    return F.mse_loss(_directions(at_least_float32(student)), wanted)


def correlation(
    student: Tensor,
    teacher: Tensor,
    inter: float = 1.0,
    intra: float = 1.0,
    temperature: float = 1.0,
) -> Tensor:
    """One minus the correlation of the class probabilities, over classes and over the batch.

    Source: Huang et al. 2022, DIST (arXiv:2205.10536): the inter-class relation (each row, over
    the classes) and the intra-class relation (each class, over the rows), Pearson's correlation.
    The factor T^2 is in the authors' code and not in the paper.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    inter, intra:     weights of the two parts, no unit
    temperature:      > 0, no unit
    returns a scalar without unit in [0, 2 T^2 (inter + intra)], the mean over rows and classes
    errors: ValueError as in soft_kl

    Traps: the inter part teaches nothing at two classes (a LossWarning says so). The intra part
    needs 32 mixed rows or so, and a batch of one row teaches it nothing. Probabilities that are
    all equal have no correlation: they count as 0 and get no gradient.
    """
    check_temperature(temperature)
    check_logits(student, teacher)
    if inter != 0:
        warn_at_two_classes(student, INTER_AT_TWO)
    p = F.softmax(at_least_float32(student) / temperature, dim=1)
    q = F.softmax(at_least_float32(teacher).detach() / temperature, dim=1)
    over_classes = 1 - _pearson(p, q).mean()
    over_batch = 1 - _pearson(p.T, q.T).mean()
    return (inter * over_classes + intra * over_batch) * temperature**2


def _relative_distances(features: Tensor) -> Tensor:
    """Distances (batch, batch) between the rows, divided by the mean of the positive ones."""
    # cdist's own gradient is 0 between equal rows, where that of a square root is infinite
    apart = torch.cdist(features, features, compute_mode="donot_use_mm_for_euclid_dist")
    itself = torch.eye(len(features), dtype=torch.bool, device=features.device)
    apart = apart.clamp_min(SAME_PLACE).masked_fill(itself, 0.0)
    pairs = max(len(features) * (len(features) - 1), 1)
    return apart / (apart.sum() / pairs).clamp_min(SAME_PLACE)


def _cosines(features: Tensor) -> Tensor:
    """Cosine (batch, batch, batch) at each row of the angle between two others."""
    directions = _directions(features[None, :, :] - features[:, None, :])
    with torch.autocast(features.device.type, enabled=False):
        return directions @ directions.transpose(1, 2)


def _directions(vectors: Tensor) -> Tensor:
    """Vectors scaled to length 1 along the last dimension; (nearly) zero ones become zero."""
    length = vectors.norm(dim=-1, keepdim=True)
    return vectors / length.clamp_min(NO_DIRECTION) * (length > NO_DIRECTION)


def _pearson(first: Tensor, second: Tensor) -> Tensor:
    """Correlation of each row of `first` with the same row of `second`, (rows,)."""
    first = first - first.mean(dim=1, keepdim=True)
    second = second - second.mean(dim=1, keepdim=True)
    length = first.norm(dim=1)
    cosine = (first * second).sum(dim=1) / (length * second.norm(dim=1) + CORRELATION_EPS)
    return cosine * (length > NEARLY_UNIFORM)
