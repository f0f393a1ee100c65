"""What a distillation run is asked for, and what it reports."""

import math
from dataclasses import dataclass, field

from labkit.compute import PRECISIONS


@dataclass(frozen=True)
class Weights:
    """How much each loss counts; at least one must be above 0."""

    ce: float = 0.5
    """Weight of the cross-entropy with the labels, at least 0."""
    kd: float = 0.5
    """Weight of the soft loss with the teacher, at least 0."""

    def __post_init__(self) -> None:
        for name, value in (("ce", self.ce), ("kd", self.kd)):
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"the weight {name} must be a number of at least 0, got {value}")
        if self.ce == self.kd == 0:
            raise ValueError("both weights are 0, so nothing would be learned; raise ce or kd")


@dataclass(frozen=True)
class DistillConfig:
    """Everything that decides how a student is trained."""

    weights: Weights = field(default_factory=Weights)
    """How much labels and teacher count."""
    temperature: float = 2.0
    """Softening of both logits, above 0, no unit."""
    epochs: int = 10
    """Passes over the training texts, at least 1."""
    batch_size: int = 32
    """Texts per step, at least 1."""
    learning_rate: float = 2e-3
    """Largest AdamW step size, above 0; it rises over the first tenth and then falls to 0."""
    embedding_learning_rate: float | None = None
    """The same for the embedding table; None takes learning_rate."""
    weight_decay: float = 0.01
    """AdamW weight decay of all weights but the embedding table, at least 0."""
    clip: float = 5.0
    """Largest norm of the gradient; 0 switches clipping off."""
    seed: int = 0
    """Decides the order of the texts and the dropout."""
    precision: str = "auto"
    """"auto" (bfloat16 where the hardware has it), "float32" or "bfloat16"."""
    save_every: int = 50
    """Steps between two checkpoints of a run with a folder, at least 1."""

    def __post_init__(self) -> None:
        for name in ("temperature", "learning_rate", "embedding_learning_rate"):
            value = getattr(self, name)
            if value is None and name == "embedding_learning_rate":
                continue
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a number above 0, got {value}")
        for name in ("epochs", "batch_size", "save_every"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        for name in ("weight_decay", "clip"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be at least 0 and finite, got {value}")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {PRECISIONS}, got {self.precision!r}")


@dataclass(frozen=True)
class Step:
    """What one step did."""

    index: int
    """Number of the step, from 0."""
    total: int
    """Steps in the whole run."""
    epoch: int
    """Number of the pass over the training texts, from 0."""
    loss: float
    """Weighted sum of the losses, nats."""
    ce: float
    """Cross-entropy with the labels, nats; nan when the texts have no labels."""
    kd: float
    """Soft loss with the teacher; nan without a teacher."""
    accuracy: float
    """Share of this batch that the student got right before the step, in [0, 1]; nan if unknown."""
    seconds: float
    """Time since the step before."""
    validation: float | None = None
    """Validation accuracy, on the last step of an epoch."""
