"""What every run of a language model is asked for: how long, on how much, how fast it learns."""

import math
from dataclasses import dataclass, field

from labkit.compute import PRECISIONS


@dataclass(frozen=True)
class Descent:
    """How one model of a run takes its steps, with AdamW."""

    learning_rate: float = 3e-3
    """Largest step size, above 0."""
    warmup_share: float = 0.05
    """Share of the steps over which the step size rises from 0, in [0, 1)."""
    final_share: float = 0.1
    """What is left of the step size at the end of its fall in a straight line, in [0, 1]."""
    weight_decay: float = 0.0
    """AdamW weight decay, at least 0."""
    clip: float = 1.0
    """Largest norm of the gradient; 0 switches clipping off."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(f"learning_rate must be a number above 0, got {self.learning_rate}")
        if not 0 <= self.warmup_share < 1:
            raise ValueError(f"warmup_share must lie in [0, 1), got {self.warmup_share}")
        if not 0 <= self.final_share <= 1:
            raise ValueError(f"final_share must lie in [0, 1], got {self.final_share}")
        for name in ("weight_decay", "clip"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, got {getattr(self, name)}")

    def factor(self, step: int, total: int) -> float:
        """What the largest step size is multiplied by, for step 0 to total - 1."""
        rising = round(total * self.warmup_share)
        if step < rising:
            return (step + 1) / (rising + 1)
        fallen = (step - rising) / max(1, total - 1 - rising)
        return 1 - (1 - self.final_share) * min(1.0, fallen)


@dataclass(frozen=True)
class RunConfig:
    """Everything that all runs of a language model share."""

    steps: int = 300
    """Batches in the run, at least 1."""
    batch_size: int = 64
    """Prompts a step, at least 1; all of them where there are fewer."""
    student: Descent = field(default_factory=Descent)
    """How the student takes its steps."""
    seed: int = 0
    """Decides the order of the prompts, the dropout and what is sampled."""
    precision: str = "float32"
    """"float32", "bfloat16" or "auto"; a ratio of probabilities is exact in float32 alone."""
    save_every: int = 50
    """Steps between two checkpoints of a run with a folder, at least 1."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "save_every"):
            check_whole(getattr(self, name), name)
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {PRECISIONS}, got {self.precision!r}")


def check_whole(value: object, name: str, least: int = 1) -> None:
    """ValueError unless the value is a whole number of at least `least`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")


def check_weight(value: float, name: str) -> None:
    """ValueError unless the value is a finite number of at least 0."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be a number of at least 0, got {value}")


@dataclass(frozen=True)
class SequenceStep:
    """What one step did to the student."""

    index: int
    """Number of the step, from 0."""
    total: int
    """Steps in the whole run."""
    epoch: int
    """Number of the pass over the prompts, from 0."""
    loss: float
    """What went down; nan where the student did not learn."""
    tokens: int
    """Tokens that the loss counted."""
    gradient_norm: float
    """Norm of the student's gradient before clipping; nan where it did not learn."""
    seconds: float
    """Time that the step took, sampling included."""
