"""One model in a run: its weighted loss, its optimizer, its own chance, its best weights."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from labkit.compute import autocast, model_device
from labkit.data.batches import Batch, collate
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.predict import predict
from labkit.files import fingerprint
from labkit.losses.by_name import SoftLoss, WithLabels
from labkit.models.attention import quick_attention
from labkit.training.class_numbers import check_validation
from labkit.training.compact_embedding import CompactTable, compact
from labkit.training.config import DistillConfig, Step
from labkit.training.marks import label_mark, token_mark, weights_key
from labkit.training.optimizer import (
    clip_gradient,
    make_optimizer,
    optimizer_tensors,
    refuse_bad_loss,
    restore_optimizer,
    warmup_then_decay,
)
from labkit.training.random_state import Chance
from labkit.training.ranks import Ranks, ranks
from labkit.training.together import Turn, named_from

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Teacher = Callable[[Batch], Tensor]
HardLoss = Callable[[Tensor, Tensor], Tensor]
BatchLoss = Callable[[Tensor, Batch], tuple[Tensor, Tensor, Tensor]]
"""(logits, batch) -> the number to go down, and its parts ce and kd to look at."""


class Companion(Protocol):
    """What learns beside the student and shares its checkpoint, such as a discriminator."""

    def begin(self, index: int, total: int, epoch: int) -> None:
        """Make ready for a step."""
        ...

    def after(self, step: Step) -> Step:
        """Called when the student has taken its step; returns the step with more to report."""
        ...

    def tensors(self) -> dict[str, Tensor]:
        """The state by names that begin with `companion.`, ready for a checkpoint."""
        ...

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from the state that `tensors` named."""
        ...


@dataclass(frozen=True)
class WeightedLoss:
    """The loss of a batch, as one number to go down and its parts to look at."""

    teacher: Teacher | None
    config: DistillConfig
    soft_loss: SoftLoss | WithLabels
    hard_loss: HardLoss

    def __call__(self, logits: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        weights = self.config.weights
        nothing = logits.new_full((), math.nan)
        hard = nothing if batch.labels is None else self.hard_loss(logits, batch.labels)
        soft = nothing
        if self.teacher is not None and weights.kd > 0:
            target = self.teacher(batch).to(logits.device)
            soft = self._soft(batch)(logits, target, self.config.temperature)
        parts = [(weights.ce, hard), (weights.kd, soft)]
        weighted = [w * part for w, part in parts if w > 0]
        return sum(weighted, start=logits.new_zeros(())), hard, soft

    def _soft(self, batch: Batch) -> SoftLoss:
        loss = self.soft_loss
        return loss.given(batch.labels) if isinstance(loss, WithLabels) else loss


@dataclass(frozen=True)
class StudentSeat:
    """A model's place in a run: what it reads, how it learns, and who learns beside it."""

    model: "PreTrainedModel"
    """Trained in place, on the device where it lies."""
    train: Encoded
    """The training texts in its own tokens."""
    config: DistillConfig
    losses: BatchLoss
    """What goes down, batch by batch."""
    validation: Encoded | None = None
    """Labelled texts; the weights of the best epoch are put back at the end."""
    companion: Companion | None = None
    """What adds to each step and shares the checkpoint."""

    def __post_init__(self) -> None:
        check_validation(self.validation, self.model)

    @contextmanager
    def opened(self) -> Iterator["StudentRun"]:
        """The model at work; at the end it is given back whole and in the mode it came in."""
        was_training = self.model.training
        texts = [self.train] if self.validation is None else [self.train, self.validation]
        table = compact(self.model, texts)
        try:
            yield StudentRun(self, table)
        finally:
            if table is not None:
                table.close()
            self.model.train(was_training)


class StudentRun:
    """The moving parts of one model of a run: optimizer, own chance, best weights."""

    def __init__(self, seat: StudentSeat, table: CompactTable | None) -> None:
        self.seat, self.table = seat, table
        self.model, self.config, self.companion = seat.model, seat.config, seat.companion
        self.where = model_device(seat.model)
        self.ranks = _ranks_of(seat)
        with self.awake():
            self.optimizer = make_optimizer(seat.model, seat.config)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.chance = Chance(seat.config.seed, self.where)
        self.best = -1.0
        self.best_weights: dict[str, Tensor] = {}
        self.clock = time.perf_counter()

    def awake(self) -> AbstractContextManager[None]:
        """Inside, the model computes with its compact table; outside it is whole."""
        return nullcontext() if self.table is None else self.table.in_use()

    def learn(self, turn: Turn) -> Step:
        """One step: forward, backward, update; at the end of an epoch the validation too."""
        share = self.ranks.share(turn.rows)
        step = self._update(collate(self.seat.train, share.rows), turn, share.weight)
        if turn.ends_epoch and self.seat.validation is not None:
            step = replace(step, validation=self._judge(self.seat.validation))
        return step

    def _update(self, batch: Batch, turn: Turn, weight: float) -> Step:
        moved = batch.to(self.where)
        if self.companion is not None:
            self.companion.begin(turn.index, turn.total, turn.epoch)
        factor = warmup_then_decay(turn.index, turn.total)
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        self.model.train()
        if self.ranks.count > 1:
            self.chance = Chance(self.ranks.seed(self.config.seed, turn.index), self.where)
        with self.chance.mine():
            logits = self._logits(moved)
            parts = self.seat.losses(logits, moved)
            told = self.ranks.mean(torch.stack([*parts, _right(logits, moved)]).detach(), weight)
            refuse_bad_loss(told[0], turn.index)
            self.optimizer.zero_grad(set_to_none=True)
            (parts[0] * weight).backward()
        self.ranks.add_gradients(self.model.parameters())
        clip_gradient(self.model, self.config.clip, turn.index)
        self.optimizer.step()
        step = self._report(turn, told)
        return step if self.companion is None else self.companion.after(step)

    def _logits(self, batch: Batch) -> Tensor:
        """(batch, classes) float32, computed in the precision of the run."""
        precision = self.config.precision
        with autocast(self.where, precision), quick_attention(self.model, self.where, precision):
            output = self.model(input_ids=batch.input_ids, attention_mask=batch.attention_mask)
        logits: Tensor = output.logits.float()
        return logits

    def _report(self, turn: Turn, told: Tensor) -> Step:
        loss, hard, soft, right = told.cpu().tolist()
        now = time.perf_counter()
        seconds, self.clock = now - self.clock, now
        return Step(turn.index, turn.total, turn.epoch, loss, hard, soft, right, seconds)

    def _judge(self, validation: Encoded) -> float:
        """Validation accuracy; remembers the weights when it is the best so far."""
        logits = predict(self.model, validation, precision=self.config.precision)
        assert validation.labels is not None
        score = (logits.argmax(-1) == validation.labels).float().mean().item()
        if score > self.best:
            self.best = score
            state = self.model.state_dict()
            self.best_weights = {name: value.clone() for name, value in state.items()}
        return score

    def tensors(self) -> dict[str, Tensor]:
        """Everything that is needed to go on, ready for a checkpoint."""
        result = optimizer_tensors(self.optimizer) | self.chance.tensors()
        if self.companion is not None:
            result |= self.companion.tensors()
        result |= {f"student.{name}": value for name, value in self.model.state_dict().items()}
        return result | {f"best.{name}": value for name, value in self.best_weights.items()}

    def numbers(self) -> dict[str, float]:
        """The plain numbers beside the tensors."""
        return {"best": self.best}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, float]) -> None:
        """Go on from what `tensors` and `numbers` gave."""
        self.model.load_state_dict(named_from(tensors, "student."))
        self.best_weights = named_from(tensors, "best.")
        restore_optimizer(self.optimizer, tensors)
        self.chance.restore(tensors)
        if self.companion is not None:
            self.companion.restore(tensors)
        self.best = numbers["best"]

    def finish(self) -> None:
        """Put the best weights back."""
        if self.best_weights:
            self.model.load_state_dict(self.best_weights)


def _ranks_of(seat: StudentSeat) -> Ranks:
    """The processes of the run, when all of them have the same before them."""
    found = ranks()
    if found.count > 1:
        if seat.companion is not None:
            raise ValueError(
                f"got {found.count} processes and a companion that learns beside the student, "
                "wanted one process: its gradients are not shared"
            )
        texts = (token_mark(seat.train), label_mark(seat.train))
        found.check_alike(fingerprint(weights_key(seat.model), *texts, repr(seat.config)))
    return found


def _right(logits: Tensor, batch: Batch) -> Tensor:
    """The share of texts that are right; nan where nobody knows."""
    if batch.labels is None or batch.labels.is_floating_point():
        return logits.new_full((), math.nan)
    return (logits.detach().argmax(-1) == batch.labels).float().mean()
