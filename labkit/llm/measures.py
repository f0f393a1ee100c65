"""What a batch of answers looks like: how long, how alike, how sure, and what a score follows."""

import math

import torch
from torch import Tensor

from labkit.llm.tokens import Pairs


def distinct(pairs: Pairs, size: int = 2) -> float:
    """Different runs of `size` tokens among all such runs inside the answers, in [0, 1].

    Source: Li et al. 2016 (arXiv:1510.03055), distinct-1 and distinct-2.

    nan when no answer is long enough. Trap: it falls as more text is counted, so compare equally
    many answers of equal length only.
    """
    answers, mask = pairs.answers, pairs.mask
    if answers.shape[1] < size:
        return math.nan
    runs = answers.unfold(1, size, 1)[mask[:, size - 1 :]]
    return len(torch.unique(runs, dim=0)) / len(runs) if len(runs) else math.nan


def mean_length(pairs: Pairs) -> float:
    """Mean number of tokens of the answers, the end token counted."""
    return pairs.answer_lengths.float().mean().item()


def ended_share(pairs: Pairs) -> float:
    """The share of answers that close with the end token, in [0, 1]; the others were cut."""
    return pairs.ended.float().mean().item()


def entropy(logits: Tensor, mask: Tensor, temperature: float = 1.0) -> float:
    """How open the student is: the mean entropy of its next-token distributions, in nats.

    logits: (n, tokens, vocabulary); mask: (n, tokens) bool, True = counts
    """
    log_q = (logits.detach()[mask] / temperature).log_softmax(-1)
    return -(log_q.exp() * log_q).sum(-1).mean().item()


def pearson(first: Tensor, second: Tensor) -> float:
    """The correlation of two series (n,), in [-1, 1]; nan where one of them does not vary."""
    ours, theirs = (_exact(each) - _exact(each).mean() for each in (first, second))
    scale = (ours.norm() * theirs.norm()).item()
    return (ours @ theirs).item() / scale if scale > 1e-12 else math.nan


def pair_accuracy(teacher: Tensor, students: Tensor) -> float:
    """How often the teacher's answer scores higher than the student's, in [0, 1]; a tie is half.

    teacher: (prompts,); students: (prompts, samples)
    """
    gap = teacher[:, None] - students
    return (_exact(gap > 0) + 0.5 * _exact(gap == 0)).mean().item()


def constant_groups(rewards: Tensor) -> float:
    """The share of prompts whose samples all score the same, which teaches nothing, in [0, 1]."""
    return (rewards == rewards[:, :1]).all(1).float().mean().item()


def _exact(values: Tensor) -> Tensor:
    """The values in float64, on the processor: Apple's graphics have no such numbers."""
    return values.cpu().double()
