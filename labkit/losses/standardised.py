"""Soft losses between standardised logits: each row to its z-scores, or the batch to one scale."""

from torch import Tensor

from labkit.losses.arguments import (
    at_least_float32,
    check_finite,
    check_logits,
    check_rows,
    check_temperature,
    warn_at_two_classes,
)
from labkit.losses.kl import soft_kl, softened_kl

NEARLY_CONSTANT_ROW = 1e-2
"""Rows of logits that spread less than this (standard deviation) are not blown up further."""

ZSCORE_AT_TWO = (
    "zscore_kl teaches nothing at two classes: every z-scored row is (+0.707, -0.707) or its "
    "mirror image, so the gradient to the student is zero; use soft_kl instead"
)


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


def zscore_as_printed(logits: Tensor, ddof: int = 1, eps: float = 1e-7) -> Tensor:
    """`zscore` without the floor under the deviation: the formula as papers and toolkits have it.

    Source: Sun et al. 2024 (arXiv:2403.01427), Algorithm 1; Adversarial Distillation, eq. 2.

    logits: (batch, classes); ddof: 1 or 0; eps: > 0, added to the deviation, in logit units
    returns (batch, classes), no unit; errors: as in `zscore`

    Trap: kept to show what it does, not to train with. At two classes the derivative is about
    eps / gap^2, so a row teaches nothing unless its two logits are nearly equal, and then the
    gradient is up to 1 / eps.
    """
    check_rows(logits)
    check_finite(logits, "logits")
    if ddof not in (0, 1) or not eps > 0:
        raise ValueError(f"got ddof {ddof} and eps {eps}, wanted ddof 0 or 1 and eps > 0")
    logits = at_least_float32(logits)
    deviation = logits.std(dim=-1, keepdim=True, correction=ddof)
    return (logits - logits.mean(dim=-1, keepdim=True)) / (deviation + eps)


def zscore_kl_as_printed(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """`zscore_kl` by `zscore_as_printed`, at two classes too; for the study of what that does.

    Source: Adversarial Distillation, eq. 1 and 2; Sun et al. 2024, Algorithm 2.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch

    Trap: eq. 1 prints a sum over the examples. Beside a cross-entropy that is a mean, the weights
    of eq. 4 mean what they say only if this is one too, so it is.
    """
    check_temperature(temperature)
    check_logits(student, teacher)
    ours, theirs = zscore_as_printed(student), zscore_as_printed(teacher.detach())
    return softened_kl(ours / temperature, theirs / temperature) * temperature**2


def zscore_kl(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """soft_kl between the z-scored logits of the student and of the teacher.

    Source: Sun et al. 2024 (arXiv:2403.01427), Algorithm 2, with the square of the base
    temperature as a factor, as there; Adversarial Distillation, eq. 1 and 2. The floor of
    `zscore` under nearly constant rows is ours; `zscore_kl_as_printed` has none.

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
    return softened_kl(student / temperature, teacher / temperature) * temperature**2


def _zscore(logits: Tensor, ddof: int = 1, eps: float = 1e-7) -> Tensor:
    logits = at_least_float32(logits)
    centred = logits - logits.mean(dim=-1, keepdim=True)
    variance = centred.square().sum(dim=-1, keepdim=True) / (logits.shape[-1] - ddof)
    # the floor lies under the square root, whose slope is infinite at 0
    return centred / (variance.clamp_min(NEARLY_CONSTANT_ROW**2).sqrt() + eps)


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


def repaired_zscore_kl(student: Tensor, teacher: Tensor, temperature: float = 2.0) -> Tensor:
    """zscore_kl, with batch_scaled_kl in its place at two classes, where it would teach nothing.

    Source: our own repair of Adversarial Distillation, eq. 1 and 2. The loss of the paper is
    `zscore_kl` at two classes too, where a z-scored row is one of two fixed points.

    student, teacher: (batch, classes) logits; no gradient flows to the teacher
    temperature:      > 0, no unit
    returns a scalar in nats, the mean over the batch; errors: ValueError as in `zscore_kl`

    Trap: a result at two classes that rests on it says nothing about the paper's own loss.
    """
    loss = zscore_kl if student.shape[-1] > 2 else batch_scaled_kl
    return loss(student, teacher, temperature)


def _batch_scale(logits: Tensor) -> Tensor:
    centred = logits - logits.mean(dim=1, keepdim=True)
    rows, classes = logits.shape
    variance = centred.square().sum() / (rows * (classes - 1))
    return centred / variance.clamp_min(NEARLY_CONSTANT_ROW**2).sqrt()
