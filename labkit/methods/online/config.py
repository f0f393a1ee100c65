"""What an online run is asked for, and what it reports."""

import math
from dataclasses import dataclass, field

from labkit.compute import PRECISIONS
from labkit.training.config import Step, Weights

ORDERS = ("teacher_first", "mutual")
OPTIMIZERS = ("adamw", "sgd")


@dataclass(frozen=True)
class SideConfig:
    """How one of the two models is trained."""

    weights: Weights = field(default_factory=Weights)
    """What labels (the paper's alpha) and the other model (1 - alpha) count."""
    learning_rate: float = 3e-4
    """Largest step size of the encoder or the hidden layer, above 0."""
    head_learning_rate: float | None = None
    """The same for bottleneck and class head; None takes learning_rate."""
    weight_decay: float = 0.01
    """AdamW weight decay, at least 0."""
    clip: float = 1.0
    """Largest norm of the gradient; 0 switches clipping off. Trap: a bottleneck's loss shares it,
    so at lambda 1 the class loss hardly moves the model any more."""
    optimizer: str = "adamw"
    """"adamw", or "sgd": the plain step of Eq. 2, 4 and 5."""

    def __post_init__(self) -> None:
        for name in ("learning_rate", "head_learning_rate"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a number above 0, got {value}")
        for name in ("weight_decay", "clip"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer must be one of {OPTIMIZERS}, got {self.optimizer!r}")


def _kdfd_student() -> SideConfig:
    return SideConfig(Weights(ce=0.4, kd=0.6), head_learning_rate=1e-3)


def _kdfd_teacher() -> SideConfig:
    return SideConfig(Weights(ce=0.9, kd=0.1), 2e-4, 1e-3)


@dataclass(frozen=True)
class OnlineConfig:
    """Everything that decides a run of teacher and student; the defaults are KDFD's."""

    student: SideConfig = field(default_factory=_kdfd_student)
    """alpha_s is 0.4."""
    teacher: SideConfig = field(default_factory=_kdfd_teacher)
    """alpha_t is 0.9; Weights(1, 0) is a teacher that does not listen."""
    temperature: float = 1.5
    """Softening of both logits, above 0; the paper tries 1 and 1.5. Not used for scores."""
    order: str = "teacher_first"
    """"teacher_first": the student learns from the teacher of step m + 1 (Eq. 5). "mutual": both
    learn from each other's step m."""
    freeze_teacher: bool = False
    """True: the teacher answers and never learns."""
    reuse_student: bool = False
    """True: the teacher sees the logits of the student's training forward, dropout and all, which
    saves one of four forwards."""
    tie: float = 0.0
    """What the squared distance of student's and teacher's bottleneck means counts; not in the
    paper, where nothing but logits is handed on."""
    epochs: int = 3
    """Passes over the training texts, at least 1."""
    batch_size: int = 32
    """Texts a step, at least 1."""
    seed: int = 0
    """Decides the order of the texts and the dropout."""
    precision: str = "auto"
    """"auto" (bfloat16 where the hardware has it), "float32" or "bfloat16"."""
    save_every: int = 50
    """Steps between two checkpoints of a run with a folder, at least 1."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError(f"temperature must be a number above 0, got {self.temperature}")
        if self.order not in ORDERS:
            raise ValueError(f"order must be one of {ORDERS}, got {self.order!r}")
        if not (math.isfinite(self.tie) and self.tie >= 0):
            raise ValueError(f"tie must be a number of at least 0, got {self.tie}")
        for name in ("epochs", "batch_size", "save_every"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {PRECISIONS}, got {self.precision!r}")
        if self.freeze_teacher and self.order == "mutual":
            raise ValueError("a frozen teacher cannot learn mutually; choose one of the two")


@dataclass(frozen=True)
class SideStep(Step):
    """What one step did to one of the two models; `kd` is its loss against the other one."""

    reconstruction: float = math.nan
    """Of its bottleneck, nats; nan without one that rebuilds."""
    kl: float = math.nan
    """What its latent dimensions carry about this batch, nats."""


@dataclass(frozen=True)
class OnlineStep:
    """One batch: what it did to the student and, where it learns, to the teacher."""

    index: int
    """Number of the step, from 0."""
    total: int
    epoch: int
    student: SideStep
    teacher: SideStep | None
