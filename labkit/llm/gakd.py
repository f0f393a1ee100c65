"""GAKD: reverse KL on the teacher's text, and an adversary that reads rows of log-probabilities."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from labkit.compute import model_device
from labkit.llm.config import Descent, RunConfig, SequenceStep, check_weight, check_whole
from labkit.llm.discriminator import LogProbDiscriminator
from labkit.llm.learner import Clock, Learning, ModelSeat, plan, run_folder
from labkit.llm.losses import bradley_terry, gradient_penalty, reverse_kl, sequence_nll
from labkit.llm.measures import pair_accuracy
from labkit.llm.scoring import answer_logits, check_readable, check_vocabulary, in_eval
from labkit.llm.tokens import Pairs
from labkit.training.together import Seat, Turn, together

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class GakdConfig(RunConfig):
    """Everything that decides a GAKD run."""

    student: Descent = field(default_factory=lambda: Descent(1e-3, warmup_share=0.0))
    """How the student takes its steps."""
    discriminator: Descent = field(
        default_factory=lambda: Descent(2e-4, warmup_share=0.0, final_share=1.0)
    )
    """How the discriminator takes its steps."""
    ce: float = 0.5
    """Weight of the surprise at the given answers, at least 0."""
    kl: float = 0.5
    """Weight of the reverse KL per token, at least 0."""
    gan: float = 0.1
    """Weight of the adversary, at least 0; 0 is plain reverse KL, its control."""
    adversary_from: int = 0
    """First step in which the student hears the adversary, at least 0; before it the discriminator
    learns alone."""
    penalty: float = 1.0
    """Half of this weighs R1 + R2, the squared slopes of the score; at least 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("ce", "kl", "gan", "penalty"):
            check_weight(getattr(self, name), name)
        check_whole(self.adversary_from, "adversary_from", 0)
        if self.ce == self.kl == self.gan == 0:
            raise ValueError("ce, kl and gan are 0, so nothing would be learned; raise one of them")
        if self.gan and self.adversary_from >= self.steps:
            raise ValueError(
                f"got adversary_from {self.adversary_from} in a run of {self.steps} steps, wanted "
                "less: the student would never hear the adversary; gan=0 is the run without it"
            )


@dataclass(frozen=True)
class GakdStep(SequenceStep):
    """What one step did to student and discriminator."""

    ce: float
    """Surprise at the given answers, nats per token."""
    kl: float
    """KL(student || teacher) per token, nats."""
    gan: float
    """What the student hears of the adversary, nats; nan before `adversary_from` or without."""
    discriminator_loss: float
    """Relativistic loss without penalty, nats; log 2 for a discriminator that cannot tell."""
    penalty: float
    """R1 + R2, the squared slopes of the score at the rows of both sides."""
    accuracy: float
    """How often the teacher's rows score higher than the student's, before the step, in [0, 1]."""


@dataclass(frozen=True)
class _Said:
    """What the discriminator's step reports."""

    loss: float = math.nan
    penalty: float = math.nan
    accuracy: float = math.nan


class _Exchange:
    """The rows of log-probabilities of both sides, computed once per batch."""

    def __init__(
        self,
        student: "PreTrainedModel",
        teacher: "PreTrainedModel",
        pairs: Pairs,
        config: GakdConfig,
    ) -> None:
        self.student, self.teacher, self.given, self.config = student, teacher, pairs, config
        self.where = model_device(student)
        self.pairs = pairs
        self.ours = self.theirs = torch.empty(0)

    def prepare(self, turn: Turn) -> None:
        """Ask both models about the batch; the student's answer keeps its graph."""
        self.pairs = self.given.rows(turn.rows).to(self.where)
        with torch.no_grad(), in_eval(self.teacher):
            asked = self.pairs.to(model_device(self.teacher))
            logits = answer_logits(self.teacher, asked, self.config.precision)
        self.theirs = logits.to(self.where)
        self.ours = answer_logits(self.student, self.pairs, self.config.precision)

    def rows(self) -> tuple[Tensor, Tensor]:
        """Log-probabilities (n, tokens, vocabulary) of teacher and student."""
        return self.theirs.log_softmax(-1), self.ours.log_softmax(-1)

    def tensors(self) -> dict[str, Tensor]:
        """Nothing: both sides are asked anew for each batch."""
        return {}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Nothing to put back."""


def gakd(
    student: "PreTrainedModel",
    teacher: "PreTrainedModel",
    discriminator: LogProbDiscriminator,
    pairs: Pairs,
    config: GakdConfig,
    *,
    folder: Path | str | None = None,
) -> Iterator[GakdStep]:
    """Train student and discriminator in place on fixed text, yielding one step per batch.

    Source: GAKD (Generative Adversarial Knowledge Distillation, 2025), abstract and released
    code; the loss of both sides and the penalties are those of R3GAN (arXiv:2501.05441).

    pairs:  prompts with the answers that are read, on the CPU: the teacher's or those of data
    folder: where the run writes itself down, discriminator and its optimizer included
    errors: ValueError for two vocabularies, or texts that either model cannot read

    Differences from the released code: log-probabilities in place of raw logits, the last counted
    token in place of the last place of a padded row, one pair for each score, dropout off on both
    sides, and penalties whose gradient reaches the discriminator (there it did not).
    """
    check_vocabulary(student, teacher)
    for model in (student, teacher):
        check_readable(model, pairs)
    exchange, clock = _Exchange(student, teacher, pairs, config), Clock()
    seats: dict[str, Seat[Any]] = {}
    if config.gan:
        judge = _judge(discriminator, exchange)
        seats["discriminator"] = ModelSeat(
            discriminator, config.discriminator, config.steps, config.seed + 2, judge
        )
    player = _player(discriminator, exchange, clock)
    seats["student"] = ModelSeat(student, config.student, config.steps, config.seed, player)

    def report(turn: Turn, parts: Sequence[Any]) -> GakdStep:
        said = parts[0] if config.gan else _Said()
        step: GakdStep = parts[-1](said)
        return step

    models = {name: seat.model for name, seat in seats.items()}
    disk = run_folder(folder, models, pairs, config, {"method": "gakd", "teacher": teacher})
    turns = plan(pairs, config).turns
    return together(seats, turns, report, disk, config.save_every, exchange)


def _judge(
    discriminator: LogProbDiscriminator, exchange: _Exchange
) -> Callable[[Learning, Turn], _Said]:
    """The discriminator's step: relativistic loss and the slopes at both sides' rows."""
    config = exchange.config

    def learn(learning: Learning, turn: Turn) -> _Said:
        theirs, ours = (row.detach().requires_grad_() for row in exchange.rows())
        lengths = exchange.pairs.answer_lengths
        # Only this way of attention can be differentiated twice, as the penalties need.
        with sdpa_kernel(SDPBackend.MATH):
            real, fake = discriminator(theirs, lengths), discriminator(ours, lengths)
            slopes = real.new_zeros(())
            if config.penalty:
                slopes = gradient_penalty(real, theirs) + gradient_penalty(fake, ours)
            loss = bradley_terry(real, fake)
            learning.descend(loss + config.penalty / 2 * slopes, turn.index)
        accuracy = pair_accuracy(real.detach(), fake.detach()[:, None])
        return _Said(loss.item(), slopes.item(), accuracy)

    return learn


def _player(
    discriminator: LogProbDiscriminator, exchange: _Exchange, clock: Clock
) -> Callable[[Learning, Turn], Callable[[_Said], GakdStep]]:
    """The student's step, which still has to be told what the discriminator said."""
    config = exchange.config

    def learn(learning: Learning, turn: Turn) -> Callable[[_Said], GakdStep]:
        pairs, mask = exchange.pairs, exchange.pairs.mask
        ce = sequence_nll(exchange.ours, pairs.answers, mask)
        kl = reverse_kl(exchange.ours, exchange.theirs, mask)
        loss, heard = config.ce * ce + config.kl * kl, math.nan
        if config.gan and turn.index >= config.adversary_from:
            theirs, ours = exchange.rows()
            lengths = pairs.answer_lengths
            # The gradient passes through the discriminator to the student's rows, and `descend`
            # collects none for the discriminator's own weights.
            hears = bradley_terry(discriminator(ours, lengths), discriminator(theirs, lengths))
            loss, heard = loss + config.gan * hears, hears.item()
        norm = learning.descend(loss, turn.index)
        told = (turn.index, turn.total, turn.epoch, loss.item(), int(mask.sum()), norm)
        parts = (ce.item(), kl.item(), heard)
        return lambda said: GakdStep(
            *told, clock.lap(), *parts, said.loss, said.penalty, said.accuracy
        )

    return learn
