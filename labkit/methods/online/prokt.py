"""Methods that differ from plain online distillation in who weighs what: ProKT and DML."""

import time
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from labkit.files import fingerprint
from labkit.methods.online.config import OnlineConfig, SideStep
from labkit.methods.online.exchange import Exchange
from labkit.methods.online.parts import bottleneck_of, losses, report
from labkit.training.config import Weights
from labkit.training.together import Turn


def prokt(config: OnlineConfig, weight: float = 0.1) -> OnlineConfig:
    """The settings of ProKT: the teacher listens with `weight`, the student hears it alone.

    Source: Shi et al. 2020 (arXiv:2010.13505) and the authors' code for texts: the teacher goes
    down (1 - weight) * CE + weight * KL(S || T), the student the soft loss without labels.

    weight: in [0, 1]
    Trap: both class heads start at zero there, see `start_uniform`.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight must be in [0, 1], got {weight}")
    teacher = replace(config.teacher, weights=Weights(1 - weight, weight))
    student = replace(config.student, weights=Weights(ce=0.0, kd=1.0))
    return replace(config, teacher=teacher, student=student, order="teacher_first")


def deep_mutual(config: OnlineConfig) -> OnlineConfig:
    """The settings of deep mutual learning: both learn from each other's step m, as equals.

    Source: Zhang et al. 2018 (arXiv:1706.00384), eq. 3 to 6: CE + KL(other || own) for each.
    """
    equal = Weights(ce=1.0, kd=1.0)
    teacher, student = (replace(side, weights=equal) for side in (config.teacher, config.student))
    return replace(config, teacher=teacher, student=student, order="mutual")


def start_uniform(model: nn.Module) -> None:
    """Set the class head to zero, so that the first answer is the same for every class."""
    head = bottleneck_of(model).to_classes
    with torch.no_grad():
        head.weight.zero_()
        head.bias.zero_()


@dataclass
class DualTeacher:
    """ProKT's teacher whose weight is learned: it grows while student and teacher lie far apart.

    Source: Shi et al. 2020 (arXiv:2010.13505), the constraint KL(S || T) <= epsilon, by gradient
    ascent on its multiplier. The multiplier is part of the run's checkpoint.
    """

    epsilon: float = 0.1
    """Nats by which the two may differ, at least 0."""
    rate: float = 0.01
    """Step size of the multiplier, above 0."""
    weight: float = field(default=0.0)
    """The multiplier itself, never below 0; CE counts 1 beside it. Each run begins at the first."""

    def __post_init__(self) -> None:
        if self.epsilon < 0 or not self.rate > 0 or self.weight < 0:
            raise ValueError(
                f"got epsilon {self.epsilon}, rate {self.rate} and weight {self.weight}, wanted "
                "at least 0, above 0 and at least 0"
            )
        self._first = self.weight

    def __call__(self, exchange: Exchange, turn: Turn) -> SideStep:
        """One step of the teacher, then one of the multiplier."""
        began, side = time.perf_counter(), exchange.teacher
        other, answer = exchange.of_student(turn.rows), side.answer(turn.rows)
        listening = Weights(ce=1.0, kd=max(self.weight, 1e-12))
        weighed = replace(side.config, weights=listening)
        before, side.config = side.config, weighed
        parts = losses(side, answer, turn.rows, other, exchange.config.temperature)
        side.config = before
        side.descend(parts.total, turn)
        self.weight = max(0.0, self.weight + self.rate * (parts.kd.item() - self.epsilon))
        return report(side, turn, answer, parts, time.perf_counter() - began)

    def mark(self) -> str:
        """What a run is known by; the multiplier of the moment is not part of it."""
        return fingerprint(type(self).__name__, self.epsilon, self.rate, self._first)

    def begin(self) -> None:
        """Start a run at the first multiplier."""
        self.weight = self._first

    def tensors(self) -> dict[str, Tensor]:
        """The multiplier, ready for a checkpoint."""
        return {"weight": torch.tensor(self.weight, dtype=torch.float64)}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from the multiplier that `tensors` gave."""
        self.weight = float(tensors["weight"])
