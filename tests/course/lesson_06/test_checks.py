"""Every check of lesson 06 rejects the usual mistakes, says why, and takes other right answers."""

import math

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_06 import checks
from labkit.llm.losses import group_advantages, group_bradley_terry, sequence_nll
from labkit.llm.tokens import length_mask
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def surprises(z, y):
    return -z.log_softmax(-1).gather(2, y[..., None])[..., 0]


def inside(n, y):
    return torch.arange(y.shape[1]) < n[:, None]


def by_mask(z, y, n):
    return surprises(z, y)[inside(n, y)].mean()


SEQKD = {
    "padding": (lambda z, y, n: F.cross_entropy(z.flatten(0, 1), y.flatten()), "fills the short"),
    "by ids": (lambda z, y, n: F.cross_entropy(z.flatten(0, 1), y.flatten(), ignore_index=1),
               "end token was left out"),
    "answers": (
        lambda z, y, n: ((surprises(z, y) * inside(n, y)).sum(1) / n).mean(),
        "mean of the answers' means",
    ),
    "sum": (lambda z, y, n: (surprises(z, y) * inside(n, y)).sum(), "not the sum"),
    "per answer": (lambda z, y, n: (surprises(z, y) * inside(n, y)).sum(1).mean(),
                   "not by that of the answers"),
    "all places": (lambda z, y, n: (surprises(z, y) * inside(n, y)).mean(), "not by all places"),
    "minus": (lambda z, y, n: -by_mask(z, y, n), "never below 0"),
    "shift": (
        lambda z, y, n: surprises(z[:, :-1], y[:, 1:])[inside(n, y)[:, 1:]].mean(),
        "no shift",
    ),
    "no log": (
        lambda z, y, n: -z.softmax(-1).gather(2, y[..., None])[..., 0][inside(n, y)].mean(),
        "log of the probability",
    ),
    "rows": (lambda z, y, n: surprises(z, y), "one number"),
    "item": (lambda z, y, n: by_mask(z.detach(), y, n), "no gradient reaches"),
    "one more": (lambda z, y, n: by_mask(z, y, n + 1), "one token too many"),
    "no softmax": (
        lambda z, y, n: -z.gather(2, y[..., None])[..., 0][inside(n, y)].mean(), "log_softmax"
    ),
    "over tokens": (
        lambda z, y, n: -z.log_softmax(1).gather(2, y[..., None])[..., 0][inside(n, y)].mean(),
        "not over the tokens",
    ),
    "places": (lambda z, y, n: F.cross_entropy(z, y), "in dimension 1"),
    "number": (lambda z, y, n: by_mask(z, y, n).item(), "wanted a tensor"),
}  # fmt: skip


def log_sigmoid(t, s):
    return -F.logsigmoid(t[:, None] - s)


BRADLEY_TERRY = {
    "sign": (lambda t, s: -F.logsigmoid(s - t[:, None]).mean(), "the sign"),
    "sum": (lambda t, s: log_sigmoid(t, s).sum(), "not the sum"),
    "minus": (lambda t, s: -log_sigmoid(t, s).mean(), "never below 0"),
    "columns": (lambda t, s: -F.logsigmoid(t - s).mean(), "teacher\\[:, None\\]"),
    "mean first": (lambda t, s: -F.logsigmoid(t - s.mean(1)).mean(), "averaged the samples first"),
    "no log": (lambda t, s: -torch.sigmoid(t[:, None] - s).mean(), "logarithm is missing"),
    "gap": (lambda t, s: -(t[:, None] - s).mean(), "falls without end"),
    "alone": (
        lambda t, s: -F.logsigmoid(t).mean() - F.logsigmoid(-s).mean(),
        "sees only their difference",
    ),
    "mistakes": (lambda t, s: (t[:, None] < s).float().mean(), "counts mistakes"),
    "detached": (lambda t, s: log_sigmoid(t.detach(), s.detach()).mean(), "no gradient"),
    "students cut": (lambda t, s: log_sigmoid(t, s.detach()).mean(), "reaches the students'"),
    "teacher cut": (lambda t, s: log_sigmoid(t.detach(), s).mean(), "reaches the teacher's"),
    "patched": (
        lambda t, s: -(torch.sigmoid(t[:, None] - s) + 1e-8).log().mean(),
        "ends the slope",
    ),
    "large": (lambda t, s: (1 + (s - t[:, None]).exp()).log().mean(), "exp\\(200\\)"),
    "samples summed": (lambda t, s: log_sigmoid(t, s).sum(1).mean(), "over the samples is left"),
    "means": (lambda t, s: -F.logsigmoid(t.mean() - s.mean()), "averaged the scores first"),
    "best sample": (lambda t, s: -F.logsigmoid(t - s.amax(1)).mean(), "not the best one"),
    "hinge": (lambda t, s: F.relu(1 - t[:, None] + s).mean(), "hinge"),
    "sigmoids": (
        lambda t, s: -(t.sigmoid()[:, None] - s.sigmoid()).log().mean(),
        "no difference of",
    ),
    "overflow": (lambda t, s: -torch.sigmoid(t[:, None] - s).log().mean(), "minus infinity"),
    "rows": (lambda t, s: log_sigmoid(t, s).mean(1), "one number"),
}


def group(r, dim=1, correction=1):
    r = r.detach()
    spread = r.std(dim, keepdim=True, correction=correction)
    return (r - r.mean(dim, keepdim=True)) / (spread + 1e-6)


ADVANTAGES = {
    "batch": (lambda r: ((r - r.mean()) / (r.std() + 1e-6)).detach(), "dim 1"),
    "columns": (lambda r: group(r, 0), "different prompts"),
    "no spread": (lambda r: (r - r.mean(1, keepdim=True)).detach(), "divide by the spread"),
    "variance": (
        lambda r: ((r - r.mean(1, keepdim=True)) / (r.var(1, keepdim=True) + 1e-6)).detach(),
        "not the variance",
    ),
    "biased": (lambda r: group(r, correction=0), "n - 1"),
    "minus": (lambda r: -group(r), "the sign"),
    "no mean": (lambda r: (r / (r.std(1, keepdim=True) + 1e-6)).detach(), "take the mean off"),
    "best": (
        lambda r: ((r - r.amax(1, keepdim=True)) / (r.std(1, keepdim=True) + 1e-6)).detach(),
        "not its best",
    ),
    "softmax": (lambda r: r.softmax(1).detach(), "no softmax"),
    "gradient": (
        lambda r: (r - r.mean(1, keepdim=True)) / (r.std(1, keepdim=True) + 1e-6),
        "detach",
    ),
    "no eps": (
        lambda r: ((r - r.mean(1, keepdim=True)) / r.std(1, keepdim=True)).detach(),
        "equal rewards",
    ),
    "brackets": (
        lambda r: (r - r.mean(1, keepdim=True) / (r.std(1, keepdim=True) + 1e-6)).detach(),
        "brackets",
    ),
    "from 0 to 1": (
        lambda r: ((r - r.amin(1, keepdim=True)) / (r.amax(1) - r.amin(1))[:, None]).detach(),
        "not from 0 to 1",
    ),
    "one each": (lambda r: group(r).mean(1), "one advantage for each answer"),
}

POLICY = {
    "sign": (lambda q, a, m: (a.detach()[:, None] * q)[m].mean(), "the sign"),
    "filling": (lambda q, a, m: -(a.detach()[:, None] * q).mean(), "is filling"),
    "all places": (lambda q, a, m: -(a.detach()[:, None] * q * m).mean(), "not by all places"),
    "sum": (lambda q, a, m: -(a.detach()[:, None] * q)[m].sum(), "not the sum"),
    "per answer": (lambda q, a, m: -(a.detach()[:, None] * q * m).sum(1).mean(), "number of tok"),
    "answers": (
        lambda q, a, m: -((a.detach()[:, None] * q * m).sum(1) / m.sum(1)).mean(),
        "answers' means",
    ),
    "q": (lambda q, a, m: -(a.detach()[:, None] * q.exp())[m].mean(), "log q, not q"),
    "seqkd": (lambda q, a, m: -q[m].mean(), "the student's own text"),
    "turned": (lambda q, a, m: -(a.detach()[:, None] * q)[~m].mean(), "mask is turned"),
    "width": (lambda q, a, m: -(a.detach()[:, None] * q * m).sum() / m.shape[1], "mask.sum"),
    "plus": (lambda q, a, m: -(a.detach()[:, None] + q)[m].mean(), "not plus"),
    "gains": (lambda q, a, m: -(a[:, None] * q)[m].mean(), "talk the discriminator"),
    "detached": (lambda q, a, m: -(a[:, None] * q.detach())[m].mean(), "get a gradient|log q"),
    "nothing": (lambda q, a, m: -(a.detach()[:, None] * q.detach())[m].mean(), "no gradient"),
    "rows": (lambda q, a, m: -(a[:, None] * q), "one number"),
}


def both(p, q):
    return torch.xlogy(p, p / q).sum(), torch.xlogy(q, q / p).sum()


KLS = {
    "swapped": (lambda p, q: both(q, p), "swapped"),
    "minus": (lambda p, q: tuple(-x for x in both(p, q)), "never below 0"),
    "mean": (lambda p, q: tuple(x / len(p) for x in both(p, q)), "not the mean"),
    "forward twice": (lambda p, q: (both(p, q)[0], both(p, q)[0]), "its mean over q"),
    "cross": (lambda p, q: (-(p * q.log()).sum(), -(q * p.log()).sum()), "cross-entropy"),
    "bits": (lambda p, q: tuple(x / math.log(2) for x in both(p, q)), "nats"),
    "nan": (
        lambda p, q: ((p * (p.log() - q.log())).sum(), (q * (q.log() - p.log())).sum()),
        "0 log 0 counts 0",
    ),
    "patched": (
        lambda p, q: tuple(
            (a * ((a + 1e-9) / (b + 1e-9)).log()).sum() for a, b in ((p, q), (q, p))
        ),
        "infinite",
    ),
    "one": (lambda p, q: both(p, q)[0], "wanted two numbers"),
    "a sign": (lambda p, q: (both(p, q)[0], -both(p, q)[0]), "more than a sign"),
    "softmax": (lambda p, q: both(p.softmax(-1), q.softmax(-1)), "probabilities already"),
    "no logarithm": (
        lambda p, q: [F.kl_div(b, a, reduction="sum") for a, b in ((p, q), (q, p))],
        "the logarithm first",
    ),
}


CASES = [
    *refused(checks.seqkd, SEQKD),
    *refused(checks.bradley_terry, BRADLEY_TERRY),
    *refused(checks.advantages, ADVANTAGES),
    *refused(checks.policy, POLICY),
    *refused(checks.kls, KLS),
]


@pytest.mark.parametrize(("check", "answer", "says"), CASES)
def test_a_wrong_answer_is_refused_with_its_reason(check, answer, says):
    with pytest.raises(CheckFailed, match=says):
        check(answer)


RIGHT = [
    (checks.seqkd, by_mask),
    (checks.seqkd, lambda z, y, n: sequence_nll(z, y, length_mask(n, y.shape[1]))),
    (checks.seqkd, lambda z, y, n: F.cross_entropy(z[inside(n, y)], y[inside(n, y)])),
    (checks.bradley_terry, lambda t, s: log_sigmoid(t, s).mean()),
    (checks.bradley_terry, group_bradley_terry),
    (checks.bradley_terry, lambda t, s: F.softplus(s - t.unsqueeze(1)).mean()),
    (checks.advantages, group),
    (checks.advantages, group_advantages),
    (checks.policy, lambda q, a, m: -(a.detach()[:, None] * q)[m].mean()),
    (checks.policy, lambda q, a, m: -((q * m).sum(1) @ a.detach()) / m.sum()),
    (checks.kls, both),
    (checks.kls, lambda p, q: tuple(F.kl_div(b.log(), a, reduction="sum")
                                    for a, b in ((p, q), (q, p)))),
]  # fmt: skip


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_passes(check, answer):
    check(answer)
