"""Soft losses under one signature, so that a run or a sweep can take any of them by name."""

from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from labkit.feature_losses import correlation, relation_angle, relation_distance
from labkit.loss_checks import (
    at_least_float32,
    check_finite,
    check_logits,
    check_rows,
    check_temperature,
)
from labkit.losses import NEARLY_CONSTANT_ROW, decoupled_kl, soft_kl, zscore_kl

SoftLoss = Callable[[Tensor, Tensor, float], Tensor]
"""(student logits, teacher logits, temperature) -> scalar; no gradient flows to the teacher."""


@dataclass(frozen=True)
class WithLabels:
    """A soft loss that needs the true labels too; the run hands them over batch by batch."""

    loss: Callable[[Tensor, Tensor, Tensor, float], Tensor]
    """(student logits, teacher logits, labels, temperature) -> scalar."""

    def given(self, labels: Tensor | None) -> SoftLoss:
        """The common signature, for the labels of one batch."""
        if labels is None:
            raise ValueError(
                "this soft loss needs labels and the training texts have none; encode them with "
                "labels, or take a soft loss without labels such as 'kl'"
            )
        return lambda student, teacher, temperature: self.loss(
            student, teacher, labels, temperature
        )


def logit_mse(student: Tensor, teacher: Tensor, temperature: float = 1.0) -> Tensor:
    """Mean squared difference of the raw logits.

    Source: Ba and Caruana 2014 (arXiv:1312.6184), regression on logits; Tang et al. 2019
    (arXiv:1903.12136) for a BiLSTM student.

    student, teacher: (batch, classes) logits
    temperature:      has no effect; it is there for the common signature
    returns a scalar in squared logit units, the mean over rows and classes

    Traps: it is no number of nats, so a weight tuned for `soft_kl` weighs something else here.
    A shift common to all classes costs too, though it changes no probability; without shifts,
    half of this loss is what soft_kl becomes as the temperature grows.
    """
    check_logits(student, teacher)
    return F.mse_loss(at_least_float32(student), at_least_float32(teacher.detach()))


def batch_scale(logits: Tensor) -> Tensor:
    """Centre every row, and divide all of them by one number: the spread over the batch.

    logits: (batch, classes); returns (batch, classes), no unit
    The sum of squares over the batch is batch * (classes - 1), as after a z-score; but a sure
    row stays larger than a doubtful one, with two classes too. A spread below 0.01 counts as 0.01.
    """
    check_rows(logits)
    check_finite(logits, "logits")
    return _batch_scale(at_least_float32(logits))


def batch_scaled_kl(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """soft_kl between logits that each side divides by its spread over the batch.

    Source: our own small change to Sun et al. 2024 (arXiv:2403.01427): one standard deviation
    for the batch instead of one for each row, so that something is left at two classes.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; 0 when the logits agree up to one scale
    and a shift of each row

    Trap: the scale of the student is not taught; cross-entropy alone decides its confidence.
    """
    check_temperature(temperature)
    check_logits(student, teacher)
    scaled = _batch_scale(at_least_float32(student))
    return soft_kl(scaled, _batch_scale(at_least_float32(teacher.detach())), temperature)


def paper_kl(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """The soft loss of Adversarial Distillation: zscore_kl; at two classes batch_scaled_kl.

    Source: Adversarial Distillation, eq. 1 and 2. Two classes are our own exception: there a
    z-scored row is one of two fixed points and its gradient is 0. Ask for "zscore" to get the
    paper's loss at two classes as well.
    """
    loss = zscore_kl if student.shape[-1] > 2 else batch_scaled_kl
    return loss(student, teacher, temperature)


def dist(student: Tensor, teacher: Tensor, temperature: float = 1.0) -> Tensor:
    """DIST with both parts: correlation over the classes and over the batch; no unit."""
    return correlation(student, teacher, inter=1.0, intra=1.0, temperature=temperature)


def intra_only(student: Tensor, teacher: Tensor, temperature: float = 1.0) -> Tensor:
    """DIST's part over the batch alone, which still teaches at two classes; no unit."""
    return correlation(student, teacher, inter=0.0, intra=1.0, temperature=temperature)


def relations_of_logits(student: Tensor, teacher: Tensor, temperature: float = 1.0) -> Tensor:
    """RKD on logits: distances between the rows of a batch, plus twice the angles.

    Source: Park et al. 2019, RKD (arXiv:1904.05068), whose authors weigh the angles twice. The
    paper relates embeddings; here the logits stand in, because they are what every teacher and
    student has.

    student, teacher: (batch, classes) logits; temperature has no effect
    returns a scalar without unit; memory grows with batch^3
    """
    check_logits(student, teacher)
    return relation_distance(student, teacher) + 2 * relation_angle(student, teacher)


def _decoupled(student: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> Tensor:
    weight = 8.0 if student.shape[-1] > 2 else 0.0  # at two classes this part is always 0
    return decoupled_kl(student, teacher, labels, 1.0, weight, temperature)


def _batch_scale(logits: Tensor) -> Tensor:
    centred = logits - logits.mean(dim=1, keepdim=True)
    rows, classes = logits.shape
    variance = centred.square().sum() / (rows * (classes - 1))
    return centred / variance.clamp_min(NEARLY_CONSTANT_ROW**2).sqrt()


decoupled = WithLabels(_decoupled)
"""DKD with the weights 1 and 8 of its authors; at two classes its target part alone."""

by_name: dict[str, SoftLoss | WithLabels] = {
    "kl": soft_kl,
    "zscore": zscore_kl,
    "paper": paper_kl,
    "mse": logit_mse,
    "batch_scale": batch_scaled_kl,
    "dist": dist,
    "dist_intra": intra_only,
    "rkd": relations_of_logits,
    "dkd": decoupled,
}
"""Every soft loss that a configuration can name."""


def named(name: str) -> SoftLoss | WithLabels:
    """The soft loss of that name; a ValueError lists the names when there is none."""
    if name not in by_name:
        raise ValueError(f"got soft_loss {name!r}, wanted one of: {', '.join(by_name)}")
    return by_name[name]
