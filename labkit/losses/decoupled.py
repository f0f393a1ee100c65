"""Decoupled distillation: the target class and the classes beside it, each with its own weight."""

import torch
from torch import Tensor

from labkit.losses.arguments import (
    at_least_float32,
    check_labels,
    check_logits,
    check_temperature,
    warn_at_two_classes,
)
from labkit.losses.kl import softened_kl

NONTARGET_AT_TWO = (
    "nontarget_class_kl is always 0 at two classes: without the target only one class is left, "
    "so decoupled_kl is its target part alone; use soft_kl instead"
)


def target_class_kl(
    student: Tensor, teacher: Tensor, labels: Tensor, temperature: float = 4.0
) -> Tensor:
    """KL(teacher || student) of the two-way choice "the target or another class", times T^2.

    Source: Zhao et al. 2022, DKD (arXiv:2203.08679), TCKD, the first term of eq. 5 and 6.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    labels:           (batch,) class numbers
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; at two classes it equals soft_kl
    errors: ValueError as in soft_kl, and for labels that are not class numbers

    Trap: where labels are missing the teacher's first choice can stand in; say so.
    """
    _check_decoupled(student, teacher, labels, temperature)
    return _target_kl(student, teacher, labels, temperature)


def nontarget_class_kl(
    student: Tensor, teacher: Tensor, labels: Tensor, temperature: float = 4.0
) -> Tensor:
    """KL(teacher || student) among the classes that are not the target, times T^2.

    Source: Zhao et al. 2022, DKD (arXiv:2203.08679), NCKD, the second term of eq. 5 and 6
    without its factor.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    labels:           (batch,) class numbers
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; the target's logit plays no part
    errors: ValueError as in target_class_kl

    Traps: always 0 at two classes (a LossWarning says so). The authors' code pushes the target
    down by 1000 instead of leaving it out, which fails at temperatures near 0 and in float16.
    """
    _check_decoupled(student, teacher, labels, temperature)
    warn_at_two_classes(student, NONTARGET_AT_TWO)
    return _nontarget_kl(student, teacher, labels, temperature)


def decoupled_kl(
    student: Tensor,
    teacher: Tensor,
    labels: Tensor,
    target_weight: float = 1.0,
    nontarget_weight: float = 8.0,
    temperature: float = 4.0,
) -> Tensor:
    """The target part and the non-target part of soft_kl, each with a weight of its own.

    Source: Zhao et al. 2022, DKD (arXiv:2203.08679), eq. 7; defaults of the authors' code.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    labels:           (batch,) class numbers
    target_weight, nontarget_weight: the paper's alpha and beta, no unit
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch
    errors: ValueError as in target_class_kl

    Trap: soft_kl weighs the non-target part by the teacher's doubt, 1 - p(target), row by row;
    a fixed 8 is therefore far more than soft_kl gives it when the teacher is sure.
    """
    _check_decoupled(student, teacher, labels, temperature)
    if nontarget_weight != 0:
        warn_at_two_classes(student, NONTARGET_AT_TWO)
    target = _target_kl(student, teacher, labels, temperature)
    nontarget = _nontarget_kl(student, teacher, labels, temperature)
    return target_weight * target + nontarget_weight * nontarget


def _check_decoupled(student: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> None:
    check_temperature(temperature)
    check_logits(student, teacher)
    check_labels(labels, student)


def _split(logits: Tensor, labels: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """Softened logits of the target (batch, 1) and of the other classes (batch, classes - 1)."""
    softened = at_least_float32(logits) / temperature
    target = labels.long()[:, None]
    place = torch.arange(logits.shape[1] - 1, device=logits.device)
    return softened.gather(1, target), softened.gather(1, place + (place >= target))


def _target_kl(student: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> Tensor:
    def two_way(logits: Tensor) -> Tensor:
        target, others = _split(logits, labels, temperature)
        return torch.cat([target, others.logsumexp(1, keepdim=True)], dim=1)

    return softened_kl(two_way(student), two_way(teacher)) * temperature**2


def _nontarget_kl(student: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> Tensor:
    student_others = _split(student, labels, temperature)[1]
    return softened_kl(student_others, _split(teacher, labels, temperature)[1]) * temperature**2
