"""Random numbers that belong to one run, whatever else the notebook draws."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

CARDS = ("cuda", "mps")
"""Kinds of device with a random state of their own."""


class Chance:
    """The random state of one run; dropout inside `with chance.mine():` draws from it alone.

    torch's dropout knows only the global generators, so their state is exchanged on the way in
    and given back on the way out. `tensors` and `restore` carry it over a stop.
    """

    def __init__(self, seed: int, where: torch.device) -> None:
        self._where = where
        self._cpu_state = torch.Generator().manual_seed(seed).get_state()
        self._card_state: Tensor | None = None
        if where.type in CARDS:
            self._card_state = torch.Generator(where).manual_seed(seed).get_state()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Exchange the global random state for this run's."""
        others, others_card = torch.get_rng_state(), None
        torch.set_rng_state(self._cpu_state)
        if self._card_state is not None:
            others_card = _state_of(self._where)
            _set_state(self._where, self._card_state)
        try:
            yield
        finally:
            self._cpu_state = torch.get_rng_state()
            torch.set_rng_state(others)
            if others_card is not None:
                self._card_state = _state_of(self._where)
                _set_state(self._where, others_card)

    def tensors(self) -> dict[str, Tensor]:
        """The state as named tensors, ready for a checkpoint."""
        found = {"chance.cpu": self._cpu_state}
        if self._card_state is not None:
            found[self._card_name] = self._card_state
        return found

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from the state named by `tensors`.

        Trap: a checkpoint from another kind of device has no state for this one. Here it then
        begins at the seed again: the run goes on, though not as it would have gone on there.
        """
        self._cpu_state = tensors["chance.cpu"]
        if self._card_state is not None:
            self._card_state = tensors.get(self._card_name, self._card_state)

    @property
    def _card_name(self) -> str:
        return f"chance.{self._where.type}"


def _state_of(card: torch.device) -> Tensor:
    return torch.mps.get_rng_state() if card.type == "mps" else torch.cuda.get_rng_state(card)


def _set_state(card: torch.device, state: Tensor) -> None:
    if card.type == "mps":
        torch.mps.set_rng_state(state)
    else:
        torch.cuda.set_rng_state(state, card)
