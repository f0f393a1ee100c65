"""Checks of lesson 07's divergences: both KLs, whole answers, masks and JSD."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Categorical, kl_divergence

from labkit.course.check import CheckFailed, answered, check, holds, same, same_shape
from labkit.course.clues import clue


@check("07-kls")
def kls(answer: Callable[..., tuple[Tensor, Tensor]]) -> None:
    """both_kls(teacher, student) -> (KL(teacher || student), KL(student || teacher)), (rows,)."""
    teacher = torch.tensor([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]])
    student = torch.tensor([[0.0, 1.0, 0.0], [3.0, 0.0, 0.0]])
    forward, reverse = _pair(answer(teacher, student), "forward and reverse KL")
    p, q = Categorical(logits=teacher), Categorical(logits=student)
    wanted, other = kl_divergence(p, q), kl_divergence(q, p)
    same_shape(forward, (2,), "one number for each row: sum over the vocabulary alone")
    same_shape(reverse, (2,), "one number for each row: sum over the vocabulary alone")
    hint = "got nan: logits are no probabilities, so `log_softmax` first; and `kl_div` of two "
    holds(not bool(forward.isnan().any()), hint + "logarithms needs `log_target=True`")
    clues = {
        "forward is KL(teacher || student): the teacher's probabilities weigh the terms": other,
        "softmax over the vocabulary, dimension -1, not over the rows": _terms(
            teacher.softmax(0), student.softmax(0), -1
        ),
        "a difference of logits is none of log-probabilities: `log_softmax` first": (
            p.probs * (teacher - student)
        ).sum(-1),
        "sum over the vocabulary, not its mean": wanted / 3,
        "natural logarithms, so that the unit is nats": wanted / torch.tensor(2.0).log(),
        "that is a cross-entropy: the teacher's own log-probability is missing": wanted
        + p.entropy(),
    }
    same(forward, wanted, _clue(forward, clues) or "sum p (log p - log q)")
    turned = {
        "reverse is more than a minus: the student weighs, q (log q - log p)": -wanted,
        "the sign of the reverse: q (log q - log p), a KL is never below 0": -other,
    }
    hint = _clue(reverse, turned) or "reverse: the same with teacher and student exchanged"
    same(reverse, other, hint)
    alike = _pair(answer(teacher, teacher + 5), "forward and reverse KL")
    hint = "logits that differ by a constant are one distribution, so both KLs are 0"
    same(torch.stack(alike), torch.zeros(2, 2), hint)


@check("07-chain")
def chain(answer: Callable[..., Tensor]) -> None:
    """whole_kl(p1, q1, p2, q2) -> KL(p || q) of answers of two tokens."""
    p1, q1 = torch.tensor([0.9, 0.1]), torch.tensor([0.3, 0.7])
    p2, q2 = torch.tensor([[0.8, 0.2], [0.1, 0.9]]), torch.tensor([[0.6, 0.4], [0.7, 0.3]])
    got = answer(p1, q1, p2, q2)
    same_shape(got, (), "one number for the whole answer")
    first, second = _kl(p1, q1), _kl(p2, q2)
    joint = _kl((p1[:, None] * p2).flatten(), (q1[:, None] * q2).flatten())
    clues = {
        "the second step counts as often as p writes its first token, not q": first
        + (q1 * second).sum(),
        "each first token counts as often as p writes it: weigh by p1, no plain mean": first
        + second.mean(),
        "each first token counts as often as p writes it: weigh by p1, no plain sum": first
        + second.sum(),
        "the first token's own KL is missing": (p1 * second).sum(),
        "the second KL sums over the second token: `sum(-1)`, not `sum(0)`": first
        + (p1 * (p2 * (p2 / q2).log()).sum(0)).sum(),
        "p1 weighs the rows of p2: `p1[:, None] * p2`": _terms(p1 * p2, q1 * q2),
        "the KL of the second token is missing": first,
        "that is KL(q || p): p writes the text, so p weighs": _kl(
            (q1[:, None] * q2).flatten(), (p1[:, None] * p2).flatten()
        ),
        "each first token keeps its own row of second tokens: no mixing of the rows": first
        + _kl(p1 @ p2, q1 @ q2),
        "every first token counts, not the likeliest alone": first + second[0],
        "that is the mean per token; the whole answer is the sum of its tokens": joint / 2,
    }
    same(got, joint, _clue(got, clues) or "KL of the first token plus the expected second one")


@check("07-mask")
def mask(answer: Callable[..., Tensor]) -> None:
    """per_token(each, lengths) -> mean over the tokens that count, scalar."""
    each = torch.tensor([[1.0, 5.0, 9.0, 7.0], [2.0, 8.0, 8.0, 8.0]])
    lengths = torch.tensor([3, 1])
    got = _scalar(answer(each, lengths), "one number for the whole batch")
    counts = torch.arange(4) < lengths[:, None]
    clues = {
        "what stands behind an answer's end counts too: mask it by the lengths": each.mean(),
        "that weighs each answer alike; per token, long answers count more: divide the whole sum "
        "by the number of tokens": (each * counts).sum(1).div(lengths).mean(),
        "divide by the tokens that count, not by all places": (each * counts).mean(),
        "the last counted token is missing: an answer of length 3 has places 0, 1 and 2": each[
            0, :2
        ]
        .sum()
        .div(2),
        "one token too many counts: an answer of length 3 has places 0, 1 and 2": each[
            torch.arange(4) <= lengths[:, None]
        ].mean(),
        "divide by the number of counted tokens, not by that of the answers": each[counts].sum()
        / 2,
        "the mask is turned: it keeps what stands behind the end": each[~counts].mean(),
        "the sum still has to be divided by the number of counted tokens": (each * counts).sum(),
    }
    same(got, each[counts].mean(), _clue(got, clues) or "sum over counted tokens / their number")
    poisoned = each.masked_fill(~counts, float("nan"))
    hint = "a nan behind the end reached the mean: choose with `each[mask]`, do not multiply by 0"
    same(answer(poisoned, lengths), each[counts].mean(), hint)


@check("07-jsd")
def jsd(answer: Callable[..., Tensor]) -> None:
    """mixed(p, q, beta) -> generalised JSD of two distributions, scalar."""
    p, q, beta = torch.tensor([0.7, 0.25, 0.05]), torch.tensor([0.1, 0.3, 0.6]), 0.25
    got = _scalar(answer(p, q, beta), "one number")
    m, other = beta * p + (1 - beta) * q, (1 - beta) * p + beta * q
    wanted = beta * _kl(p, m) + (1 - beta) * _kl(q, m)
    clues = {
        "the mixture is beta p + (1 - beta) q: its shares are exchanged": beta * _kl(p, other)
        + (1 - beta) * _kl(q, other),
        "beta weighs the teacher's KL, 1 - beta the student's": (1 - beta) * _kl(p, m)
        + beta * _kl(q, m),
        "no mean over the vocabulary: a sum": wanted / 3,
        "natural logarithms, so that the unit is nats": wanted / torch.tensor(2.0).log(),
        "that is its root; the divergence has none": wanted.sqrt(),
        "both KLs compare with the mixture, not p with q": beta * _kl(p, q)
        + (1 - beta) * _kl(q, p),
        "the mixture follows beta, too": beta * _kl(p, (p + q) / 2)
        + (1 - beta) * _kl(q, (p + q) / 2),
        "the two weights follow beta, too": _kl(p, m) / 2 + _kl(q, m) / 2,
        "beta and 1 - beta are exchanged throughout": (1 - beta) * _kl(p, other)
        + beta * _kl(q, other),
        "mix the probabilities, not their logarithms": beta * (1 - beta) * (_kl(p, q) + _kl(q, p)),
        "p and q are probabilities already: no softmax": _softened(p, q, beta),
        "the mixture comes second in both KLs": beta * _kl(m, p) + (1 - beta) * _kl(m, q),
        "the mixture and both weights follow beta; this is 0.5 throughout": _kl(p, (p + q) / 2) / 2
        + _kl(q, (p + q) / 2) / 2,
        "the weights of the two KLs are missing": _kl(p, m) + _kl(q, m),
    }
    same(got, wanted, _clue(got, clues) or "beta KL(p || m) + (1 - beta) KL(q || m)")


def _kl(first: Tensor, second: Tensor) -> Tensor:
    """KL(first || second) over the last dimension, by torch's own distributions."""
    return kl_divergence(Categorical(probs=first), Categorical(probs=second))


def _terms(p: Tensor, q: Tensor, over: int | None = None) -> Tensor:
    each = p * (p / q).log()
    return each.sum() if over is None else each.sum(over)


def _softened(p: Tensor, q: Tensor, beta: float) -> Tensor:
    p, q = p.softmax(-1), q.softmax(-1)
    m = beta * p + (1 - beta) * q
    return beta * _kl(p, m) + (1 - beta) * _kl(q, m)


def _scalar(got: Any, look: str) -> Tensor:
    """The answer as a tensor, since a plain number is as good where no gradient is asked for."""
    if isinstance(got, float):
        got = torch.tensor(got)
    same_shape(got, (), look)
    return torch.as_tensor(got)


def _pair(got: Any, what: str) -> tuple[Tensor, Tensor]:
    answered(got, "your function")
    try:
        first, second = got
    except (TypeError, ValueError):
        raise CheckFailed(f"got {type(got).__name__}, wanted a pair: {what}") from None
    return first, second


def _clue(got: Any, clues: Mapping[str, Tensor]) -> str:
    return clue(got, {wrong: says for says, wrong in clues.items()})
