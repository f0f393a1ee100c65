"""Soft losses on the logits themselves: the softened KL divergence and the squared difference."""

import torch.nn.functional as F
from torch import Tensor

from labkit.losses.arguments import (
    at_least_float32,
    check_logits,
    check_temperature,
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
    return softened_kl(student / temperature, teacher / temperature) * temperature**2


def softened_kl(student: Tensor, teacher: Tensor) -> Tensor:
    """KL(teacher || student) of logits that are softened already, mean over the rows."""
    log_p = F.log_softmax(student, dim=-1)
    log_q = F.log_softmax(teacher.detach(), dim=-1)
    return F.kl_div(log_p, log_q, log_target=True, reduction="batchmean")


def logit_mse(student: Tensor, teacher: Tensor, temperature: float = 1.0) -> Tensor:
    """Mean squared difference of the raw logits.

    Source: Ba and Caruana 2014 (arXiv:1312.6184), regression on logits; Tang et al. 2019
    (arXiv:1903.12136) for a BiLSTM student.

    student, teacher: (batch, classes) logits
    temperature:      has no effect; it is there for the common signature
    returns a scalar in squared logit units, the mean over rows and classes

    Traps: it is not in nats, so a weight tuned for `soft_kl` weighs something else here.
    A shift common to all classes costs too, though it changes no probability; without shifts,
    half of this loss is what soft_kl becomes as the temperature grows.
    """
    check_logits(student, teacher)
    return F.mse_loss(at_least_float32(student), at_least_float32(teacher.detach()))
