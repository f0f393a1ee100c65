"""A side of an online run in the shared loop of several models."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from torch import Tensor, nn

from labkit.methods.online.config import SideStep
from labkit.methods.online.side import Side
from labkit.training.config import Step
from labkit.training.together import Turn


@dataclass(frozen=True)
class SideSeat:
    """A side's place in the shared loop."""

    side: Side
    take: Callable[[Turn], SideStep]
    """Its step for one batch."""

    @property
    def model(self) -> nn.Module:
        """The model that learns."""
        return self.side.model

    @contextmanager
    def opened(self) -> "Iterator[SideLearner]":
        """The side at work; the model is given back in the mode it came in."""
        was_training = self.model.training
        try:
            yield SideLearner(self.side, self.take)
        finally:
            self.model.train(was_training)


@dataclass(frozen=True)
class SideLearner:
    """A side as the shared loop sees it."""

    side: Side
    take: Callable[[Turn], SideStep]

    def awake(self) -> AbstractContextManager[None]:
        """The model is always whole."""
        return nullcontext()

    def learn(self, turn: Turn) -> Step:
        """Take one step."""
        return self.take(turn)

    def tensors(self) -> dict[str, Tensor]:
        """The side's state by name."""
        return self.side.tensors()

    def numbers(self) -> dict[str, float]:
        """The side's plain numbers."""
        return self.side.numbers()

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, float]) -> None:
        """Go on from what `tensors` and `numbers` gave."""
        self.side.restore(tensors, numbers)

    def finish(self) -> None:
        """Put the best weights back."""
        self.side.finish()
