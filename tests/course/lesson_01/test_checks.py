"""Every check of lesson 01 rejects the usual mistakes, says why, and takes other right answers."""

import pytest
import torch
import torch.nn.functional as F

from labkit import losses
from labkit.course.check import CheckFailed
from labkit.course.lesson_01 import checks
from labkit.losses.softening import high_temperature_limit, softened
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def overflowing(logits, temperature):
    powers = (logits / temperature).exp()
    return powers / powers.sum(-1, keepdim=True)


SOFTEN = {
    "multiplied": (lambda z, t: (z * t).softmax(-1), "wanted it smaller"),
    "not divided": (lambda z, t: z.softmax(-1), "wanted it smaller"),
    "over the batch": (lambda z, t: (z / t).softmax(0), "must sum to 1"),
    "after the softmax": (lambda z, t: z.softmax(-1) / t, "divide the logits"),
    "softmax twice": (lambda z, t: (z.softmax(-1) / t).softmax(-1), "nothing is softened"),
    "logarithm": (lambda z, t: (z / t).log_softmax(-1), "these are the logarithms"),
    "numpy": (lambda z, t: (z / t).softmax(-1).numpy(), "got a numpy array, wanted a torch"),
    "not shares": (lambda z, t: 2 * (z / t).softmax(-1), "must sum to 1"),
    "root of the temperature": (lambda z, t: (z / t**0.5).softmax(-1), "temperature 5"),
    "first row": (lambda z, t: (z / t).softmax(-1)[0], r"got shape \(3,\), wanted \(2, 3\)"),
    "overflow": (overflowing, "overflow"),
    "square of the temperature": (lambda z, t: (z / t**2).softmax(-1), "not by its square"),
    "cut off": (lambda z, t: (z / t).clamp(max=50).softmax(-1), "may not be cut off"),
    "axis lost": (
        lambda z, t: (z / t).exp() / (z / t).exp().sum(-1),
        "What to do: a sum or mean over an axis drops that axis; `keepdim=True`",
    ),
}


def centred(gap):
    return gap - gap.mean(-1, keepdim=True)


def squares(student, teacher):
    return centred(student - teacher).square()


LIMIT = {
    "not centred": (lambda s, t: (s - t).square().sum(-1).mean() / 8, "centre each row"),
    "over the batch": (
        lambda s, t: ((s - t) - (s - t).mean(0)).square().sum(-1).mean() / 8,
        "centre each row|distance",
    ),
    "sample variance": (lambda s, t: squares(s, t).sum(-1).mean() / 6, "divided by C - 1"),
    "no half": (lambda s, t: squares(s, t).sum(-1).mean() / 4, "factor 1/2"),
    "not by the classes": (lambda s, t: squares(s, t).sum(-1).mean() / 2, "number of classes"),
    "sum over the batch": (lambda s, t: squares(s, t).sum() / 8, "this is the sum over the batch"),
    "by the rows": (
        lambda s, t: squares(s, t).sum(-1).mean() / (2 * len(s)),
        "C is the number of classes, here 4; the batch has 6 rows",
    ),
    "classes twice": (lambda s, t: squares(s, t).mean() / 8, "classes were divided out twice"),
    "sum before the square": (
        lambda s, t: (centred(s - t).sum(-1).square()).mean() / 8,
        "square first, then sum",
    ),
    "a row each": (lambda s, t: squares(s, t).sum(-1) / 8, "one number"),
    "no square": (lambda s, t: squares(s, t).sqrt().sum(-1).mean() / 8, "10000"),
}


def kl(student, teacher, temperature, reduction="batchmean"):
    log_p = F.log_softmax(student / temperature, -1)
    return F.kl_div(log_p, F.softmax(teacher.detach() / temperature, -1), reduction=reduction)


def through_teacher(student, teacher, temperature, over=-1):
    log_q = F.log_softmax(teacher / temperature, over)
    gap = log_q - F.log_softmax(student / temperature, over)
    return (log_q.exp() * gap).sum(-1).mean() * temperature**2


SOFT_KL = {
    "mean": (lambda s, t, temp: kl(s, t, temp, "none").mean() * temp**2, "by the classes too"),
    "sum": (lambda s, t, temp: kl(s, t, temp, "sum") * temp**2, "sum over the batch"),
    "a table": (lambda s, t, temp: kl(s, t, temp, "none"), "one number"),
    "no T squared": (kl, "multiply by temperature squared"),
    "T once": (lambda s, t, temp: kl(s, t, temp) * temp, "square of the temperature"),
    "reversed": (lambda s, t, temp: kl(t, s, temp) * temp**2, "changed places"),
    "no logarithm": (
        lambda s, t, temp: F.kl_div(s.softmax(-1), t.softmax(-1), reduction="batchmean"),
        "a KL is never below 0: kl_div wants log-probabilities first",
    ),
    "cross-entropy": (
        lambda s, t, temp: F.cross_entropy(s / temp, (t / temp).softmax(-1)) * temp**2,
        "this is the cross-entropy with soft labels; take the teacher's entropy off",
    ),
    "over the texts": (
        lambda s, t, temp: through_teacher(s, t.detach(), temp, 0),
        "the softmax went over the texts",
    ),
    "sign": (lambda s, t, temp: -kl(s, t, temp) * temp**2, "logarithm is of q / p"),
    "teacher softened alone": (
        lambda s, t, temp: kl(temp * s, t, temp) * temp**2,
        "only the teacher was softened",
    ),
    "two logarithms": (
        lambda s, t, temp: F.kl_div((s / temp).log_softmax(-1), (t / temp).log_softmax(-1)),
        "kl_div's second argument was logarithms",
    ),
    "number": (lambda s, t, temp: kl(s, t, temp).item(), "`item` and `float` cut gradients"),
    "no_grad for all": (
        lambda s, t, temp: kl(s.detach(), t, temp) * temp**2,
        "`no_grad` is for the teacher alone",
    ),
    "never 0": (lambda s, t, temp: kl(s, t, temp) * temp**2 + 1, "equal logits leave nothing"),
    "gradient to the teacher": (through_teacher, "reaches the teacher"),
    "student detached": (
        lambda s, t, temp: (
            kl(s.detach(), t, temp) * temp**2 + torch.zeros(1, requires_grad=True)[0]
        ),
        "no gradient reaches the student",
    ),
}


def mixes_up(soft_loss):
    """Four classes and temperature 2: both mistakes divide by 4."""
    student, teacher = torch.eye(4), torch.arange(16.0).view(4, 4).sin()
    ratio = soft_loss(student, teacher, 2.0) / losses.soft_kl(student, teacher, 2.0)
    return "fine" if ratio > 0.9 else "divides by the classes"


def exactly(soft_loss):
    """Right but for rounding, which makes a loss that is fine look wrong."""
    student, teacher = torch.eye(4), torch.arange(16.0).view(4, 4).sin()
    values = [loss(student, teacher, 1.0) for loss in (soft_loss, losses.soft_kl)]
    return "fine" if values[0] == values[1] else "divides by the classes"


DIAGNOSE = {
    "always fine": (lambda loss: "fine", "smaller than soft_kl even there"),
    "mixes both up": (mixes_up, 'right word is "no T squared".*ask there first'),
    "to the last digit": (exactly, "equal within a tolerance"),
    "other words": (lambda loss: "ok", "wanted one of"),
    "a number": (lambda loss: 1.0, "wanted one of"),
}


WRONG = [
    *refused(checks.soften, SOFTEN),
    *refused(checks.limit, LIMIT),
    *refused(checks.soft_kl, SOFT_KL),
    *refused(checks.diagnose, DIAGNOSE),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


def stable_by_hand(logits, temperature):
    powers = ((logits - logits.amax(-1, keepdim=True)) / temperature).exp()
    return powers / powers.sum(-1, keepdim=True)


def variance(student, teacher):
    return 0.5 * (student - teacher).var(-1, unbiased=False).mean()


def definition(student, teacher, temperature):
    return through_teacher(student, teacher.detach(), temperature)


def by_ratio(soft_loss):
    """One temperature and one number of classes: 1/7 and 1/9 cannot be mixed up."""
    logits = torch.randn(2, 8, 7, generator=torch.Generator().manual_seed(3))
    ratio = float(soft_loss(*logits, 3.0) / losses.soft_kl(*logits, 3.0))
    names = {1.0: "fine", 1 / 7: "divides by the classes", 1 / 9: "no T squared"}
    return names[min(names, key=lambda one: abs(one - ratio))]


def by_step(soft_loss):
    student, teacher = torch.eye(3), torch.eye(3).roll(1, 0)
    if not torch.isclose(soft_loss(student, teacher, 1.0), losses.soft_kl(student, teacher, 1.0)):
        return "divides by the classes"
    four = soft_loss(student, teacher, 4.0), losses.soft_kl(student, teacher, 4.0)
    return "fine" if torch.isclose(*four) else "no T squared"


RIGHT = {
    checks.soften: (stable_by_hand, lambda z, t: F.log_softmax(z / t, -1).exp(), softened),
    checks.limit: (variance, lambda s, t: squares(s, t).mean() / 2, high_temperature_limit),
    checks.soft_kl: (definition, losses.soft_kl, lambda s, t, temp: kl(s, t, temp) * temp**2),
    checks.diagnose: (by_ratio, by_step),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
