"""What a stage-2 run is asked for, and what it reports. Every open choice of the paper is here."""

import math
from dataclasses import dataclass, field

from labkit.losses.by_name import named
from labkit.training.config import DistillConfig, Step, Weights

READINGS = ("resemble", "differ")


@dataclass(frozen=True)
class StageTwoWeights(Weights):
    """How much labels, teacher and adversary count; the three sum to 1."""

    gan: float = 0.0
    """Weight of the adversarial loss, at least 0."""

    def __post_init__(self) -> None:
        for name in ("ce", "kd", "gan"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"the weight {name} must be a number of at least 0, got {value}")
        total = self.ce + self.kd + self.gan
        if not math.isclose(total, 1, abs_tol=1e-6):
            raise ValueError(
                f"the weights must sum to 1, got ce {self.ce} + kd {self.kd} + gan {self.gan} = "
                f"{total:.4g}; divide each by the sum"
            )

    @classmethod
    def from_alpha_beta(cls, alpha: float, beta: float) -> "StageTwoWeights":
        """Eq. 6 of Adversarial Distillation: alpha KD + beta GAN + (1 - alpha - beta) CE.

        Algorithm 1, line 24, is the same with gamma for CE and delta for KD.
        errors: ValueError for a negative weight or alpha + beta above 1
        """
        if alpha + beta > 1 + 1e-9:
            raise ValueError(
                f"alpha + beta must be at most 1, got {alpha} + {beta} = {alpha + beta:.4g}: "
                "the rest is the weight of the labels; lower one of them"
            )
        return cls(ce=max(0.0, round(1 - alpha - beta, 12)), kd=alpha, gan=beta)

    @classmethod
    def for_teacher(cls, beta: float, beta_weighs: str = "ce") -> "StageTwoWeights":
        """The guided teacher's loss: beta CE + (1 - beta) GAN, eq. 5 of the paper.

        beta_weighs: "ce" is eq. 5, which Table 4 fits; "gan" is Algorithm 1, line 21
        """
        if beta_weighs not in ("ce", "gan"):
            raise ValueError(f"beta_weighs must be 'ce' or 'gan', got {beta_weighs!r}")
        ce = beta if beta_weighs == "ce" else 1 - beta
        return cls(ce=ce, kd=0.0, gan=1 - ce)


@dataclass(frozen=True)
class StageTwoConfig(DistillConfig):
    """Everything that decides a stage-2 run; what is not said here is as in `DistillConfig`."""

    weights: StageTwoWeights = field(default_factory=lambda: StageTwoWeights(0.4, 0.5, 0.1))
    """How much labels, teacher and adversary count."""
    soft_loss: str = "zscore_repaired"
    """A name of `losses.by_name.named`. "zscore" is the paper's, which teaches nothing at two
    classes; "zscore_repaired", the lab's own, is the same but for batch-scaled KL there."""
    reading: str = "resemble"
    """Section 3.1.3, "resemble": guided logits learn to pass for the teacher's. Section 3.2,
    "differ": they learn to differ from the frozen stage-1 student's."""
    generator: bool = False
    """Whether the paper's G competes: a second fake side, made from the stage-1 student's
    logits and noise. Only for "resemble". Without it the guided model is the generator."""
    discriminator_learning_rate: float = 1e-3
    """Adam step size of discriminator and generator, above 0."""
    discriminator_steps: int = 1
    """Updates of the discriminator for each batch, at least 1, all on that batch."""
    discriminator_width: int = 64
    """Numbers in each hidden layer of discriminator and generator, at least 1."""
    discriminator_seed: int | None = None
    """Decides first weights and noise; None takes `seed`."""
    label_smoothing: float = 0.0
    """Taken from the discriminator's target for the real side, in [0, 0.5)."""
    condition: bool = True
    """Whether the discriminator knows the true label. Both sides always get the same labels."""
    equal_scale: bool = True
    """Whether each side's logits are centred and divided by that side's running scale, so that
    the discriminator cannot win by size."""
    dropout_off: bool = True
    """Whether the discriminator learns from the guided logits without dropout, as the other
    side's are; one more forward pass. False shows it the noisy ones. The guided model itself
    is always guided through its noisy logits."""
    saturating: bool = False
    """Whether the guided model lowers log(1 - D) as eq. 3 prints, instead of -log D."""
    warm_up: int = 0
    """Passes over the texts for which the discriminator learns along before the guided model
    listens to it, at least 0 and fewer than `epochs`. Labels and teacher keep their weights."""
    players_learn: bool = True
    """Whether discriminator and generator learn in stage 2. Algorithm 1 takes them pre-trained,
    and its line 25 updates the three models alone: False is that, and needs pre-trained ones."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.weights, StageTwoWeights):
            raise ValueError("weights must be StageTwoWeights(ce, kd, gan), got other weights")
        named(self.soft_loss)
        if self.reading not in READINGS:
            raise ValueError(f"reading must be one of {READINGS}, got {self.reading!r}")
        if self.generator and self.reading == "differ":
            raise ValueError("the generator competes for the teacher's place; use 'resemble'")
        rate = self.discriminator_learning_rate
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"discriminator_learning_rate must be above 0, got {rate}")
        for name in ("discriminator_steps", "discriminator_width"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        if not isinstance(self.warm_up, int) or not 0 <= self.warm_up < self.epochs:
            raise ValueError(
                f"warm_up must be a whole number of passes from 0 to under {self.epochs} epochs, "
                f"got {self.warm_up!r}: nobody would ever listen to the discriminator"
            )
        if not 0 <= self.label_smoothing < 0.5:
            raise ValueError(f"label_smoothing must be in [0, 0.5), got {self.label_smoothing}")


@dataclass(frozen=True)
class StageTwoStep(Step):
    """What one stage-2 step did; the game's numbers are nan when its weight is 0."""

    gan: float = math.nan
    """The adversarial loss of the guided model, nats."""
    discriminator_accuracy: float = math.nan
    """Share of this batch that it got right before it learned from it, in [0, 1]."""
    discriminator_loss: float = math.nan
    """Its loss on the same batch, nats; 2 log 2 = 1.386 is a tie."""
    gradient_norm: float = math.nan
    """Mean length of the adversary's gradient at a row of guided logits, before its weight."""
    collapsed: bool = False
    """True when the discriminator has got everything right over the last 50 steps and hardly
    any gradient reached the guided model: the adversary teaches nothing."""
