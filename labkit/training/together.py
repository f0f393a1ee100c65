"""The loop of every run: one model or several learn from each batch, and the run can be stopped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Generic, Protocol, TypeVar

from torch import Tensor, nn

from labkit.training.marks import weights_key
from labkit.training.run_folder import RunFolder, Snapshot

Report = TypeVar("Report")
Taken = TypeVar("Taken")
Taken_co = TypeVar("Taken_co", covariant=True)
"""What a model reports of one batch, such as a `Step`."""


@dataclass(frozen=True)
class Turn:
    """One batch of a run's plan: all models of the run learn from it, one after another."""

    index: int
    """Number of the batch in the run, from 0."""
    total: int
    """Batches in the whole run."""
    epoch: int
    """Number of the pass over the texts, from 0."""
    rows: Tensor
    """(batch,) int64 positions of the texts."""
    starts_epoch: bool
    ends_epoch: bool


class Learner(Protocol[Taken_co]):
    """One model at work: it learns from a batch and can be written down and put back."""

    def awake(self) -> AbstractContextManager[None]:
        """Ready to compute inside; outside, a whole model for whoever looks at it."""
        ...

    def learn(self, turn: Turn) -> Taken_co:
        """Take one step; at the end of an epoch judge the model as well."""
        ...

    def tensors(self) -> dict[str, Tensor]:
        """The state by name, ready for a checkpoint."""
        ...

    def numbers(self) -> dict[str, float]:
        """The plain numbers of the state."""
        ...

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, float]) -> None:
        """Go on from what `tensors` and `numbers` gave."""
        ...

    def finish(self) -> None:
        """Called once after the last batch, such as to put the best weights back."""
        ...


class Seat(Protocol[Taken_co]):
    """A model's place in a run; it says how the model is made ready and given back."""

    @property
    def model(self) -> nn.Module:
        """The model that learns."""
        ...

    def opened(self) -> AbstractContextManager[Learner[Taken_co]]:
        """The model at work, given back as it came when the block ends."""
        ...


class Preparation(Protocol):
    """What happens before the models learn from a batch, such as asking those above anew."""

    def prepare(self, turn: Turn) -> None:
        """Called before each batch."""
        ...

    def tensors(self) -> dict[str, Tensor]:
        """The state by name, ready for a checkpoint."""
        ...

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        ...


def together(
    seats: Mapping[str, Seat[Taken]],
    turns: Callable[[int], Iterator[Turn]],
    report: Callable[[Turn, Sequence[Taken]], Report],
    disk: RunFolder | None = None,
    save_every: int = 50,
    preparation: Preparation | None = None,
) -> Iterator[Report]:
    """Let every model learn from every batch, in the order of the seats, and yield a report each.

    seats:       name -> model; a later one may ask an earlier one that has just learned
    turns:       batches done -> the batches that are left, such as `Plan.turns`
    report:      makes one dataclass of the models' steps; it is also a line of metrics.jsonl
    disk:        where the run writes itself down and goes on from, every `save_every` batches
    preparation: what is done before each batch

    Between two batches, and after a stop, every model is whole. Leaving the loop writes a
    checkpoint; a run that goes on from it ends with the same weights, to the last bit.
    """
    with _left_behind(seats, disk), ExitStack() as opened:
        learners = {name: opened.enter_context(seat.opened()) for name, seat in seats.items()}
        run = _Run(learners, preparation, disk, save_every)
        try:
            for turn in turns(run.done):
                step = report(turn, run.take(turn))
                run.write(step)
                yield step
            run.finish()
        except GeneratorExit:  # between two batches, so weights and optimizers agree
            run.save()
            raise


@contextmanager
def _left_behind(seats: Mapping[str, Seat[Taken]], disk: RunFolder | None) -> Iterator[None]:
    """At the end note which weights the models were left with: they may be brought back."""
    try:
        yield
    finally:
        if disk is not None:
            disk.leave({name: weights_key(seat.model) for name, seat in seats.items()})


class _Run(Generic[Taken]):
    """The learners of a run, how far they are, and what of it is on disk."""

    def __init__(
        self,
        learners: Mapping[str, Learner[Taken]],
        preparation: Preparation | None,
        disk: RunFolder | None,
        save_every: int,
    ) -> None:
        self.learners, self.preparation = learners, preparation
        self.disk, self.save_every = disk, save_every
        self.done = self.saved = 0
        snapshot = None if disk is None else disk.load()
        if snapshot is not None:
            self._restore(snapshot)
        if disk is not None:
            disk.cut_metrics(self.done)

    @contextmanager
    def _awake(self) -> Iterator[None]:
        with ExitStack() as stack:
            for learner in self.learners.values():
                stack.enter_context(learner.awake())
            yield

    def take(self, turn: Turn) -> list[Taken]:
        """One batch: the preparation, then a step of every model."""
        with self._awake():
            if self.preparation is not None:
                self.preparation.prepare(turn)
            steps = [learner.learn(turn) for learner in self.learners.values()]
        self.done += 1
        return steps

    def write(self, step: Any) -> None:
        """Put the step on disk, and now and then a checkpoint."""
        if self.disk is None:
            return
        self.disk.append(asdict(step))
        if self.done - self.saved >= self.save_every:
            self.save()

    def save(self) -> None:
        """Write a checkpoint of the last whole batch, if there is a folder for it."""
        if self.disk is None or self.saved == self.done:
            return
        with self._awake():
            tensors = {
                f"{name}:{key}": value
                for name, learner in self.learners.items()
                for key, value in learner.tensors().items()
            }
            if self.preparation is not None:
                prepared = self.preparation.tensors()
                tensors |= {f"preparation:{key}": value for key, value in prepared.items()}
            numbers = {name: learner.numbers() for name, learner in self.learners.items()}
            self.disk.save(Snapshot(tensors, {"done": self.done, "learners": numbers}))
        self.saved = self.done

    def _restore(self, snapshot: Snapshot) -> None:
        with self._awake():
            for name, learner in self.learners.items():
                numbers = snapshot.numbers["learners"][name]
                learner.restore(named_from(snapshot.tensors, f"{name}:"), numbers)
            if self.preparation is not None:
                self.preparation.restore(named_from(snapshot.tensors, "preparation:"))
        self.done = self.saved = snapshot.numbers["done"]

    def finish(self) -> None:
        """Write the last checkpoint and let the models put their best weights back."""
        self.save()
        with self._awake():
            for learner in self.learners.values():
                learner.finish()


def named_from(tensors: Mapping[str, Tensor], start: str) -> dict[str, Tensor]:
    """The tensors whose names begin with `start`, by the rest of their names."""
    return {key[len(start) :]: value for key, value in tensors.items() if key.startswith(start)}
