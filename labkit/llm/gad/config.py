"""What a GAD run is asked for, and what it reports."""

import math
from dataclasses import dataclass, field

from labkit.llm.config import Descent, RunConfig, SequenceStep, check_weight, check_whole
from labkit.llm.losses.policy import REDUCTIONS, SCALES
from labkit.llm.rollouts import Sampling


class CollapseWarning(UserWarning):
    """The student says nothing any more; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class GadConfig(RunConfig):
    """Everything that decides a GAD run."""

    steps: int = 150
    """Batches in which the student learns, at least 1; the warm-up comes before them."""
    batch_size: int = 16
    """Prompts a step, at least 1."""
    group_size: int = 8
    """Answers of the student to each prompt, at least 2."""
    sampling: Sampling
    """How the student writes; its temperature, above 0, is that of scoring too."""
    student: Descent = field(default_factory=lambda: Descent(1e-3, warmup_share=0.0))
    """How the student takes its steps."""
    discriminator: Descent = field(
        default_factory=lambda: Descent(1e-4, warmup_share=0.0, final_share=1.0)
    )
    """How the discriminator takes its steps."""
    warmup_steps: int = 0
    """Batches before the others in which the discriminator learns alone, at least 0. Trap: a
    fresh head needs some hundred, or the student follows a score that knows nothing."""
    frozen: bool = False
    """True: after its warm-up the discriminator stays as it is, and is then fooled."""
    kl: float = 0.02
    """Weight of the k3 estimate of the KL to the student as it was at first, at least 0."""
    ce: float = 0.0
    """Weight of the surprise at the teacher's answers, at least 0."""
    scale: str = "std"
    """"std" or "none": whether advantages are divided by their group's spread."""
    clip: float = 0.2
    """How far a ratio of probabilities may leave 1, above 0."""
    reduction: str = "tokens"
    """"tokens" or "sequences": mean over tokens, or mean of the answers' means; of the KL too."""
    updates: int = 1
    """Steps of the student on the same answers, at least 1; only from the second on does the clip
    matter."""
    replay: int = 0
    """How many older batches the discriminator keeps and is asked about again, at least 0."""
    centring: float = 0.0
    """Weight of the squared sum of the two scores, at least 0; stops them from drifting."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole(self.group_size, "group_size", 2)
        check_whole(self.updates, "updates")
        for name in ("warmup_steps", "replay"):
            check_whole(getattr(self, name), name, 0)
        for name in ("kl", "ce", "centring"):
            check_weight(getattr(self, name), name)
        if self.scale not in SCALES:
            raise ValueError(f"scale must be one of {SCALES}, got {self.scale!r}")
        if self.reduction not in REDUCTIONS:
            raise ValueError(f"reduction must be one of {REDUCTIONS}, got {self.reduction!r}")
        if not self.clip > 0:
            raise ValueError(f"clip must be above 0, got {self.clip}")
        if self.sampling.temperature == 0:
            raise ValueError(
                "the student's answers must be sampled, got temperature 0: equal answers have "
                "nothing to be better than"
            )

    @property
    def turns(self) -> int:
        """Batches of the whole run, the warm-up included."""
        return self.warmup_steps + self.steps


@dataclass(frozen=True)
class Verdict:
    """What the discriminator said to fresh answers, before it learnt from them."""

    loss: float = math.nan
    """What went down for it, nats; nan where it did not learn."""
    gradient_norm: float = math.nan
    """Norm of its gradient before clipping; nan where it did not learn."""
    accuracy: float = math.nan
    """How often the teacher's answer scores higher than a fresh one of the student's, in [0, 1]."""
    gap: float = math.nan
    """Mean score of the teacher's answers less that of the student's."""
    reward: float = math.nan
    """Mean score of the student's answers."""
    spread: float = math.nan
    """Mean standard deviation of the scores inside a group."""
    score_length: float = math.nan
    """Correlation of the student's scores with the lengths of its answers, in [-1, 1]."""
    constant_groups: float = math.nan
    """Share of prompts whose answers all score the same and teach nothing, in [0, 1]."""


@dataclass(frozen=True)
class GadStep(SequenceStep):
    """What one batch did to student and discriminator."""

    warming: bool
    """Whether the discriminator learnt alone."""
    verdict: Verdict
    """What the discriminator said, and how it learnt."""
    kl: float
    """k3 estimate of KL(student || student as it was at first) per token, nats; nan if unknown."""
    entropy: float
    """Mean entropy of the student's next-token distributions, nats; nan while warming."""
    length: float
    """Mean length of the student's answers, in tokens."""
    ended: float
    """Share of the student's answers that close with the end token, in [0, 1]."""
    distinct_2: float
    """Different pairs of neighbouring tokens among all of the batch, in [0, 1]."""
