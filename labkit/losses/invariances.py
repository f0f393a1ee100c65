"""What a loss on logits cannot see: shifts, scales, and how many numbers of a row are left."""

from collections.abc import Callable

import torch
from torch import Tensor

from labkit.losses.by_name import SoftLoss

SHIFTS = torch.tensor([[3.0], [-1.5], [0.7], [-4.0]])
SCALES = torch.tensor([[2.0], [0.5], [3.0], [1.5]])


def blind_to(soft_loss: SoftLoss, classes: int = 5) -> tuple[bool, bool]:
    """Whether a soft loss stays the same when each student row is shifted, and when it is scaled.

    soft_loss: (student, teacher, temperature) -> scalar
    returns (blind to shift, blind to scale), found by trying on four rows of made-up logits
    Every row gets a number of its own: a loss may be blind to one scale for the whole batch only.
    """
    chance = torch.Generator().manual_seed(0)
    student, teacher = torch.randn(2, 4, classes, generator=chance, dtype=torch.float64)
    before = soft_loss(student, teacher, 2.0)
    shifted = soft_loss(student + SHIFTS, teacher, 2.0)
    scaled = soft_loss(student * SCALES, teacher, 2.0)
    return _equal(before, shifted), _equal(before, scaled)


def freedom(function: Callable[[Tensor], Tensor], row: Tensor) -> int:
    """In how many independent directions the result moves when the logits of one row move.

    function: (1, classes) -> a tensor, smooth at the row; row: (classes,) logits
    returns the rank of the Jacobian at this row: classes for the identity, classes - 1 for a
    softmax, classes - 2 for a z-score
    """
    double = row.detach().double().unsqueeze(0)
    slopes = torch.autograd.functional.jacobian(function, double).reshape(-1, row.numel())
    return int(torch.linalg.matrix_rank(slopes, atol=1e-5))


def gradient_norm(
    soft_loss: SoftLoss, student: Tensor, teacher: Tensor, temperature: float = 2.0
) -> float:
    """Length of the gradient that a soft loss sends to the student's logits.

    student, teacher: (batch, classes) logits, left as they are
    returns the norm over the whole batch, loss units per logit unit
    """
    moving = student.detach().clone().requires_grad_()
    soft_loss(moving, teacher, temperature).backward()
    assert moving.grad is not None
    return float(moving.grad.norm())


def _equal(first: Tensor, second: Tensor) -> bool:
    return bool(torch.isclose(first, second, rtol=0, atol=1e-6))
