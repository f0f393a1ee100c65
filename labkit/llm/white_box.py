"""White-box distillation: the logits of a teacher on its own, given or the student's text."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.compute import model_device
from labkit.llm import losses
from labkit.llm.config import Descent, RunConfig, SequenceStep
from labkit.llm.learner import Clock, Learning, ModelSeat, plan, run_folder
from labkit.llm.losses.arguments import check_share
from labkit.llm.losses.divergences import DIVERGENCES, Divergence
from labkit.llm.measures import ended_share, mean_length
from labkit.llm.rollouts import Sampling, check_room, rollout
from labkit.llm.scoring import answer_logits, check_readable, check_vocabulary, in_eval
from labkit.llm.tokens import Pairs
from labkit.losses.arguments import check_temperature
from labkit.training.random_state import Chance
from labkit.training.together import Turn, together

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class WhiteBoxConfig(RunConfig):
    """Everything that decides a white-box run; the defaults are on-policy reverse KL."""

    student: Descent = field(default_factory=lambda: Descent(1e-3, warmup_share=0.0))
    """How the student takes its steps."""
    divergence: str = "reverse_kl"
    """One of `DIVERGENCES`."""
    beta: float = 0.5
    """Of "jsd" alone, in [0, 1]."""
    skew: float = 0.1
    """Of the skewed KLs alone, in [0, 1)."""
    temperature: float = 1.0
    """Divides both logits in the loss, above 0; no factor T^2."""
    own_share: float = 1.0
    """How often a batch is read on the student's own answers, in [0, 1]: GKD's lambda. 0 reads the
    given answers alone, 1 is on-policy."""
    sampling: Sampling | None = None
    """How the student writes its own answers; needed where own_share is above 0."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.divergence not in DIVERGENCES:
            raise ValueError(f"divergence must be one of {DIVERGENCES}, got {self.divergence!r}")
        check_share(self.beta, "beta", with_one=True)
        check_share(self.skew, "skew", with_one=False)
        check_share(self.own_share, "own_share", with_one=True)
        check_temperature(self.temperature)
        if self.own_share > 0 and self.sampling is None:
            raise ValueError(
                f"got own_share {self.own_share} without sampling, wanted "
                "sampling=Sampling(eos_id=...): the student cannot write answers without it"
            )
        if self.sampling is not None and self.sampling.temperature == 0:
            raise ValueError("the student's own answers must be sampled; got temperature 0")

    def loss(self) -> Divergence:
        """The chosen divergence with its settings."""
        found: dict[str, Callable[..., Tensor]] = {
            "forward_kl": losses.forward_kl,
            "reverse_kl": losses.reverse_kl,
            "jsd": functools.partial(losses.jsd, beta=self.beta),
            "skew_forward_kl": functools.partial(losses.skew_forward_kl, skew=self.skew),
            "skew_reverse_kl": functools.partial(losses.skew_reverse_kl, skew=self.skew),
        }
        return functools.partial(found[self.divergence], temperature=self.temperature)


@dataclass(frozen=True)
class WhiteBoxStep(SequenceStep):
    """What one step did to the student."""

    own: bool
    """Whether the batch was read on the student's own answers."""
    length: float
    """Mean length of the answers read, in tokens."""
    ended: float
    """Share of the answers that close with the end token, in [0, 1]."""


class _Reading:
    """Before each batch: whose answers are read, and what the teacher says to them."""

    def __init__(
        self,
        student: "PreTrainedModel",
        teacher: "PreTrainedModel",
        pairs: Pairs,
        config: WhiteBoxConfig,
    ) -> None:
        self.student, self.teacher, self.given, self.config = student, teacher, pairs, config
        self.where = model_device(student)
        self.chance = Chance(config.seed + 1, self.where)
        self.pairs, self.logits, self.own = pairs, torch.empty(0), False

    def prepare(self, turn: Turn) -> None:
        """Choose the answers and ask the teacher for its logits."""
        batch = self.given.rows(turn.rows).to(self.where)
        with self.chance.mine():
            self.own = bool(torch.rand(()) < self.config.own_share)
            self.pairs = self._own(batch) if self.own else batch
        where = model_device(self.teacher)
        with torch.no_grad(), in_eval(self.teacher):
            logits = answer_logits(self.teacher, self.pairs.to(where), self.config.precision)
        self.logits = logits.to(self.where)

    def _own(self, batch: Pairs) -> Pairs:
        assert self.config.sampling is not None
        return rollout(self.student, batch, self.config.sampling, self.config.precision).pairs

    def tensors(self) -> dict[str, Tensor]:
        """The chance alone: the rest is made anew for each batch."""
        return self.chance.tensors()

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        self.chance.restore(tensors)


def white_box(
    student: "PreTrainedModel",
    teacher: "PreTrainedModel",
    pairs: Pairs,
    config: WhiteBoxConfig,
    *,
    folder: Path | str | None = None,
) -> Iterator[WhiteBoxStep]:
    """Train the student in place against the teacher's logits, yielding one step per batch.

    Source: GKD, Agarwal et al. 2023 (arXiv:2306.13649), algorithm 1. own_share 1 with reverse KL
    is on-policy distillation as practised today; own_share 0 reads the given answers.

    pairs:  prompts with answers of teacher or data, on the CPU; own_share 1 reads prompts alone
    folder: where the run writes itself down; a run found there goes on to the same last bit
    errors: ValueError for two vocabularies, or texts beyond the context of either

    No gradient flows through the sampling, so reverse KL on own answers is not the gradient of the
    reverse KL of whole sequences. Dropout is off, so that who writes is who is scored.
    """
    check_vocabulary(student, teacher)
    for model in (student, teacher):
        check_readable(model, pairs)
    if config.sampling is not None and config.own_share > 0:
        check_room(student, pairs, config.sampling)
    reading = _Reading(student, teacher, pairs, config)
    parts = {"method": "white box", "teacher": teacher}
    disk = run_folder(folder, {"student": student}, pairs, config, parts)
    learn = _learner(student, reading, config)
    seats = {"student": ModelSeat(student, config.student, config.steps, config.seed, learn)}
    turns = plan(pairs, config).turns
    return together(seats, turns, lambda _, steps: steps[0], disk, config.save_every, reading)


def _learner(
    student: "PreTrainedModel", reading: _Reading, config: WhiteBoxConfig
) -> Callable[[Learning, Turn], WhiteBoxStep]:
    """The student's step: its own forecasts of the text at hand against the teacher's."""
    loss_of, clock = config.loss(), Clock()

    def learn(learning: Learning, turn: Turn) -> WhiteBoxStep:
        read, mask = reading.pairs, reading.pairs.mask
        logits = answer_logits(student, read, config.precision)
        loss = loss_of(logits, reading.logits, mask)
        norm = learning.descend(loss, turn.index)
        return WhiteBoxStep(
            turn.index,
            turn.total,
            turn.epoch,
            loss.item(),
            int(mask.sum()),
            norm,
            clock.lap(),
            reading.own,
            mean_length(read),
            ended_share(read),
        )

    return learn
