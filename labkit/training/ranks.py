"""One run on several processes, begun by torchrun: each reads its share of every batch.

    with ranks.joined():
        for step in distill(student, teacher, train, config, folder="run"):
            ...

`torchrun --nproc-per-node 2 script.py` runs such a script. The same script alone is one process.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Share:
    """What one process reads of a batch."""

    rows: Tensor
    """(share,) int64 positions of texts, at least one."""
    weight: float
    """Its part of the whole batch, in [0, 1]; 0 for a text that is read for nothing."""


@dataclass(frozen=True)
class Ranks:
    """The processes of a run: each holds a whole model, and all take the same steps.

    Source: data-parallel SGD as in Goyal et al. 2017 (arXiv:1706.02677), section 2: the gradient
    of a batch is the mean of its shares' gradients, weighted by their sizes.
    Trap: the loss must be a mean over texts; one that compares the texts of a batch with each
    other would see the texts of its own share only. Dropout draws other numbers than in one
    process, so only a student without dropout ends with the same weights, up to rounding.
    """

    rank: int = 0
    """Number of this process, from 0."""
    count: int = 1
    """How many there are."""

    def share(self, rows: Tensor) -> Share:
        """Every `count`-th text of a batch; a process without one reads the first for nothing."""
        own = rows[self.rank :: self.count]
        return Share(own, len(own) / len(rows)) if len(own) else Share(rows[:1], 0.0)

    def mean(self, values: Tensor, weight: float) -> Tensor:
        """The mean over the whole batch of values that are means over shares; weight: `Share`'s."""
        if self.count == 1:
            return values
        whole = values.detach() * weight if weight else torch.zeros_like(values)
        dist.all_reduce(whole)
        return whole

    def add_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Give every process the sum of all gradients; one that a process lacks counts as 0."""
        if self.count == 1:
            return
        trained = [weight for weight in parameters if weight.requires_grad]
        for weight in trained:
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
        gradients = [weight.grad for weight in trained if weight.grad is not None]
        whole = torch.cat([gradient.flatten() for gradient in gradients])  # one message, not many
        dist.all_reduce(whole)
        for gradient, summed in zip(
            gradients, whole.split([gradient.numel() for gradient in gradients]), strict=True
        ):
            gradient.copy_(summed.view_as(gradient))

    def seed(self, seed: int, step: int) -> int:
        """What dropout starts from: another number for each process and step, whatever was before.

        So nothing about the other processes has to be saved, and a run may go on with more or
        fewer of them.
        """
        return (seed * 1_000_003 + step) * 4099 + self.rank

    def check_alike(self, mark: str) -> None:
        """ValueError when the processes do not begin with the same student, texts and settings."""
        if self.count == 1:
            return
        marks: list[str] = [""] * self.count
        dist.all_gather_object(marks, mark)
        if len(set(marks)) > 1:
            raise ValueError(
                f"the {self.count} processes do not begin alike; build the same student from the "
                "same seed and read the same texts in each of them"
            )

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """The first process goes through the block first, then all others, and so do its errors."""
        if self.count > 1 and self.rank:
            dist.barrier()
        try:
            yield
        finally:
            if self.count > 1 and not self.rank:
                dist.barrier()


def ranks() -> Ranks:
    """The processes that this one has joined; itself alone outside of `joined`."""
    if dist.is_available() and dist.is_initialized():
        return Ranks(dist.get_rank(), dist.get_world_size())
    return Ranks()


@contextmanager
def joined() -> Iterator[Ranks]:
    """Join the processes that torchrun has begun, and part again; alone without torchrun.

    NCCL joins NVIDIA GPUs, one per process, which becomes the device that `labkit.device()` means;
    gloo joins processors.
    errors: ValueError for more processes on a machine than it has GPUs
    Trap: all processes must take the same number of steps. One that leaves the loop early keeps
    the others waiting, so stop by the step's number, never by the clock.
    """
    if "RANK" not in os.environ:
        yield Ranks()
        return
    cards = torch.cuda.is_available()
    if cards:
        torch.cuda.set_device(_own_card())
    dist.init_process_group("nccl" if cards else "gloo")
    try:
        yield ranks()
    finally:
        dist.destroy_process_group()


def _own_card() -> int:
    """The number of the GPU of this process."""
    own, there = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
    if own >= there:
        raise ValueError(
            f"this is process {own + 1} on a machine of {there} GPU{'s' if there > 1 else ''}, and "
            f"each process needs one of its own; start torchrun with --nproc-per-node {there}, or "
            'set CUDA_VISIBLE_DEVICES="" to compute on the processor'
        )
    return own
