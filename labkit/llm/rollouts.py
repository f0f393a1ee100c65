"""Answers that a language model writes itself, with the log-probability of every token."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from labkit.compute import autocast, model_device
from labkit.llm.scoring import context_length, in_eval, positions
from labkit.llm.tokens import Pairs

if TYPE_CHECKING:
    from transformers import PreTrainedModel


DRAWS = ("race", "inverse")


@dataclass(frozen=True)
class Sampling:
    """How answers are written; nothing is filtered, so sampling and scoring see one distribution.

    A library's own defaults, such as the 50 likeliest tokens, would write from another
    distribution than the one that is scored.
    """

    eos_id: int
    """The token that ends an answer."""
    max_tokens: int = 24
    """Longest answer, its end token counted, at least 1."""
    temperature: float = 1.0
    """Divides the logits; 0 takes the likeliest token each time, for evaluation only."""
    rows_at_once: int = 1024
    """Answers written side by side, at least 1; bounds the memory."""
    draw: str = "race"
    """"race" is torch's own `multinomial`, with a random number for each token of the vocabulary;
    "inverse" takes one for each answer, which is several times as fast. Both draw from the same
    distribution, but other answers from the same seed."""

    def __post_init__(self) -> None:
        for name in ("max_tokens", "rows_at_once"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"temperature must be at least 0, got {self.temperature}")
        if self.draw not in DRAWS:
            raise ValueError(f"draw must be one of {DRAWS}, got {self.draw!r}")
        if self.eos_id < 0:
            raise ValueError(f"eos_id must be a token id, got {self.eos_id}")


@dataclass(frozen=True)
class Rollout:
    """Answers as they were written."""

    pairs: Pairs
    """The prompts with the student's own answers, without gradient."""
    log_probs: Tensor
    """(n, answer width) log q of each token at the temperature of sampling; 0 after the end."""


@torch.no_grad()
def rollout(
    model: "PreTrainedModel",
    prompts: Pairs,
    how: Sampling,
    precision: str = "float32",
    cached: bool = True,
) -> Rollout:
    """Write an answer to each prompt, token by token, with dropout off.

    prompts: only their prompts are read; on the model's device
    cached:  False computes every token anew at each step, which is slower and says the same
    returns answers in the order of the prompts, random by torch's global generator
    errors: ValueError for prompts that leave no room for the answer; FloatingPointError for a
            model whose logits are not numbers

    Trap: an answer that reached `max_tokens` without an end token is cut, not finished: `ended`
    is False, and no end token is put there.
    """
    check_room(model, prompts, how)
    with in_eval(model), autocast(model_device(model), precision):
        parts = [_written(model, rows, how, cached) for rows in _chunks(prompts, how.rows_at_once)]
    return _joined(prompts, parts, how)


@dataclass(frozen=True)
class _Part:
    answers: Tensor
    log_probs: Tensor
    lengths: Tensor
    ended: Tensor


def _chunks(prompts: Pairs, size: int) -> Iterator[Pairs]:
    for start in range(0, len(prompts), size):
        yield prompts.rows(torch.arange(start, min(start + size, len(prompts))))


def _written(model: "PreTrainedModel", prompts: Pairs, how: Sampling, cached: bool) -> _Part:
    """The answers to one chunk; the loop ends early when all of them have ended."""
    reader = _Reader(model, prompts, cached)
    live = torch.ones(len(prompts), dtype=torch.bool, device=prompts.prompts.device)
    lengths = torch.zeros_like(prompts.prompt_lengths)
    tokens, chances = [], []
    for _ in range(how.max_tokens):
        log_q = _log_q(reader.next_logits(), how.temperature)
        token = _chosen(log_q, how)
        chance = log_q.gather(1, token).squeeze(1)
        tokens.append(token.squeeze(1).masked_fill(~live, how.eos_id))
        chances.append(chance.masked_fill(~live, 0.0))
        lengths += live
        live = live & (tokens[-1] != how.eos_id)
        if not live.any():
            break
        reader.read(tokens[-1])
    return _Part(torch.stack(tokens, 1), torch.stack(chances, 1), lengths, ~live)


def _log_q(logits: Tensor, temperature: float) -> Tensor:
    if not torch.isfinite(logits).all():
        raise FloatingPointError(
            "the model's logits are not finite numbers, so nothing can be sampled; lower the "
            "learning rate or clip the gradient"
        )
    return (logits / (temperature or 1.0)).log_softmax(-1)


def _chosen(log_q: Tensor, how: Sampling) -> Tensor:
    if how.temperature == 0:
        return log_q.argmax(-1, keepdim=True)
    return torch.multinomial(log_q.exp(), 1) if how.draw == "race" else _inverse(log_q.exp())


def _inverse(chances: Tensor) -> Tensor:
    """The token in whose share of the unit interval a uniform number falls, (n, 1).

    Sums of a large vocabulary are added up in float64, where none drowns in the ones before;
    Apple's graphics have no such numbers, so there the processor adds.
    """
    where = chances.device
    if where.type == "mps":
        return _inverse(chances.cpu()).to(where)
    sums = chances.cumsum(-1, dtype=torch.float64)
    whole = sums[:, -1:]
    at = torch.rand(whole.shape, dtype=torch.float64, device=chances.device) * whole
    # Of equal sums the last is taken, so a token of probability 0 is never chosen.
    token = torch.searchsorted(sums, at, right=True)
    last = (sums < whole).sum(-1, keepdim=True)
    return torch.minimum(token, last)


class _Reader:
    """The model with what it has read so far, in its cache or as plain ids."""

    def __init__(self, model: "PreTrainedModel", prompts: Pairs, cached: bool) -> None:
        from transformers import DynamicCache

        self.model, self.new = model, prompts.prompts
        self.mask = prompts.prompt_mask
        self.plain = bool(self.mask.all())
        self.cache = DynamicCache(config=model.config) if cached else None

    def next_logits(self) -> Tensor:
        """The forecast of the next token, float32 (n, vocabulary)."""
        given: dict[str, Any] = {"input_ids": self.new, "logits_to_keep": 1}
        given["use_cache"] = self.cache is not None
        if self.cache is not None:
            given["past_key_values"] = self.cache
        if not self.plain:
            given["attention_mask"] = self.mask.long()
            given["position_ids"] = positions(self.mask)[:, -self.new.shape[1] :]
        logits: Tensor = self.model(**given).logits[:, -1].float()
        return logits

    def read(self, tokens: Tensor) -> None:
        """Take the next tokens, (n,)."""
        column = tokens[:, None]
        self.new = column if self.cache is not None else torch.cat([self.new, column], 1)
        self.mask = torch.cat([self.mask, torch.ones_like(column, dtype=torch.bool)], 1)


def _joined(prompts: Pairs, parts: list[_Part], how: Sampling) -> Rollout:
    width = max(part.answers.shape[1] for part in parts)
    answers = [_wider(part.answers, width, how.eos_id) for part in parts]
    pairs = Pairs(
        prompts.prompts,
        prompts.prompt_lengths,
        torch.cat(answers),
        torch.cat([part.lengths for part in parts]),
        torch.cat([part.ended for part in parts]),
    )
    chances = [_wider(part.log_probs, width, 0) for part in parts]
    return Rollout(pairs, torch.cat(chances))


def _wider(values: Tensor, width: int, fill: int) -> Tensor:
    return torch.nn.functional.pad(values, (0, width - values.shape[1]), value=fill)


def check_room(model: "PreTrainedModel", prompts: Pairs, how: Sampling) -> None:
    """ValueError when the longest prompt with the longest answer is more than the model reads."""
    limit, longest = context_length(model), prompts.prompts.shape[1]
    if limit is not None and longest + how.max_tokens > limit:
        raise ValueError(
            f"got prompts of up to {longest} tokens and max_tokens {how.max_tokens}, together more "
            f"than the model's {limit}; drop the long prompts or lower max_tokens"
        )
