"""Every check of lesson 07 rejects the usual mistakes, says why, and takes other right answers."""

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_07 import checks
from labkit.llm.losses import gradient_penalty
from labkit.llm.tokens import length_mask
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def kl(first, second):
    return (first * (first.log() - second.log())).sum(-1)


def kls(teacher, student):
    p, q = teacher.softmax(-1), student.softmax(-1)
    return kl(p, q), kl(q, p)


def cross(p, q):
    return -(p * q.log()).sum(-1)


KLS = {
    "swapped": (lambda t, s: kls(s, t), "teacher's probabilities weigh"),
    "mean": (lambda t, s: tuple(x / 3 for x in kls(t, s)), "not its mean"),
    "bits": (lambda t, s: tuple(x / 0.6931472 for x in kls(t, s)), "unit is nats"),
    "cross-entropy": (
        lambda t, s: (cross(t.softmax(-1), s.softmax(-1)), kls(t, s)[1]),
        "cross-entropy",
    ),
    "batch": (lambda t, s: tuple(x.mean() for x in kls(t, s)), "one number for each row"),
    "twice forward": (lambda t, s: (kls(t, s)[0],) * 2, "teacher and student exchanged"),
    "logits": (
        lambda t, s: ((t.softmax(-1) * (t - s)).sum(-1), kls(t, s)[1]),
        "sum p",
    ),
    "one": (lambda t, s: kls(t, s)[0][0], "wanted a pair"),
}


def whole(p1, q1, p2, q2):
    return kl(p1, q1) + (p1 * kl(p2, q2)).sum()


CHAIN = {
    "weighed by q": (
        lambda p, q, P, Q: kl(p, q) + (q * kl(P, Q)).sum(),
        "second step counts as often as p",
    ),
    "plain mean": (lambda p, q, P, Q: kl(p, q) + kl(P, Q).mean(), "no plain mean"),
    "plain sum": (lambda p, q, P, Q: kl(p, q) + kl(P, Q).sum(), "no plain sum"),
    "second alone": (lambda p, q, P, Q: (p * kl(P, Q)).sum(), "own KL is missing"),
    "per token": (lambda *a: whole(*a) / 2, "mean per token"),
    "not summed": (lambda p, q, P, Q: kl(p, q) + p * kl(P, Q), "one number"),
}


def per_token(each, lengths):
    return each[length_mask(lengths, each.shape[1])].mean()


def times(each, lengths):
    return each * length_mask(lengths, each.shape[1])


MASK = {
    "all": (lambda e, n: e.mean(), "behind an answer's end"),
    "each answer alike": (lambda e, n: (times(e, n).sum(1) / n).mean(), "each answer alike"),
    "all places": (lambda e, n: times(e, n).mean(), "not by all places"),
    "last missing": (lambda e, n: per_token(e, n - 1), "last counted token"),
    "sum": (lambda e, n: times(e, n).sum(), "divided by the number"),
    "times zero": (lambda e, n: times(e, n).sum() / n.sum(), "a nan behind the end"),
    "rows": (lambda e, n: times(e, n).sum(1) / n, "one number"),
}


def jsd(p, q, beta):
    m = beta * p + (1 - beta) * q
    return beta * kl(p, m) + (1 - beta) * kl(q, m)


def jsd_of(p, q, m, beta):
    return beta * kl(p, m) + (1 - beta) * kl(q, m)


JSD = {
    "mixture swapped": (lambda p, q, b: jsd_of(p, q, (1 - b) * p + b * q, b), "shares are exch"),
    "weights swapped": (
        lambda p, q, b: jsd_of(p, q, b * p + (1 - b) * q, 1 - b),
        "beta weighs the teacher's",
    ),
    "mixture first": (
        lambda p, q, b: b * kl(b * p + (1 - b) * q, p) + (1 - b) * kl(b * p + (1 - b) * q, q),
        "comes second",
    ),
    "half": (lambda p, q, b: jsd(p, q, 0.5), "0.5 throughout"),
    "no weights": (
        lambda p, q, b: sum(kl(x, b * p + (1 - b) * q) for x in (p, q)),
        "weights of the two KLs",
    ),
    "not summed": (lambda p, q, b: p * (p / q).log(), "one number"),
}


def slope(score, rows, graph=True):
    rows = rows.detach().requires_grad_()
    return torch.autograd.grad(score(rows).sum(), rows, create_graph=graph)[0]


def of_mean(score, rows):
    rows = rows.detach().requires_grad_()
    (found,) = torch.autograd.grad(score(rows).mean(), rows, create_graph=True)
    return found.square().sum(1).mean()


def renewed(score, rows):
    return slope(score, rows, False).square().sum(1).mean().requires_grad_()


PENALTY = {
    "no graph": (
        lambda s, r: slope(s, r, False).square().sum(1).mean(),
        "teaches nothing: no gradient",
    ),
    "a new leaf": (renewed, "teaches nothing: no gradient"),
    "not squared": (lambda s, r: slope(s, r).norm(dim=1).mean(), "squared norm"),
    "sum": (lambda s, r: slope(s, r).square().sum(), "not their sum"),
    "slope of the mean": (of_mean, "each row keeps"),
    "mean of all": (lambda s, r: slope(s, r).square().mean(), "before the mean"),
    "rows": (lambda s, r: slope(s, r).square().sum(1), "one number"),
}


def fair(logits, lengths):
    counts = length_mask(lengths, logits.shape[1])
    return logits.log_softmax(-1).masked_fill(~counts[..., None], 0.0)


ROWS = {
    "raw": (
        lambda x, n: x.masked_fill(~length_mask(n, x.shape[1])[..., None], 0.0),
        "plus a constant",
    ),
    "not filled": (lambda x, n: x.log_softmax(-1), "must all be alike"),
    "probabilities": (
        lambda x, n: x.softmax(-1) * length_mask(n, x.shape[1])[..., None],
        "take their logarithm",
    ),
    "over tokens": (
        lambda x, n: x.log_softmax(1) * length_mask(n, x.shape[1])[..., None],
        "not over the tokens",
    ),
    "centred": (
        lambda x, n: (x - x.mean(-1, keepdim=True)) * length_mask(n, x.shape[1])[..., None],
        "log-probabilities over",
    ),
    "flat": (lambda x, n: fair(x, n)[length_mask(n, x.shape[1])], "as many rows"),
}

WRONG = [
    *refused(checks.kls, KLS),
    *refused(checks.chain, CHAIN),
    *refused(checks.mask, MASK),
    *refused(checks.jsd, JSD),
    *refused(checks.penalty, PENALTY),
    *refused(checks.fair_rows, ROWS),
]


@pytest.mark.parametrize(("check", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_says_why(check, answer, words):
    with pytest.raises(CheckFailed, match=words):
        check(answer)


def by_kl_div(teacher, student):
    log_p, log_q = teacher.log_softmax(-1), student.log_softmax(-1)
    both = (F.kl_div(log_q, log_p, log_target=True, reduction="none"),
            F.kl_div(log_p, log_q, log_target=True, reduction="none"))  # fmt: skip
    return tuple(one.sum(-1) for one in both)


def by_joint(p1, q1, p2, q2):
    return kl((p1[:, None] * p2).flatten(), (q1[:, None] * q2).flatten())


def by_library(score, rows):
    rows = rows.detach().requires_grad_()
    return gradient_penalty(score(rows), rows)


RIGHT = [
    (checks.kls, kls),
    (checks.kls, by_kl_div),
    (checks.chain, whole),
    (checks.chain, by_joint),
    (checks.mask, per_token),
    (checks.mask, lambda e, n: torch.cat([row[:k] for row, k in zip(e, n, strict=True)]).mean()),
    (checks.jsd, jsd),
    (checks.penalty, lambda s, r: slope(s, r).square().sum(1).mean()),
    (checks.penalty, by_library),
    (checks.fair_rows, fair),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_another_right_answer_passes(check, answer):
    check(answer)
