"""What an arm says to held-out questions: in style or not, how far from the teacher, how varied."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from labkit.experiments.llm_prompt.measure import text_nats, unasked
from labkit.experiments.llm_prompt.model import LONGEST_ANSWER, LONGEST_PROMPT, Speaker
from labkit.experiments.llm_prompt.style import style_of
from labkit.experiments.llm_prompt.style import styled as behind
from labkit.experiments.llm_prompt_arms.material import Material
from labkit.llm.encode import decode_answers, encode_prompts
from labkit.llm.losses import forward_kl, reverse_kl
from labkit.llm.losses.divergences import Divergence
from labkit.llm.measures import distinct, ended_share, mean_length
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.scoring import answer_logits
from labkit.llm.tokens import Pairs
from labkit.training.random_state import Chance

if TYPE_CHECKING:
    from transformers import PreTrainedModel

MEASURES = ("whole", "reverse_kl", "forward_kl", "length", "ended", "distinct_2")
WRITES_BY = 7
"""Seed of every text that is judged, so that arms differ by their models alone."""
AT_ONCE = 10
"""Rows whose logits over the whole vocabulary are held side by side."""


@torch.no_grad()
def measured(
    model: "PreTrainedModel",
    found: Material,
    split: str,
    heats: Sequence[float],
    styled: bool = False,
) -> dict[str, Any]:
    """Temperature, in words -> measures, and "text_nats".

    heats:  above 0
    styled: whether the model reads the style prompt too, as the teacher does
    whole, ended, distinct_2: shares, in [0, 1]; length in tokens
    reverse_kl: KL(student || teacher), nats per token of the student's own text
    forward_kl: KL(teacher || student), nats per token of the teacher's text; at temperature 1, else
                nan
    text_nats:  surprise at plain text that no prompt asked for, nats per token

    Reverse KL takes the student's distribution at the temperature at which it writes. Trap: it
    falls as text varies less, so read it beside distinct_2.
    """
    told: dict[str, Any] = {str(heat): _at(model, found, split, heat, styled) for heat in heats}
    who = Speaker(model, found.teacher.tokenizer)
    return {**told, "text_nats": text_nats(who, unasked(found.scale.texts))}


def _at(
    model: "PreTrainedModel", found: Material, split: str, heat: float, styled: bool
) -> dict[str, float]:
    given, tokenizer = found.split(split), found.teacher.tokenizer
    how = Sampling(int(tokenizer.eos_token_id), LONGEST_ANSWER, heat, draw="inverse")
    with Chance(WRITES_BY, torch.device("cpu")).mine():
        own = rollout(model, _styled(found, split) if styled else given, how).pairs
    texts = [one.text for one in decode_answers(tokenizer, own)]
    forward = reverse = 0.0
    if not styled:
        reverse = apart(model, _forecasts(found.behind, own), own, reverse_kl, heat)
        forward = float("nan")
        if heat == 1:
            forward = apart(model, _of_given(found, split), given, forward_kl)
    return {
        "whole": sum(style_of(text).whole for text in texts) / len(texts),
        "reverse_kl": reverse,
        "forward_kl": forward,
        "length": mean_length(own),
        "ended": ended_share(own),
        "distinct_2": distinct(own),
    }


def _styled(found: Material, split: str) -> Pairs:
    texts = [behind(one.text) for one in found.asked[split]]
    return encode_prompts(found.teacher.tokenizer, texts, LONGEST_PROMPT)


@lru_cache(maxsize=1)
def _of_given(found: Material, split: str) -> tuple[Tensor, ...]:
    """The teacher's forecasts of its own answers, the same for every arm."""
    return tuple(_forecasts(found.behind, found.split(split)))


@torch.no_grad()
def _forecasts(model: "PreTrainedModel", read: Pairs) -> Iterator[Tensor]:
    """A model's logits for a few rows at once."""
    for part in _parts(read):
        yield answer_logits(model, part)


@torch.no_grad()
def apart(
    model: "PreTrainedModel",
    teacher: Iterable[Tensor],
    read: Pairs,
    kl: Divergence,
    heat: float = 1.0,
) -> float:
    """A KL per token of what is read; teacher: its logits, `AT_ONCE` rows after the other."""
    total, counted = 0.0, 0
    for part, theirs in zip(_parts(read), teacher, strict=True):
        ours, tokens = answer_logits(model, part) / heat, int(part.mask.sum())
        total, counted = total + kl(ours, theirs, part.mask).item() * tokens, counted + tokens
    return total / counted


def _parts(read: Pairs) -> Iterator[Pairs]:
    for begin in range(0, len(read), AT_ONCE):
        yield read.rows(torch.arange(begin, min(begin + AT_ONCE, len(read))))
