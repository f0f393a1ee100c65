"""Soft losses under one signature, so that a run or a sweep can take any of them by name."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from labkit.losses.arguments import (
    check_logits,
)
from labkit.losses.decoupled import decoupled_kl
from labkit.losses.features import correlation, relation_angle, relation_distance
from labkit.losses.kl import logit_mse, soft_kl
from labkit.losses.standardised import batch_scaled_kl, repaired_zscore_kl, zscore_kl

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


decoupled = WithLabels(_decoupled)
"""DKD with the weights 1 and 8 of its authors; at two classes its target part alone."""

by_name: dict[str, SoftLoss | WithLabels] = {
    "kl": soft_kl,
    "zscore": zscore_kl,
    "zscore_repaired": repaired_zscore_kl,
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
