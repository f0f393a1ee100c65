"""The moving parts of a run of language models: batches, optimizers, and the folder on disk."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from labkit.compute import model_device
from labkit.llm.config import Descent, RunConfig
from labkit.llm.tokens import Pairs
from labkit.training.marks import architecture, mark_of, weights_key
from labkit.training.optimizer import optimizer_tensors, restore_optimizer
from labkit.training.random_state import Chance
from labkit.training.run_folder import RunFolder
from labkit.training.together import Turn, named_from

Report = TypeVar("Report")


@dataclass(frozen=True)
class PromptPlan:
    """Which prompts come in which batch: shuffled anew for each pass, decided by the seed alone."""

    count: int
    """How many prompts there are."""
    batch_size: int
    steps: int
    seed: int

    def turns(self, done: int) -> Iterator[Turn]:
        """The batches that are left when `done` of them are done.

        A pass drops what is left over after its last whole batch; the next pass shuffles anew.
        """
        size = min(self.batch_size, self.count)
        a_pass = self.count // size
        for index in range(done, self.steps):
            epoch, place = divmod(index, a_pass)
            rows = self._order(epoch)[place * size : (place + 1) * size]
            yield Turn(index, self.steps, epoch, rows, place == 0, place == a_pass - 1)

    def _order(self, epoch: int) -> Tensor:
        chance = torch.Generator().manual_seed(self.seed * 100_003 + epoch)
        return torch.randperm(self.count, generator=chance)


class Learning:
    """A model with its optimizer and its own chance."""

    def __init__(self, model: nn.Module, how: Descent, steps: int, seed: int) -> None:
        self.model, self.how, self.steps = model, how, steps
        self.weights = [weight for weight in model.parameters() if weight.requires_grad]
        if not self.weights:
            raise ValueError(f"no weight of the {type(model).__name__} may learn: requires_grad")
        self.optimizer = torch.optim.AdamW(
            self.weights, how.learning_rate, (0.9, 0.98), weight_decay=how.weight_decay, fused=True
        )
        self.chance = Chance(seed, model_device(model))

    def descend(self, loss: Tensor, step: int) -> float:
        """One update; returns the norm of the gradient before clipping.

        step: number of the step among those in which this model learns, from 0
        """
        self.find_slope(loss, step)
        return self.update(step)

    def find_slope(self, loss: Tensor, step: int) -> None:
        """The gradient of a loss, in place of the one before; FloatingPointError without one."""
        if not torch.isfinite(loss):
            raise FloatingPointError(
                f"the loss of step {step} is {loss.item()}; lower the learning rate, or look for "
                "scores and logits that are not numbers"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward(inputs=self.weights)

    def update(self, step: int) -> float:
        """Follow the gradient at hand; returns its norm before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.how.learning_rate * self.how.factor(step, self.steps)
        norm = nn.utils.clip_grad_norm_(self.weights, self.how.clip or torch.inf)
        self.optimizer.step()
        return float(norm)

    def tensors(self) -> dict[str, Tensor]:
        """Weights, optimizer and chance by name."""
        state = {f"model.{name}": value for name, value in each_once(self.model).items()}
        return optimizer_tensors(self.optimizer) | self.chance.tensors() | state

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        put_back(self.model, named_from(tensors, "model."))
        restore_optimizer(self.optimizer, dict(tensors))
        self.chance.restore(dict(tensors))


def each_once(model: nn.Module) -> dict[str, Tensor]:
    """The state of a model, a table of two names (such as input and output) under one of them."""
    named = dict(model.named_parameters(remove_duplicate=False))
    buffers = {name: v for name, v in model.state_dict().items() if name not in named}
    return dict(model.named_parameters()) | buffers


def put_back(model: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Put the state that `each_once` gave back.

    errors: ValueError when it is that of another model
    """
    if each_once(model).keys() != state.keys():
        raise ValueError("the stored weights are those of another model; build the same one")
    model.load_state_dict(state, strict=False)


@dataclass(frozen=True)
class ModelSeat(Generic[Report]):
    """A model's place in a run; it is given back in the mode it came in."""

    model: nn.Module
    """Trained in place, on the device where it lies."""
    how: Descent
    steps: int
    """In how many steps it learns."""
    seed: int
    learn: Callable[[Learning, Turn], Report]
    """Takes its step for one batch."""
    dropout: bool = False
    """Whether its dropout is on while it learns; sampling and scoring must agree without it."""

    @contextmanager
    def opened(self) -> "Iterator[ModelLearner[Report]]":
        """The model at work."""
        was_training = self.model.training
        self.model.train(self.dropout)
        learning = Learning(self.model, self.how, self.steps, self.seed)
        try:
            yield ModelLearner(learning, self.learn)
        finally:
            self.model.train(was_training)


@dataclass(frozen=True)
class ModelLearner(Generic[Report]):
    """A model as the shared loop sees it."""

    learning: Learning
    take: Callable[[Learning, Turn], Report]

    def awake(self) -> AbstractContextManager[None]:
        """The model is always whole."""
        return nullcontext()

    def learn(self, turn: Turn) -> Report:
        """Take one step; what it draws, such as dropout, belongs to this run."""
        with self.learning.chance.mine():
            return self.take(self.learning, turn)

    def tensors(self) -> dict[str, Tensor]:
        """The state by name."""
        return self.learning.tensors()

    def numbers(self) -> dict[str, float]:
        """No plain numbers."""
        return {}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, float]) -> None:
        """Go on from what `tensors` gave."""
        self.learning.restore(tensors)

    def finish(self) -> None:
        """The last weights stay."""


def plan(pairs: Pairs, config: RunConfig, steps: int | None = None) -> PromptPlan:
    """The batches of a run over these pairs."""
    return PromptPlan(len(pairs), config.batch_size, steps or config.steps, config.seed)


def run_folder(
    folder: Path | str | None,
    models: Mapping[str, nn.Module],
    pairs: Pairs,
    config: RunConfig,
    parts: Mapping[str, object],
) -> RunFolder | None:
    """The folder of a run; None where it has none.

    models: name -> each model that learns, before it learns
    parts:  by name, what else decides the run, such as a teacher
    errors: ValueError when the folder holds a run that differs in anything
    """
    if folder is None:
        return None
    told: dict[str, object] = {"config": asdict(config), "pairs": pairs.mark()}
    told |= {name: mark_of(part) for name, part in parts.items()}
    for name, model in models.items():
        told[name] = architecture(model)
        told[f"first weights of the {name}"] = weights_key(model)
    return RunFolder(folder, told, {name: f"first weights of the {name}" for name in models})


class Clock:
    """Seconds since the last look."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        """Seconds since the last lap, or since the beginning."""
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        return seconds
