"""Every check of lesson 05 rejects the usual mistakes, says why, and takes other right answers."""

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_05 import checks
from labkit.losses.kl import soft_kl
from labkit.models.bottlenecks import reparameterised
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def soft(target, own, temperature, reduction="batchmean"):
    logs = [F.log_softmax(x / temperature, -1) for x in (own, target)]
    return F.kl_div(*logs, log_target=True, reduction=reduction)


def eq3(t, s, y, a, T):
    return a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach(), t, T)


def by_hand(t, s, y, a, T):
    q, p = (s.detach() / T).softmax(-1), (t / T).softmax(-1)
    labels = -t.log_softmax(-1)[torch.arange(len(y)), y].mean()
    return a * labels + (1 - a) * T * T * (q * (q / p).log()).sum(-1).mean()


def not_logarithms(of):
    def loss(t, s, y, a, T):
        q = (s.detach() / T).softmax(-1)
        wrong = F.kl_div(of(t / T), q, reduction="batchmean")
        return a * F.cross_entropy(t, y) + (1 - a) * T**2 * wrong

    return loss


TEACHER = {
    "alpha swapped": (lambda t, s, y, a, T: eq3(t, s, y, 1 - a, T), "alpha weighs the labels"),
    "no square": (
        lambda t, s, y, a, T: a * F.cross_entropy(t, y) + (1 - a) * soft(s.detach(), t, T),
        "square of the temperature",
    ),
    "T alone": (
        lambda t, s, y, a, T: a * F.cross_entropy(t, y) + (1 - a) * T * soft(s.detach(), t, T),
        "not times the temperature",
    ),
    "direction": (
        lambda t, s, y, a, T: a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(t, s.detach(), T),
        "KL\\(student \\|\\| teacher\\)",
    ),
    "soft labels": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t / T, y) + (1 - a) * T**2 * soft(s.detach(), t, T)
        ),
        "plain logits",
    ),
    "not softened": (
        lambda t, s, y, a, T: a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach(), t, 1),
        "soften both",
    ),
    "minus": (
        lambda t, s, y, a, T: a * F.cross_entropy(t, y) - (1 - a) * T**2 * soft(s.detach(), t, T),
        "add the KL",
    ),
    "mean": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach(), t, T, "mean")
        ),
        "batchmean",
    ),
    "sum": (lambda t, s, y, a, T: 2 * eq3(t, s, y, a, T), "not the sum"),
    "rows": (lambda t, s, y, a, T: eq3(t, s, y, a, T).expand(2), "one number"),
    "student learns": (
        lambda t, s, y, a, T: a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s, t, T),
        "the student gets a gradient",
    ),
    "teacher detached": (lambda t, s, y, a, T: eq3(t.detach(), s, y, a, T), "no gradient"),
    "KL without the teacher": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach(), t.detach(), T)
        ),
        "one part gives the teacher no gradient",
    ),
    "two logarithms": (
        lambda t, s, y, a, T: F.kl_div(*((x / T).log_softmax(-1) for x in (t, s.detach()))),
        "log_target=True",
    ),
    "KL summed": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach(), t, T, "sum")
        ),
        "the KL was summed over the batch",
    ),
    "over the batch": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach().T, t.T, T) * 3 / 2
        ),
        "over the classes",
    ),
    "square on all": (
        lambda t, s, y, a, T: (
            T**2 * eq3(t, s, y, a, T) - (T**2 - 1) * (1 - a) * T**2 * soft(s.detach(), t, T)
        ),
        "goes to the KL alone",
    ),
    "softmax twice": (
        lambda t, s, y, a, T: (
            eq3(t, s, y, a, T) + a * (F.cross_entropy(t.softmax(-1), y) - F.cross_entropy(t, y))
        ),
        "takes the softmax itself",
    ),
    "student's labels": (
        lambda t, s, y, a, T: (
            eq3(t, s, y, a, T) + a * (F.cross_entropy(s, y) - F.cross_entropy(t, y))
        ),
        "its logits belong into",
    ),
    "times T": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t, y) + (1 - a) * T**2 * soft(s.detach(), t, 1 / T)
        ),
        "divide the logits",
    ),
    "logits in kl_div": (not_logarithms(lambda z: z), "wants the teacher's log-probabilities"),
    "probabilities in kl_div": (not_logarithms(lambda z: z.softmax(-1)), "log-probabilities first"),
    "soft cross-entropy": (
        lambda t, s, y, a, T: (
            a * F.cross_entropy(t, y)
            + (1 - a) * T**2 * F.cross_entropy(t / T, (s.detach() / T).softmax(-1))
        ),
        "this is the cross-entropy with the student's soft labels",
    ),
}


def teacher_first(t, s, of_teacher, of_student, rate):
    t = t - rate * of_teacher(t, s)
    return t, s - rate * of_student(s, t)


def mutual(t, s, of_teacher, of_student, rate):
    return t - rate * of_teacher(t, s), s - rate * of_student(s, t)


def student_first(t, s, of_teacher, of_student, rate):
    s = s - rate * of_student(s, t)
    return t - rate * of_teacher(t, s), s


def upwards(t, s, of_teacher, of_student, rate):
    t = t + rate * of_teacher(t, s)
    return t, s + rate * of_student(s, t)


def turned(t, s, of_teacher, of_student, rate):
    t = t - rate * of_teacher(s, t)
    return t, s - rate * of_student(t, s)


def asks_twice(t, s, of_teacher, of_student, rate):
    of_teacher(t, s)
    return teacher_first(t, s, of_teacher, of_student, rate)


ORDER = {
    "mutual": (mutual, "mutual learning"),
    "student first": (student_first, "the student went first"),
    "upwards": (upwards, "down the slope"),
    "turned": (turned, "own parameter first"),
    "teacher alone": (lambda t, s, a, b, r: (t - r * a(t, s), s), "student did not move"),
    "frozen": (lambda t, s, a, b, r: (t, s - r * b(s, t)), "teacher did not move"),
    "teacher's parameter first": (
        lambda t, s, a, b, r: (new := t - r * a(t, s), s - r * b(new, s)),
        "student's own parameter first",
    ),
    "the same, both from m": (
        lambda t, s, a, b, r: (t - r * a(t, s), s - r * b(t, s)),
        "student's own parameter first",
    ),
    "no rate": (lambda t, s, a, b, r: teacher_first(t, s, a, b, 1), "times the rate"),
    "pair turned": (lambda *of: teacher_first(*of)[::-1], "teacher's parameter first"),
    "twice": (asks_twice, "asked once"),
    "one number": (lambda t, s, a, b, r: t - r * a(t, s), "wanted two numbers"),
}

SAMPLE = {
    "variance": (lambda m, v, e: m + v.exp() * e, "is the variance"),
    "log": (lambda m, v, e: m + v * e, "is a logarithm"),
    "minus": (lambda m, v, e: m + (-v / 2).exp() * e, "not minus"),
    "twice": (lambda m, v, e: m + (2 * v).exp() * e, "not of twice as much"),
    "no noise": (lambda m, v, e: m + (v / 2).exp(), "noise is missing"),
    "mean": (lambda m, v, e: m, "mean alone"),
    "own noise": (lambda m, v, e: torch.normal(m, (v / 2).exp()), "noise that was given"),
    "root of log": (lambda m, v, e: m + v.sqrt() * e, "exp comes before the root"),
    "half outside": (lambda m, v, e: m + 0.5 * v.exp() * e, "half stands inside exp"),
    "half log": (lambda m, v, e: m + 0.5 * v * e, "exp is missing"),
    "no spread": (lambda m, v, e: m + e, "stretch the noise by"),
    "mean stretched": (lambda m, v, e: (m + e) * (v / 2).exp(), "not the mean"),
    "mean cut": (lambda m, v, e: m.detach() + (v / 2).exp() * e, "no gradient reaches mean"),
    "spread cut": (lambda m, v, e: m + (v.detach() / 2).exp() * e, "reaches log_variance"),
    "all cut": (lambda m, v, e: (m + (v / 2).exp() * e).detach(), "no gradient flows"),
    "row": (lambda m, v, e: (m + (v / 2).exp() * e).sum(1), "one number for each latent"),
}


def closed(m, v):
    return 0.5 * (m**2 + v.exp() - v - 1).sum(1).mean()


KL = {
    "no half": (lambda m, v: 2 * closed(m, v), "one half"),
    "batch sum": (lambda m, v: closed(m, v) * len(m), "mean over texts"),
    "mean": (lambda m, v: closed(m, v) / m.shape[1], "not the mean"),
    "sign": (lambda m, v: -closed(m, v), "never below 0"),
    "no one": (lambda m, v: 0.5 * (m**2 + v.exp() - v).sum(1).mean(), "-1 is missing"),
    "variance": (lambda m, v: 0.5 * (m**2 + v.exp() ** 2 - 2 * v - 1).sum(1).mean(), "no square"),
    "no log": (lambda m, v: 0.5 * (m**2 + v.exp() - 1).sum(1).mean(), "minus the log-variance"),
    "no mean": (lambda m, v: 0.5 * (v.exp() - v - 1).sum(1).mean(), "square of the mean"),
    "rows": (lambda m, v: 0.5 * (m**2 + v.exp() - v - 1).sum(1), "one number"),
    "all summed": (lambda m, v: 0.5 * (m**2 + v.exp() - v - 1).sum(), "mean over texts"),
    "turned": (
        lambda m, v: 0.5 * ((m**2 + 1) / v.exp() + v - 1).sum(1).mean(),
        "that is KL\\(N\\(0, 1\\)",
    ),
    "halved log": (
        lambda m, v: 0.5 * (m**2 + v.exp() - v / 2 - 1).sum(1).mean(),
        "without another half",
    ),
    "deviation": (
        lambda m, v: 0.5 * (m**2 + (v / 2).exp() - v - 1).sum(1).mean(),
        "exp\\(log_variance\\), without",
    ),
    "plus log": (lambda m, v: 0.5 * (m**2 + v.exp() + v - 1).sum(1).mean(), "not plus"),
    "plain mean": (lambda m, v: 0.5 * (m + v.exp() - v - 1).sum(1).mean(), "mean is squared"),
    "over texts": (lambda m, v: 0.5 * (m**2 + v.exp() - v - 1).sum(0).mean(), "dim 1"),
    "one beside the sum": (
        lambda m, v: (0.5 * (m**2 + v.exp() - v).sum(1) - 1.5 + 1).mean(),
        "-1 belongs to each",
    ),
    "log of the log": (
        lambda m, v: 0.5 * (m**2 + v - v.log() - 1).sum(1).mean(),
        "is the logarithm already",
    ),
    "both": (lambda m, v: (m**2 + v.exp() - v - 1).sum(), "one half is missing, and the mean"),
    "2x": (lambda m, v: 0.5 * (2 * m**2 + v.exp() - v - 1).sum(1).mean(), "1/2 \\(mean"),
}

WRONG = [
    *refused(checks.teacher, TEACHER),
    *refused(checks.order, ORDER),
    *refused(checks.sample, SAMPLE),
    *refused(checks.kl, KL),
]


@pytest.mark.parametrize("check, wrong, words", WRONG)
def test_a_usual_mistake_is_named(check, wrong, words):
    with pytest.raises(CheckFailed, match=words):
        check(wrong)


def with_library(t, s, y, a, T):
    return a * F.cross_entropy(t, y) + (1 - a) * soft_kl(t, s, T)


def with_entropy(t, s, y, a, T):
    q = (s.detach() / T).softmax(-1)
    entropy = torch.distributions.Categorical(probs=q).entropy().mean()
    return a * F.cross_entropy(t, y) + (1 - a) * T**2 * (F.cross_entropy(t / T, q) - entropy)


def in_place(t, s, of_teacher, of_student, rate):
    t -= rate * of_teacher(t, s)
    s -= rate * of_student(s, t)
    return [t, s]


RIGHT = [
    (checks.teacher, eq3),
    (checks.teacher, by_hand),
    (checks.teacher, with_library),
    (checks.teacher, with_entropy),
    (checks.order, teacher_first),
    (checks.order, in_place),
    (checks.sample, lambda m, v, e: m + v.exp().sqrt() * e),
    (checks.sample, lambda m, v, e: torch.addcmul(m, torch.exp(0.5 * v), e)),
    (checks.sample, reparameterised),
    (checks.kl, closed),
    (checks.kl, lambda m, v: (-0.5 * (1 + v - m.pow(2) - v.exp())).sum(-1).mean()),
    (checks.kl, lambda m, v: checks._nats(m, v)),
]


@pytest.mark.parametrize("check, right", RIGHT)
def test_every_right_way_passes(check, right, capsys):
    check(right)
    assert "well done" in capsys.readouterr().out
