"""The moving parts of a run: weighted loss, optimizer, own chance, best weights, checkpoints."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from labkit.compute import autocast
from labkit.data.batches import Batch, Encoded
from labkit.evaluation.predict import model_device, predict
from labkit.losses.by_name import SoftLoss, WithLabels
from labkit.models.attention import quick_attention
from labkit.training.config import DistillConfig, Step
from labkit.training.random_state import Chance
from labkit.training.run_folder import RunFolder, Snapshot, optimizer_tensors, restore_optimizer
from labkit.training.schedule import warmup_then_decay

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
        nothing = logits.new_tensor(math.nan)
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


class StudentRun:
    """The moving parts of a run: optimizer, own chance, best weights, checkpoint."""

    def __init__(
        self,
        student: "PreTrainedModel",
        config: DistillConfig,
        disk: RunFolder | None,
        companion: Companion | None = None,
    ) -> None:
        self.student, self.config, self.disk = student, config, disk
        self.companion = companion
        self.where = model_device(student)
        self.optimizer = make_optimizer(student, config)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.chance = Chance(config.seed, self.where)
        self.done = 0
        self.saved = 0
        self.best = -1.0
        self.best_weights: dict[str, Tensor] = {}
        self.clock = time.perf_counter()
        if disk is not None:
            self._go_on(disk)

    def _go_on(self, disk: RunFolder) -> None:
        snapshot = disk.load()
        if snapshot is not None:
            self._restore(snapshot)
        disk.cut_metrics(self.done)

    def _restore(self, snapshot: Snapshot) -> None:
        tensors = snapshot.tensors
        self.student.load_state_dict(_named(tensors, "student."))
        self.best_weights = _named(tensors, "best.")
        restore_optimizer(self.optimizer, tensors)
        self.chance.restore(tensors)
        if self.companion is not None:
            self.companion.restore(tensors)
        self.done = self.saved = snapshot.numbers["done"]
        self.best = snapshot.numbers["best"]

    def learn(self, batch: Batch, losses: BatchLoss, epoch: int, total: int) -> Step:
        """One step: forward, backward, update."""
        moved = batch.to(self.where)
        if self.companion is not None:
            self.companion.begin(self.done, total, epoch)
        factor = warmup_then_decay(self.done, total)
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        self.student.train()
        with self.chance.mine():
            with (
                autocast(self.where, self.config.precision),
                quick_attention(self.student, self.where, self.config.precision),
            ):
                output = self.student(
                    input_ids=moved.input_ids, attention_mask=moved.attention_mask
                )
            logits = output.logits.float()
            loss, hard, soft = losses(logits, moved)
            refuse_bad_loss(loss, self.done)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
        if self.config.clip:
            torch.nn.utils.clip_grad_norm_(self.student.parameters(), self.config.clip)
        self.optimizer.step()
        self.done += 1
        step = self._report(epoch, total, logits, moved, (loss, hard, soft))
        return step if self.companion is None else self.companion.after(step)

    def _report(
        self, epoch: int, total: int, logits: Tensor, batch: Batch, parts: tuple[Tensor, ...]
    ) -> Step:
        right = math.nan
        if batch.labels is not None and not batch.labels.is_floating_point():
            right = (logits.detach().argmax(-1) == batch.labels).float().mean().item()
        loss, hard, soft = (part.item() for part in parts)
        now = time.perf_counter()
        seconds, self.clock = now - self.clock, now
        return Step(self.done - 1, total, epoch, loss, hard, soft, right, seconds)

    def judge(self, validation: Encoded) -> float:
        """Validation accuracy; remembers the weights when it is the best so far."""
        logits = predict(self.student, validation, precision=self.config.precision)
        assert validation.labels is not None
        score = (logits.argmax(-1) == validation.labels).float().mean().item()
        if score > self.best:
            self.best = score
            state = self.student.state_dict()
            self.best_weights = {name: value.clone() for name, value in state.items()}
        return score

    def write(self, step: Step) -> None:
        """Put the step on disk, and now and then a checkpoint."""
        if self.disk is None:
            return
        self.disk.append(asdict(step))
        if self.done - self.saved >= self.config.save_every:
            self.save()

    def save(self) -> None:
        """Write a checkpoint of the last whole step, if there is a folder for it."""
        if self.disk is None or self.saved == self.done:
            return
        tensors = optimizer_tensors(self.optimizer) | self.chance.tensors()
        if self.companion is not None:
            tensors |= self.companion.tensors()
        state = self.student.state_dict()
        tensors |= {f"student.{name}": value for name, value in state.items()}
        tensors |= {f"best.{name}": value for name, value in self.best_weights.items()}
        self.disk.save(Snapshot(tensors, {"done": self.done, "best": self.best}))
        self.saved = self.done

    def finish(self) -> None:
        """Write the last checkpoint and put the best weights back."""
        self.save()
        if self.best_weights:
            self.student.load_state_dict(self.best_weights)


def make_optimizer(student: "PreTrainedModel", config: DistillConfig) -> torch.optim.AdamW:
    """AdamW in two groups: the embedding table without weight decay, and the rest."""
    table = list(student.get_input_embeddings().parameters())
    in_table = {id(weight) for weight in table}
    rest = [w for w in student.parameters() if w.requires_grad and id(w) not in in_table]
    table_rate = config.embedding_learning_rate or config.learning_rate
    groups: list[dict[str, Any]] = [
        {"params": rest, "lr": config.learning_rate, "weight_decay": config.weight_decay},
        {"params": table, "lr": table_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, fused=True)


def refuse_bad_loss(loss: Tensor, step: int) -> None:
    """Stop before a loss that is not a number can spoil the weights."""
    if not torch.isfinite(loss):
        raise FloatingPointError(
            f"the loss of step {step} is {loss.item()}; lower the learning rate, "
            "or look for empty texts or labels that are not numbers"
        )


def _named(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key[len(prefix) :]: v for key, v in tensors.items() if key.startswith(prefix)}
