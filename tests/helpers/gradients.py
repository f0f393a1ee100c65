"""The gradient of a loss at one point."""

from collections.abc import Callable

from torch import Tensor


def gradient(loss: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    point = at.clone().requires_grad_()
    loss(point).backward()
    assert point.grad is not None
    return point.grad
