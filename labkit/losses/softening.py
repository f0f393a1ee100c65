"""Softened probabilities and their entropy, for whole batches."""

import torch
from torch import Tensor

from labkit.losses.arguments import at_least_float32, check_finite, check_rows, check_temperature


def softened(logits: Tensor, temperature: float) -> Tensor:
    """The class probabilities of `logits` at a temperature: softmax(logits / temperature).

    Source: Hinton et al. 2015 (arXiv:1503.02531), eq. 1.

    logits:      (batch, classes), any real scale
    temperature: > 0, no unit; 1 leaves the model as it is, more makes the classes alike
    returns (batch, classes), each row sums to 1
    errors: ValueError for another shape, one class, numbers that are not finite
    """
    check_temperature(temperature)
    check_rows(logits)
    check_finite(logits, "logits")
    return torch.softmax(at_least_float32(logits) / temperature, dim=-1)


def entropy(probabilities: Tensor) -> Tensor:
    """How much doubt each row holds: 0 for one sure class, log(classes) when all are equal.

    probabilities: (batch, classes), each row sums to 1; returns (batch,) in nats
    """
    return torch.special.entr(probabilities).sum(dim=-1)


def high_temperature_limit(student: Tensor, teacher: Tensor) -> Tensor:
    """What soft_kl becomes as the temperature grows: a squared distance of centred logits.

    Source: Hinton et al. 2015 (arXiv:1503.02531), section 2.1, eq. 4, integrated.

    student, teacher: (batch, classes) logits
    returns a scalar, the mean over the batch of the sum of squares / (2 * classes)
    Trap: the rows are centred first; a shift of all logits of a row changes no probability.
    """
    gap = at_least_float32(student) - at_least_float32(teacher.detach())
    centred = gap - gap.mean(dim=-1, keepdim=True)
    return centred.square().sum(dim=-1).mean() / (2 * student.shape[-1])
