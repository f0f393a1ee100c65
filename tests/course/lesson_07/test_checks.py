"""Every check of lesson 07 rejects the usual mistakes, says why, and takes other right answers."""

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_07 import checks
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
        "a difference of logits",
    ),
    "logits as they are": (
        lambda t, s: ((t * (t.log() - s.log())).sum(-1), kls(t, s)[1]),
        "logits are no probabilities",
    ),
    "two logarithms": (
        lambda t, s: (
            F.kl_div(s.log_softmax(-1), t.log_softmax(-1), reduction="none").sum(-1),
            kls(t, s)[1],
        ),
        "log_target=True",
    ),
    "over the rows": (
        lambda t, s: (kl(t.softmax(0), s.softmax(0)), kls(t, s)[1]),
        "not over the rows",
    ),
    "a minus": (lambda t, s: (kls(t, s)[0], -kls(t, s)[0]), "more than a minus"),
    "sign of the reverse": (lambda t, s: (kls(t, s)[0], -kls(t, s)[1]), "sign of the reverse"),
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
    "first alone": (lambda p, q, P, Q: kl(p, q), "second token is missing"),
    "over first tokens": (
        lambda p, q, P, Q: kl(p, q) + (p * (P * (P / Q).log()).sum(0)).sum(),
        "not `sum\\(0\\)`",
    ),
    "joint turned": (lambda p, q, P, Q: kl((p * P).flatten(), (q * Q).flatten()), "None"),
    "q writes": (lambda p, q, P, Q: by_joint(q, p, Q, P), "p writes the text"),
    "rows mixed": (lambda p, q, P, Q: kl(p, q) + kl(p @ P, q @ Q), "no mixing of the rows"),
    "likeliest": (lambda p, q, P, Q: kl(p, q) + kl(P, Q)[p.argmax()], "not the likeliest alone"),
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
    "one more": (lambda e, n: per_token(e, n + 1), "one token too many"),
    "by answers": (lambda e, n: times(e, n).sum() / len(n), "not by that of the answers"),
    "turned": (lambda e, n: e[~length_mask(n, e.shape[1])].mean(), "mask is turned"),
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
    "mixture one half": (lambda p, q, b: jsd_of(p, q, (p + q) / 2, b), "mixture follows beta"),
    "weights one half": (
        lambda p, q, b: jsd_of(p, q, b * p + (1 - b) * q, 0.5),
        "weights follow beta",
    ),
    "exchanged": (lambda p, q, b: jsd(p, q, 1 - b), "exchanged throughout"),
    "no mixture": (lambda p, q, b: b * kl(p, q) + (1 - b) * kl(q, p), "not p with q"),
    "logarithms mixed": (
        lambda p, q, b: jsd_of(p, q, (b * p.log() + (1 - b) * q.log()).exp(), b),
        "not their logarithms",
    ),
    "root": (lambda p, q, b: jsd(p, q, b).sqrt(), "its root"),
    "mean": (lambda p, q, b: jsd(p, q, b) / len(p), "a sum"),
    "bits": (lambda p, q, b: jsd(p, q, b) / 0.6931472, "nats"),
    "softmax": (lambda p, q, b: jsd(p.softmax(-1), q.softmax(-1), b), "no softmax"),
}


WRONG = [
    *refused(checks.kls, KLS),
    *refused(checks.chain, CHAIN),
    *refused(checks.mask, MASK),
    *refused(checks.jsd, JSD),
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


RIGHT = [
    (checks.kls, kls),
    (checks.kls, by_kl_div),
    (checks.chain, whole),
    (checks.chain, by_joint),
    (checks.mask, per_token),
    (checks.mask, lambda e, n: torch.cat([row[:k] for row, k in zip(e, n, strict=True)]).mean()),
    (checks.mask, lambda e, n: float(per_token(e, n))),
    (checks.jsd, jsd),
    (checks.jsd, lambda p, q, b: float(jsd(p, q, b))),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_another_right_answer_passes(check, answer):
    check(answer)
