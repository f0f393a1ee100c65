"""How far a student's text is from the teacher's: both KLs token by token, and what it looks like.

Everything is measured at the temperature at which the student writes: a gain that plain SeqKD
reaches at a lower temperature is none.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from labkit.compute import model_device
from labkit.experiments.llm.text_material import END
from labkit.llm.losses import forward_kl, reverse_kl
from labkit.llm.measures import distinct, ended_share, mean_length
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.scoring import answer_logits, log_probs_of
from labkit.llm.tokens import Pairs
from labkit.training.random_state import Chance

if TYPE_CHECKING:
    from transformers import PreTrainedModel

MEASURES = ("reverse_kl", "forward_kl", "teacher_log_p", "length", "ended", "distinct_2")
WRITES_BY = 7
"""Seed of every text that is judged, so that arms differ by their models alone."""


@dataclass(frozen=True)
class HeldOut:
    """Prompts that nobody learnt from, with the teacher's answers to them."""

    pairs: Pairs
    longest: int
    """Most tokens of an answer."""


@torch.no_grad()
def judged(
    model: "PreTrainedModel", teacher: "PreTrainedModel", held_out: HeldOut, heat: float
) -> dict[str, float]:
    """What a model writes at one temperature, above 0, and how far that is from the teacher.

    reverse_kl:    KL(student || teacher), nats per token of the student's own text
    forward_kl:    KL(teacher || student), nats per token of the teacher's text
    teacher_log_p: what the teacher thinks of the student's text, nats per token
    length in tokens; ended and distinct_2: shares, in [0, 1]

    Traps: reverse KL and teacher_log_p get better by saying less that varies, so read them beside
    distinct_2; per token they also depend on where texts stop, so read them beside length.
    """
    where = model_device(model)
    given = held_out.pairs.to(where)
    with Chance(WRITES_BY, where).mine():
        own = rollout(model, given, Sampling(END, held_out.longest, heat)).pairs
    ours, theirs = answer_logits(model, own) / heat, answer_logits(teacher, own)
    liked = log_probs_of(theirs, own.answers)[own.mask]
    read, wanted = answer_logits(model, given) / heat, answer_logits(teacher, given)
    return {
        "reverse_kl": reverse_kl(ours, theirs, own.mask).item(),
        "forward_kl": forward_kl(read, wanted, given.mask).item(),
        "teacher_log_p": liked.mean().item(),
        "length": mean_length(own),
        "ended": ended_share(own),
        "distinct_2": distinct(own),
    }
