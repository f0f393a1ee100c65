"""Curriculum temperature: the temperature is learned too, against the student."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.compute import model_device
from labkit.data.batches import Batch
from labkit.data.encoding.encoded import Encoded
from labkit.losses.kl import soft_kl
from labkit.training.class_numbers import check_class_numbers, check_validation
from labkit.training.config import DistillConfig, Step
from labkit.training.loop import run_folder, run_steps
from labkit.training.optimizer import optimizer_tensors, restore_optimizer
from labkit.training.student_run import Teacher, WeightedLoss

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class TemperatureConfig:
    """How the temperature is learned; the defaults are those of the authors' code but for Adam."""

    start: float = 1.0
    """Smallest temperature, above 0, no unit."""
    span: float = 20.0
    """Largest temperature minus the smallest, above 0."""
    first: float = 1.0
    """First value of the learned number w; T = start + span * sigmoid(w), 15.6 with the rest."""
    learning_rate: float = 1e-2
    """Adam step size of w, above 0; w has no weight decay."""
    strength: float = 1.0
    """Largest factor on the reversed gradient, at least 0; 0 keeps the temperature fixed."""
    warmup_epochs: int = 10
    """Epochs in which the factor grows from 0 to `strength` along a cosine, at least 1."""
    square_learns: bool = True
    """Whether the factor T^2 is part of what w makes large. With it w settles at a finite
    temperature; without it the lowest temperature always wins."""

    def __post_init__(self) -> None:
        for name in ("start", "span", "learning_rate"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a number above 0, got {value}")
        if not (math.isfinite(self.strength) and self.strength >= 0):
            raise ValueError(f"strength must be a number of at least 0, got {self.strength}")
        if self.warmup_epochs < 1:
            raise ValueError(f"warmup_epochs must be at least 1, got {self.warmup_epochs}")


@dataclass(frozen=True)
class TemperatureStep(Step):
    """A step of a run with a learned temperature."""

    temperature: float = math.nan
    """The temperature of this step's soft loss, no unit."""
    strength: float = math.nan
    """The factor on the reversed gradient."""


def ctkd(
    student: "PreTrainedModel",
    teacher: Teacher,
    train: Encoded,
    config: DistillConfig,
    temperature: TemperatureConfig | None = None,
    *,
    validation: Encoded | None = None,
    folder: Path | str | None = None,
) -> Iterator[TemperatureStep]:
    """`distill` with a temperature that is learned to make the student's soft loss large.

    Source: Li et al. 2022, CTKD (arXiv:2211.16231), eq. 3 and 8 with one global temperature; the
    reversed gradient grows from easy to hard. The paper's second kind, a temperature for each
    text, is not here.

    config.temperature is not used; all else is as in `distill`
    errors: ValueError without a soft loss, or for texts without labels where they are needed
    """
    if config.weights.kd == 0:
        raise ValueError("the weight kd is 0, so there is no temperature to learn; raise kd")
    if train.labels is None and config.weights.ce > 0:
        raise ValueError("the training texts have no labels; encode them, or set Weights(0, 1)")
    check_class_numbers(train, student, "training")
    check_validation(validation, student)
    learned = TemperatureConfig() if temperature is None else temperature
    losses = CurriculumLoss(teacher, config, learned, model_device(student))
    parts = {"teacher": teacher, "learned temperature": learned}
    disk = run_folder(folder, student, train, validation, config, parts)
    steps = run_steps(student, train, config, losses, validation, disk, losses)
    return cast(Iterator[TemperatureStep], steps)


class CurriculumLoss:
    """The loss of a batch at the learned temperature, which takes its own step after it."""

    def __init__(
        self,
        teacher: Teacher,
        config: DistillConfig,
        learned: TemperatureConfig,
        where: torch.device,
    ) -> None:
        self.learned, self.strength, self.temperature = learned, 0.0, math.nan
        self.w = nn.Parameter(torch.full((), float(learned.first), device=where))
        self.optimizer = torch.optim.Adam([self.w], lr=learned.learning_rate)
        self.losses = WeightedLoss(teacher, config, self._soft, F.cross_entropy)

    def __call__(self, logits: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        return self.losses(logits, batch)

    def _soft(self, student: Tensor, teacher: Tensor, unused: float) -> Tensor:
        reversed_w = cast(Tensor, ReversedGradient.apply(self.w, self.strength))
        temperature = self.learned.start + self.learned.span * reversed_w.sigmoid()
        self.temperature = float(temperature.detach())
        factor = temperature if self.learned.square_learns else temperature.detach()
        return soft_kl(student / temperature, teacher / temperature, 1.0) * factor**2

    def begin(self, index: int, total: int, epoch: int) -> None:
        """Set the strength of the reversed gradient for this epoch."""
        self.strength = strength_at(epoch, self.learned)

    def after(self, step: Step) -> TemperatureStep:
        """Let the temperature take its step; report both numbers."""
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return TemperatureStep(**asdict(step), temperature=self.temperature, strength=self.strength)

    def tensors(self) -> dict[str, Tensor]:
        """w and its optimizer, ready for a checkpoint."""
        state = optimizer_tensors(self.optimizer)
        return {"companion.w": self.w.detach()} | {f"companion.{k}": v for k, v in state.items()}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from the state that `tensors` named."""
        with torch.no_grad():
            self.w.copy_(tensors["companion.w"])
        start = "companion."
        mine = {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}
        restore_optimizer(self.optimizer, mine)


class ReversedGradient(torch.autograd.Function):
    """The value as it is; its gradient times minus a factor.

    Source: Ganin and Lempitsky 2015 (arXiv:1409.7495), gradient reversal.
    """

    @staticmethod
    def forward(ctx: Any, value: Tensor, factor: float) -> Tensor:
        ctx.factor = factor
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Minus the factor times the gradient."""
        return -ctx.factor * gradients[0], None


def strength_at(epoch: int, learned: TemperatureConfig) -> float:
    """The factor on the reversed gradient: 0 in epoch 0, `strength` from `warmup_epochs` on.

    Source: Li et al. 2022, CTKD (arXiv:2211.16231), eq. 11, the cosine curriculum.
    """
    share = min(epoch, learned.warmup_epochs) / learned.warmup_epochs
    return learned.strength * (1 - math.cos(math.pi * share)) / 2
