"""Every check of lesson 04 rejects the usual mistakes, says why, and takes other right answers."""

import math

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_04 import checks
from labkit.methods.adversarial import diagnostics, networks
from labkit.methods.adversarial.config import StageTwoWeights
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def loss_of(judge, log=torch.log):
    """The loss of a discriminator that says judge(real, fake) in each bin, zeros left out."""

    def smallest(real, fake):
        d = judge(real, fake)
        return -sum((p * log(q))[p > 0].sum() for p, q in ((real, d), (fake, 1 - d)))

    return smallest


def best(real, fake):
    return real / (real + fake)


SMALLEST = {
    "half": (lambda r, f: loss_of(best)(r, f) / 2, "add the losses of the two sides"),
    "mean of the bins": (lambda r, f: loss_of(best)(r, f) / len(r), r"\*sum\* over bins"),
    "not weighed": (
        lambda r, f: -(best(r, f).log() + (1 - best(r, f)).log()).mean(),
        "counts as much as its side falls into it",
    ),
    "weighed alike": (
        lambda r, f: -((r + f) / 2 * (best(r, f) * (1 - best(r, f))).log()).sum(),
        "each side has its own shares",
    ),
    "sign": (lambda r, f: -loss_of(best)(r, f), "minus the log"),
    "bits": (loss_of(best, torch.log2), "natural logarithm"),
    "D is real": (loss_of(lambda r, f: r), "lose|loses log 2"),
    "sides swapped": (loss_of(lambda r, f: f / (r + f)), "weighed by the other side's shares"),
    "coin": (loss_of(lambda r, f: torch.full_like(r, 0.5)), "no D does better"),
    "hard": (loss_of(lambda r, f: torch.where(r > f, 0.9, 0.5)), "real / "),
    "too good": (lambda r, f: loss_of(best)(r, f) * (1 + r.eq(f).all()) / 2, "less than any"),
    "nan": (lambda r, f: -(r * best(r, f).log() + f * (1 - best(r, f)).log()).sum(), "nan"),
}

GUIDE = {
    "saturating": (lambda s: -F.softplus(s).mean(), "saturating"),
    "discriminator's": (lambda s: F.softplus(s).mean(), "discriminator's part"),
    "sum": (lambda s: F.softplus(-s).sum(), "not the sum"),
    "sign": (lambda s: F.logsigmoid(s).mean(), "lowers"),
    "rows": (lambda s: F.softplus(-s), "one number for the batch"),
    "no log": (lambda s: (1 - s.sigmoid()).mean(), "logarithm is missing"),
    "overflow": (lambda s: -s.sigmoid().log().mean(), "-200"),
    "guarded": (lambda s: -(s.sigmoid() + 1e-9).log().mean(), "near 200 .* no clamp, no 1e-8"),
    "log of the mean": (lambda s: -s.sigmoid().mean().log(), "logarithm comes first"),
    "number": (lambda s: F.softplus(-s).mean().item(), "`item` and `float` cut gradients"),
    "slope": (
        lambda s: F.softplus(-s).mean().detach() + (s - s.detach()).sum(),
        "\\(D - 1\\) / rows",
    ),
    "detached": (lambda s: F.softplus(-s.detach()).mean(), "no gradient"),
    "item": (lambda s: torch.tensor(F.softplus(-s).mean().item()), "no gradient"),
    "score for D": (lambda s: -s.mean(), "-log\\(sigmoid"),
}


def plain(alpha, beta):
    return {"ce": 1 - alpha - beta, "kd": alpha, "gan": beta}


def strict(alpha, beta):
    found = plain(alpha, beta)
    if min(found.values()) < 0:
        raise ValueError(f"negative weight in {found}")
    return found


def only_sum(alpha, beta):
    if alpha + beta > 1 + 1e-9:
        raise ValueError("alpha + beta above 1")
    return plain(alpha, beta)


def in_range(alpha, beta):
    if alpha + beta > 1 or alpha < 0 or beta < 0:
        raise ValueError(f"got {alpha} and {beta}")
    return plain(alpha, beta)


def silent(alpha, beta):
    if alpha + beta > 1 + 1e-9 or alpha < 0 or beta < 0:
        raise ValueError
    return plain(alpha, beta)


def no_rest(alpha, beta):
    if alpha + beta >= 1 or alpha < 0 or beta < 0:
        raise ValueError(f"got {alpha} and {beta}")
    return plain(alpha, beta)


def asserts(alpha, beta):
    assert alpha + beta <= 1
    return plain(alpha, beta)


SHARES = {
    "no refusal": (plain, "alpha 0.8, beta 0.3, wanted a ValueError"),
    "negative allowed": (only_sum, "alpha -0.1"),
    "rounding": (strict, "Test `alpha [+] beta > 1`"),
    "a rest below 0": (in_range, "gave a weight of -3e-17, wanted none below 0"),
    "1 refused": (no_rest, "refused alpha"),
    "silent": (silent, "is empty"),
    "asserts": (asserts, "stopped with AssertionError for alpha 0.8, beta 0.3"),
    "rounded": (lambda a, b: {**in_range(a, b), "ce": round(1 - a - b, 1)}, "sum to 1"),
    "swapped": (lambda a, b: {**plain(a, b), "kd": b, "gan": a}, "beta weighs the adversary"),
    "as in eq. 4": (lambda a, b: {"ce": a, "kd": 1 - a - b, "gan": b}, "not the labels as in"),
    "a tuple": (lambda a, b: (1 - a - b, a, b), "wanted a dict"),
    "Greek": (lambda a, b: {"alpha": a, "beta": b}, "wanted a dict with the keys"),
    "clipped": (lambda a, b: {**plain(a, b), "ce": max(0, 1 - a - b)}, "wanted a ValueError"),
}


WRONG = [
    *refused(checks.smallest, SMALLEST),
    *refused(checks.guide, GUIDE),
    *refused(checks.shares, SHARES),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


def by_bins(real, fake):
    total = 0.0
    for p, q in zip(real.tolist(), fake.tolist(), strict=True):
        total -= p * math.log(p / (p + q)) if p else 0
        total -= q * math.log(q / (p + q)) if q else 0
    return total


def weights(alpha, beta):
    found = StageTwoWeights.from_alpha_beta(alpha, beta)
    return {"ce": found.ce, "kd": found.kd, "gan": found.gan}


def rounded(alpha, beta):
    ce = round(1 - alpha - beta, 9)
    if min(ce, alpha, beta) < 0:
        raise ValueError(f"got alpha {alpha} and beta {beta}, wanted a rest for the labels")
    return {"gan": beta, "kd": alpha, "ce": ce}


RIGHT = {
    checks.smallest: (by_bins, diagnostics.smallest_loss),
    checks.guide: (networks.guide_loss, lambda s: -F.logsigmoid(s).mean()),
    checks.shares: (weights, rounded),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
