"""The GAD run: rollouts, then the discriminator's step, then the student's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from labkit.llm import measures
from labkit.llm.gad.config import GadConfig, GadStep, Verdict
from labkit.llm.gad.round import Round
from labkit.llm.learner import Clock, Learning, ModelSeat, plan, run_folder
from labkit.llm.losses import (
    centring_penalty,
    group_advantages,
    group_bradley_terry,
    k3_kl,
    policy_loss,
    sequence_nll,
)
from labkit.llm.losses.policy import check_rewards
from labkit.llm.rollouts import check_room
from labkit.llm.scoring import answer_logits, check_readable, log_probs_of
from labkit.llm.tokens import Pairs
from labkit.training.run_folder import RunFolder
from labkit.training.together import Seat, Turn, together

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Score = Callable[[Pairs], Tensor]
"""Prompts with answers -> one score each, (n,): a `Discriminator`, or any reward."""


@dataclass(frozen=True)
class _Taken:
    """What the student's step reports."""

    loss: float
    tokens: int
    gradient_norm: float
    kl: float
    entropy: float


def gad(
    student: "PreTrainedModel",
    score: Score,
    pairs: Pairs,
    config: GadConfig,
    *,
    folder: Path | str | None = None,
) -> Iterator[GadStep]:
    """Train student and discriminator in place against each other, yielding one step per batch.

    Source: GAD, Ye et al. 2025 (arXiv:2511.10643), eq. 6 to 8 and algorithm 1; the order within a
    batch is that of the released code: score, discriminator, student.

    student: starts from SeqKD; it is also what the KL holds on to
    score:   a module that learns from the answers (its scores are taken before its step), or any
             function such as an exact check, which needs `frozen` and no warm-up
    pairs:   prompts with the teacher's answers, on the CPU; the box stays black
    folder:  where the run writes itself down, discriminator and its optimizer included; a run
             found there goes on where it stopped, to the same last bit of both
    errors:  ValueError for texts that the student cannot read and for scores that are not numbers

    Dropout is off in both models, so that the ratio of the first update is 1. The discriminator's
    forward serves as reward and for its own step, so no answer is scored twice.
    Trap: the teacher's answers must be cut and ended as the student's are, or the discriminator
    learns where texts stop; `self_checks` looks for this before the first step.
    """
    check_readable(student, pairs)
    check_room(student, pairs, config.sampling)
    _check_score(score, config)
    round_, clock = Round(student, pairs, config), Clock()
    seats: dict[str, Seat[Any]] = {}
    if isinstance(score, nn.Module):
        judging = config.warmup_steps if config.frozen else config.turns
        seats["discriminator"] = ModelSeat(
            score, config.discriminator, max(1, judging), config.seed + 2, _judge(score, round_)
        )
    seats["student"] = ModelSeat(
        student, config.student, config.steps * config.updates, config.seed, _player(score, round_)
    )

    def report(turn: Turn, parts: Sequence[Any]) -> GadStep:
        verdict = parts[0] if len(parts) == 2 else _verdict(round_)
        return _step(turn, verdict, parts[-1], round_, clock.lap())

    disk = gad_folder(folder, student, score, pairs, config)
    turns = plan(pairs, config, config.turns).turns
    return together(seats, turns, report, disk, config.save_every, round_)


def gad_folder(
    folder: Path | str | None,
    student: "PreTrainedModel",
    score: Score,
    pairs: Pairs,
    config: GadConfig,
) -> RunFolder | None:
    """The folder of a run; ValueError when it holds a run that differs in anything."""
    judge = {"discriminator": score} if isinstance(score, nn.Module) else {}
    return run_folder(folder, {**judge, "student": student}, pairs, config, _parts(score))


def _check_score(score: Score, config: GadConfig) -> None:
    learns = isinstance(score, nn.Module)
    if not learns and not (config.frozen and config.warmup_steps == 0):
        raise ValueError(
            f"a {type(score).__name__} cannot learn, so it needs frozen=True and warmup_steps=0; "
            "give an nn.Module such as a Discriminator for a score that learns"
        )


def _parts(score: Score) -> dict[str, object]:
    # A module's weights are known by themselves; two kinds of score may have the same ones.
    known = (
        f"{type(score).__name__} {score.extra_repr()}" if isinstance(score, nn.Module) else score
    )
    return {"method": "gad", "score": known}


def _judge(score: nn.Module, round_: Round) -> Callable[[Learning, Turn], Verdict]:
    """The discriminator's step: score fresh answers, then learn from them and an older batch."""
    config = round_.config

    def learn(learning: Learning, turn: Turn) -> Verdict:
        rests = config.frozen and turn.index >= config.warmup_steps
        with torch.set_grad_enabled(not rests):
            scores = _both(score, round_.teacher, round_.rollout.pairs)
        round_.rewards = scores[1].detach()
        if rests:
            return _verdict(round_, scores[0])
        loss = _contrast(*scores, config.centring)
        older = round_.older()
        if older is not None:
            loss = (loss + _contrast(*_both(score, *older), config.centring)) / 2
        norm = learning.descend(loss, turn.index)
        return _verdict(round_, scores[0].detach(), loss.item(), norm)

    return learn


def _both(score: Score, teacher: Pairs, student: Pairs) -> tuple[Tensor, Tensor]:
    """(prompts,) scores of the teacher's and (prompts, samples) of the student's answers."""
    return score(teacher), _grouped(score(student), teacher)


def _grouped(scores: Tensor, prompts: Pairs) -> Tensor:
    """Scores of all answers as (prompts, samples)."""
    if scores.ndim != 1 or len(scores) % len(prompts):
        raise ValueError(
            f"got scores of shape {tuple(scores.shape)} for answers to {len(prompts)} prompts, "
            "wanted one number for each answer, shape (n,)"
        )
    return scores.view(len(prompts), -1)


def _contrast(teacher: Tensor, students: Tensor, centring: float) -> Tensor:
    loss = group_bradley_terry(teacher, students)
    if centring:
        loss = loss + centring * centring_penalty(teacher[:, None].expand_as(students), students)
    return loss


def _player(score: Score, round_: Round) -> Callable[[Learning, Turn], _Taken]:
    """The student's step: its better answers of each group become likelier."""
    config = round_.config
    nothing = _Taken(float("nan"), 0, float("nan"), float("nan"), float("nan"))

    def learn(learning: Learning, turn: Turn) -> _Taken:
        if turn.index < config.warmup_steps:
            return nothing
        if round_.rewards is None:
            with torch.no_grad():
                found = score(round_.rollout.pairs)
            round_.rewards = _grouped(found, round_.teacher).to(round_.where)
        gains = group_advantages(round_.rewards, config.scale).flatten()
        anchor, first = round_.reference_log_probs(), turn.index - config.warmup_steps
        for update in range(config.updates):
            loss, kl, entropy = _student_loss(learning, round_, gains, anchor)
            norm = learning.descend(loss, first * config.updates + update)
        counts = int(round_.rollout.pairs.mask.sum())
        return _Taken(loss.item(), counts, norm, kl, entropy)

    return learn


def _student_loss(
    learning: Learning, round_: Round, gains: Tensor, anchor: Tensor | None
) -> tuple[Tensor, float, float]:
    """What goes down for the student, with KL and entropy to look at."""
    config, read, mask = round_.config, round_.rollout.pairs, round_.rollout.pairs.mask
    student: Any = learning.model
    heat = config.sampling.temperature
    logits = answer_logits(student, read, config.precision)
    new = log_probs_of(logits, read.answers, heat)
    loss = policy_loss(new, round_.rollout.log_probs, gains, mask, config.clip, config.reduction)
    kl = float("nan")
    if anchor is not None:
        leash = k3_kl(new, anchor, mask, config.reduction)
        loss, kl = loss + config.kl * leash, leash.item()
    if config.ce:
        told = round_.teacher
        surprise = sequence_nll(
            answer_logits(student, told, config.precision), told.answers, told.mask
        )
        loss = loss + config.ce * surprise
    return loss, kl, measures.entropy(logits, mask, heat)


def _verdict(
    round_: Round,
    teacher: Tensor | None = None,
    loss: float = float("nan"),
    norm: float = float("nan"),
) -> Verdict:
    rewards = round_.rewards
    assert rewards is not None
    check_rewards(rewards)
    none = float("nan")
    return Verdict(
        loss,
        norm,
        none if teacher is None else measures.pair_accuracy(teacher, rewards),
        none if teacher is None else (teacher.mean() - rewards.mean()).item(),
        rewards.mean().item(),
        rewards.std(1).mean().item(),
        measures.pearson(rewards.flatten(), round_.rollout.pairs.answer_lengths.float()),
        measures.constant_groups(rewards),
    )


def _step(turn: Turn, verdict: Verdict, taken: _Taken, round_: Round, seconds: float) -> GadStep:
    read = round_.rollout.pairs
    return GadStep(
        turn.index,
        turn.total,
        turn.epoch,
        taken.loss,
        taken.tokens,
        taken.gradient_norm,
        seconds,
        turn.index < round_.config.warmup_steps,
        verdict,
        taken.kl,
        taken.entropy,
        measures.mean_length(read),
        measures.ended_share(read),
        measures.distinct(read),
    )
