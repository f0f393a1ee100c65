"""Random numbers that belong to one run, whatever else the notebook draws."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class Chance:
    """The random state of one run; dropout inside `with chance.mine():` draws from it alone.

    torch's dropout knows only the global generators, so their state is exchanged on the way in
    and given back on the way out. `tensors` and `restore` carry it over a stop.
    """

    def __init__(self, seed: int, where: torch.device) -> None:
        self._cuda = where.type == "cuda"
        self._where = where
        self._cpu_state = torch.Generator().manual_seed(seed).get_state()
        if self._cuda:
            self._cuda_state = torch.Generator(where).manual_seed(seed).get_state()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Exchange the global random state for this run's."""
        others = torch.get_rng_state()
        torch.set_rng_state(self._cpu_state)
        if self._cuda:
            others_cuda = torch.cuda.get_rng_state(self._where)
            torch.cuda.set_rng_state(self._cuda_state, self._where)
        try:
            yield
        finally:
            self._cpu_state = torch.get_rng_state()
            torch.set_rng_state(others)
            if self._cuda:
                self._cuda_state = torch.cuda.get_rng_state(self._where)
                torch.cuda.set_rng_state(others_cuda, self._where)

    def tensors(self) -> dict[str, Tensor]:
        """The state as named tensors, ready for a checkpoint."""
        found = {"chance.cpu": self._cpu_state}
        if self._cuda:
            found["chance.cuda"] = self._cuda_state
        return found

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from the state named by `tensors`."""
        self._cpu_state = tensors["chance.cpu"]
        if self._cuda:
            self._cuda_state = tensors["chance.cuda"]
