"""How much a z-scored row of two logits can teach, by how far its logits lie apart."""

import torch
from torch import Tensor

from labkit.losses.standardised import zscore_kl_as_printed

GAPS = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Logit units."""


def soft_gradient(gap: float, temperature: float = 2.0) -> float:
    """Length of the z-score loss's gradient at a row on the wrong side, nats per logit unit.

    Source: Adversarial Distillation, eq. 1 and 2, at two classes; sample deviation, eps 1e-7.

    gap: the student's wrong logit minus its right one, at least 0; the teacher's gap is 1
    """
    teacher = torch.tensor([[0.0, 1.0]], dtype=torch.float64)
    student = torch.tensor([[gap, 0.0]], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(zscore_kl_as_printed(student, teacher, temperature), student)
    return gradient.norm().item()


def label_gradient(gap: float) -> float:
    """The same for the cross-entropy with the label, which is alive at every gap."""
    student = torch.tensor([[gap, 0.0]], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(student, torch.tensor([1]))
    (gradient,) = torch.autograd.grad(loss, student)
    return gradient.norm().item()


def law(gaps: Tensor, eps: float = 1e-7) -> Tensor:
    """What the derivative of eq. 2 says of the gradient, up to a factor: eps / (gap + eps)^2."""
    return eps / (gaps + eps) ** 2
