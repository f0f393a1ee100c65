"""A clock on the student: what one contender did, and how long it took."""

import time
from dataclasses import dataclass, field

from torch import Tensor, nn

Moment = tuple[float, float]
"""Seconds on the wall clock, and seconds that this process kept the processor busy."""


class Enough(Exception):
    """The contender has shown as many steps as were asked for."""


@dataclass
class Meter:
    """Counts the student's training steps; may stop a slow contender early."""

    limit: int | None = None
    """Steps after which the contender is stopped; None lets it finish."""
    first_loss: float = float("nan")
    steps: int = 0
    tokens: int = 0
    places: int = 0
    begun: Moment = (0.0, 0.0)
    ended: Moment = (0.0, 0.0)
    marks: list[Moment] = field(default_factory=list, repr=False)
    """When each step's forward pass of the student began."""

    def watch(self, student: nn.Module) -> nn.Module:
        """Count the student's training steps and the places it reads."""
        student.register_forward_pre_hook(self._count, with_kwargs=True)
        return student

    def _count(self, module: nn.Module, args: tuple, kwargs: dict[str, Tensor]) -> None:
        if not module.training:
            return
        self.marks.append(now())
        if self.limit is not None and len(self.marks) > self.limit:
            raise Enough
        mask = kwargs["attention_mask"]
        self.steps += 1
        self.tokens += int(mask.sum())
        self.places += mask.numel()

    def saw(self, loss: Tensor | float) -> None:
        """Remember the loss of the first batch."""
        if self.first_loss != self.first_loss:
            self.first_loss = float(loss.detach()) if isinstance(loss, Tensor) else loss

    def __enter__(self) -> "Meter":
        self.begun = now()
        return self

    def __exit__(self, kind: type | None, *error: object) -> bool:
        self.ended = now()
        return kind is not None and issubclass(kind, Enough)

    @property
    def padding(self) -> float:
        """Share of the student's input that was padding."""
        return 1 - self.tokens / max(1, self.places)

    def whole_run(self, steps: int) -> Moment:
        """How long the whole run of `steps` steps takes.

        A contender that was stopped is scaled up by the time between its steps, so its set-up,
        which it would pay once, is left out in its favour.
        """
        stopped = len(self.marks) > self.steps
        first, last = (self.marks[0], self.marks[-1]) if stopped else (self.begun, self.ended)
        factor = steps / self.steps
        return (last[0] - first[0]) * factor, (last[1] - first[1]) * factor


def now() -> Moment:
    """This moment on both clocks."""
    return time.perf_counter(), time.process_time()
