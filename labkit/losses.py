"""Distillation losses on logits. Each function is one equation; nothing here trains.

The losses on features and relations are in `labkit.feature_losses`, importable from here too.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit.feature_losses import (
    correlation,
    patience,
    relation_angle,
    relation_distance,
    vae_loss,
)
from labkit.loss_checks import (
    LossWarning,
    at_least_float32,
    check_finite,
    check_float,
    check_labels,
    check_logits,
    check_rows,
    check_same_shape,
    check_temperature,
    warn_at_two_classes,
)

__all__ = [
    "LossWarning",
    "bradley_terry",
    "correlation",
    "decoupled_kl",
    "nontarget_class_kl",
    "patience",
    "relation_angle",
    "relation_distance",
    "soft_kl",
    "target_class_kl",
    "vae_loss",
    "zscore",
    "zscore_kl",
]

NEARLY_CONSTANT_ROW = 1e-2
"""Rows of logits that spread less than this (standard deviation) are not blown up further."""

ZSCORE_AT_TWO = (
    "zscore_kl teaches nothing at two classes: every z-scored row is (+0.707, -0.707) or its "
    "mirror image, so the gradient to the student is zero; use soft_kl instead"
)
NONTARGET_AT_TWO = (
    "nontarget_class_kl is always 0 at two classes: without the target only one class is left, "
    "so decoupled_kl is its target part alone; use soft_kl instead"
)


def soft_kl(student: Tensor, teacher: Tensor, temperature: float = 4.0) -> Tensor:
    """KL(teacher || student) of the softened classes, times temperature squared.

    Source: Hinton et al. 2015 (arXiv:1503.02531), eq. 1 and the T^2 of section 2.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; 0 when the softened classes agree
    errors: ValueError for another shape, one class, numbers that are not finite

    Trap: torch's own `KLDivLoss()` divides by the classes too, so the same weight means another
    method at 2 classes and at 6. Without T^2 the gradient shrinks as 1 / T^2.
    """
    check_temperature(temperature)
    check_logits(student, teacher)
    student, teacher = at_least_float32(student), at_least_float32(teacher)
    return _kl(student / temperature, teacher / temperature) * temperature**2


def zscore(logits: Tensor, ddof: int = 1, eps: float = 1e-7) -> Tensor:
    """Shift and scale every row of `logits` to mean 0 and standard deviation 1.

    Source: Sun et al. 2024 (arXiv:2403.01427), Algorithm 1, which divides the squares by the
    classes (ddof=0); the sample deviation (ddof=1) and eps are those of the authors' code.

    logits: (batch, classes), any real scale
    ddof:   1 divides the squares by classes - 1, 0 by classes
    eps:    >= 0, added to the standard deviation, in logit units
    returns (batch, classes), no unit; float16 and bfloat16 come back as float32
    errors: ValueError for another shape, one class, numbers that are not finite

    Traps: with two classes every row becomes (+0.707, -0.707) or its mirror image, so only the
    sign of the gap between the logits is left. A row whose deviation is below 0.01 is divided by
    0.01 instead: the plain formula would give a gradient of 1 / eps there, ten million, which is
    where a student with a zero-initialised head starts.
    """
    check_rows(logits)
    check_finite(logits, "logits")
    if ddof not in (0, 1) or not eps >= 0:
        raise ValueError(f"got ddof {ddof} and eps {eps}, wanted ddof 0 or 1 and eps >= 0")
    return _zscore(logits, ddof, eps)


def zscore_kl(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """soft_kl between the z-scored logits of the student and of the teacher.

    Source: Sun et al. 2024 (arXiv:2403.01427), Algorithm 2, with the square of the base
    temperature as a factor, as there.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; 0 when the rows agree up to shift and scale
    errors: ValueError as in soft_kl

    Traps: teaches nothing at two classes (a LossWarning says so) and can do harm there: the only
    rows with a gradient are those where the student's two logits are nearly equal (lesson 02
    measures it). How sure the teacher is, is erased: the student's confidence is set by the
    cross-entropy alone.
    """
    check_temperature(temperature)
    check_logits(student, teacher)
    warn_at_two_classes(student, ZSCORE_AT_TWO)
    student, teacher = _zscore(student), _zscore(teacher.detach())
    return _kl(student / temperature, teacher / temperature) * temperature**2


def target_class_kl(
    student: Tensor, teacher: Tensor, labels: Tensor, temperature: float = 4.0
) -> Tensor:
    """KL(teacher || student) of the two-way choice "the target or another class", times T^2.

    Source: Zhao et al. 2022, DKD (arXiv:2203.08679), TCKD, the first term of eq. 5 and 6.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    labels:           (batch,) class numbers
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; at two classes it equals soft_kl
    errors: ValueError as in soft_kl, and for labels that are no class numbers

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


def bradley_terry(preferred: Tensor, other: Tensor) -> Tensor:
    """The surprise at the preferred answers winning: -log sigmoid(preferred - other).

    Source: Bradley and Terry 1952; as the loss of a reward model, Ouyang et al. 2022
    (arXiv:2203.02155), eq. 1.

    preferred, other: scores of the two answers to each prompt, same shape, such as (batch,)
    returns a scalar in nats, the mean over the pairs; log 2 = 0.693 when the scores are equal
    errors: ValueError for shapes that differ, or numbers that are not finite

    Trap: only the gap counts, so the scores may drift together without any change of the loss.
    """
    for scores, name in ((preferred, "preferred scores"), (other, "other scores")):
        check_float(scores, name)
        check_finite(scores, name)
    check_same_shape(preferred, other, "preferred scores", "other scores")
    return F.softplus(at_least_float32(other) - at_least_float32(preferred)).mean()


def _kl(student: Tensor, teacher: Tensor) -> Tensor:
    """KL(teacher || student) of logits that are softened already, mean over the rows."""
    log_p = F.log_softmax(student, dim=-1)
    log_q = F.log_softmax(teacher.detach(), dim=-1)
    return F.kl_div(log_p, log_q, log_target=True, reduction="batchmean")


def _zscore(logits: Tensor, ddof: int = 1, eps: float = 1e-7) -> Tensor:
    logits = at_least_float32(logits)
    centred = logits - logits.mean(dim=-1, keepdim=True)
    variance = centred.square().sum(dim=-1, keepdim=True) / (logits.shape[-1] - ddof)
    # the floor lies under the square root, whose slope is infinite at 0
    return centred / (variance.clamp_min(NEARLY_CONSTANT_ROW**2).sqrt() + eps)


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

    return _kl(two_way(student), two_way(teacher)) * temperature**2


def _nontarget_kl(student: Tensor, teacher: Tensor, labels: Tensor, temperature: float) -> Tensor:
    student_others = _split(student, labels, temperature)[1]
    return _kl(student_others, _split(teacher, labels, temperature)[1]) * temperature**2
