"""One of the models of an online run: how it answers, how it steps, how it is written down."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from labkit.compute import autocast, model_device
from labkit.data.batches import collate
from labkit.data.encoding.encoded import Encoded
from labkit.methods.online.config import SideConfig
from labkit.models.bottlenecks import BottleneckOutput, Passage
from labkit.models.pooled import second_text
from labkit.training.optimizer import (
    clip_gradient,
    optimizer_tensors,
    restore_optimizer,
    warmup_then_decay,
)
from labkit.training.random_state import Chance
from labkit.training.together import Turn, named_from

Inputs = Callable[[Tensor], tuple[Tensor, ...]]
"""Positions of some texts -> what the model is called with, such as `LowerStates.take`."""


def token_inputs(encoded: Encoded, separator: int | None = None) -> Inputs:
    """Token ids and mask of texts; with the separator's id also BERT's token types of pairs."""

    def take(rows: Tensor) -> tuple[Tensor, ...]:
        batch = collate(encoded, rows)
        ids, mask = batch.input_ids, batch.attention_mask
        return (ids, mask) if separator is None else (ids, mask, second_text(ids, mask, separator))

    return take


def row_inputs(features: Tensor) -> Inputs:
    """Rows of a table (texts, width), such as bags of token vectors."""
    return lambda rows: (features[rows],)


@dataclass(frozen=True)
class Answer:
    """What a model says about a batch."""

    logits: Tensor
    """(batch, classes), or (batch, 1) scores, float32."""
    passage: Passage | None
    """What went through its bottleneck; None for a model without."""
    hidden: tuple[Tensor, ...] = ()
    """(batch, tokens, width) of its input and each layer; empty where it hands out none."""


class Side:
    """A model in an online run: it answers, with or without gradient, and takes its own steps.

    model:  called with what `inputs` gives; its output has `logits`, and a `passage` if it has a
            bottleneck under the name `bottleneck`
    labels: (texts,) class numbers, or scores in [0, 1]
    judge:  the number that chooses the best weights, such as the task's metric on validation
            texts; None keeps the last ones
    """

    def __init__(
        self,
        model: nn.Module,
        inputs: Inputs,
        labels: Tensor,
        config: SideConfig,
        seed: int = 0,
        precision: str = "auto",
        judge: Callable[[], float] | None = None,
    ) -> None:
        self.model, self.inputs, self.labels, self.config = model, inputs, labels, config
        self.precision, self.judge = precision, judge
        self.where = model_device(model)
        self.optimizer = _optimizer(model, config)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.chance = Chance(seed, self.where)
        self.best = -math.inf
        self.best_weights: dict[str, Tensor] = {}

    def answer(self, rows: Tensor) -> Answer:
        """In training mode, with gradient, its dropout drawn from its own chance."""
        self.model.train()
        with self.chance.mine():
            return self.call(rows)

    def look(self, rows: Tensor) -> Answer:
        """In eval mode without gradient: what the other model is shown."""
        self.model.eval()
        with torch.no_grad():
            return self.call(rows)

    def call(self, rows: Tensor) -> Answer:
        """In the mode the model is in, with gradient where that is switched on."""
        given = [value.to(self.where) for value in self.inputs(rows)]
        with autocast(self.where, self.precision):
            output = self.model(*given)
        if not isinstance(output, BottleneckOutput):
            return Answer(output.logits.float(), None)
        return Answer(output.logits.float(), output.passage, output.hidden)

    def targets(self, rows: Tensor) -> Tensor:
        """The labels of these rows, where the model is."""
        return self.labels[rows].to(self.where)

    def descend(self, loss: Tensor, turn: Turn) -> None:
        """One step down the gradient of `loss`.

        errors: FloatingPointError for a loss that is not finite, before it spoils the weights
        """
        if not torch.isfinite(loss):
            raise FloatingPointError(
                f"the loss of step {turn.index} is {loss.item()}; lower the learning rate or the "
                "weight of the bottleneck's loss, or look for labels that are not numbers"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.step(turn)

    def step(self, turn: Turn) -> None:
        """Move by the gradients that the weights hold now.

        errors: FloatingPointError for gradients that are not finite
        """
        factor = warmup_then_decay(turn.index, turn.total)
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak if self.config.optimizer == "sgd" else peak * factor
        clip_gradient(self.model, self.config.clip, turn.index)
        self.optimizer.step()

    def score(self) -> float | None:
        """Judge the model if there is a judge, and remember the weights when they are the best."""
        if self.judge is None:
            return None
        value = self.judge()
        if value > self.best:
            state = self.model.state_dict()
            self.best, self.best_weights = value, {k: v.clone() for k, v in state.items()}
        return value

    def tensors(self) -> dict[str, Tensor]:
        """Weights, optimizer, chance and best weights by name, ready for a checkpoint."""
        stored = optimizer_tensors(self.optimizer) | self.chance.tensors()
        stored |= {f"model.{name}": value for name, value in self.model.state_dict().items()}
        return stored | {f"best.{name}": value for name, value in self.best_weights.items()}

    def numbers(self) -> dict[str, float]:
        """The best score so far."""
        return {"best": self.best}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, float]) -> None:
        """Go on from what `tensors` and `numbers` gave."""
        self.model.load_state_dict(named_from(tensors, "model."))
        self.best_weights = named_from(tensors, "best.")
        restore_optimizer(self.optimizer, tensors)
        self.chance.restore(tensors)
        self.best = numbers["best"]

    def finish(self) -> None:
        """Put the best weights back, if there was a judge."""
        if self.best_weights:
            self.model.load_state_dict(self.best_weights)


def _optimizer(model: nn.Module, config: SideConfig) -> torch.optim.Optimizer:
    named = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    heads = [weight for name, weight in named if _is_head(name)]
    rest = [weight for name, weight in named if not _is_head(name)]
    groups = _groups(rest, heads, config)
    if config.optimizer == "sgd":
        return torch.optim.SGD(groups)
    return torch.optim.AdamW(groups, weight_decay=config.weight_decay, fused=True)


def _groups(
    rest: Sequence[Tensor], heads: Sequence[Tensor], config: SideConfig
) -> list[dict[str, Any]]:
    head_rate = config.head_learning_rate or config.learning_rate
    groups = [{"params": rest, "lr": config.learning_rate}, {"params": heads, "lr": head_rate}]
    return [group for group in groups if group["params"]]


def _is_head(name: str) -> bool:
    return name.startswith(("bottleneck.", "classifier."))
