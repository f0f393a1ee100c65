"""What several processes must share when each holds its own copy of a discriminator."""

from collections.abc import Sequence

import torch.distributed as dist
from torch import Tensor, nn


def world_size() -> int:
    """How many processes train together; 1 outside of torch.distributed."""
    return dist.get_world_size() if _together() else 1


def share_start(model: nn.Module) -> None:
    """Give every process the weights and buffers of the first one."""
    if _together():
        for tensor in [*model.parameters(), *model.buffers()]:
            dist.broadcast(tensor.data, 0)


def average_slopes(weights: Sequence[nn.Parameter]) -> None:
    """Make each gradient the mean over the processes; one that a process lacks counts as 0.

    Trap: a mean of means is the mean over all answers only where every process holds as many.
    """
    for weight in weights if _together() else ():
        if weight.grad is None:
            weight.grad = weight.new_zeros(weight.shape)
        _sum(weight.grad).div_(dist.get_world_size())


def _sum(tensor: Tensor) -> Tensor:
    dist.all_reduce(tensor)
    return tensor


def _together() -> bool:
    return dist.is_available() and dist.is_initialized()
