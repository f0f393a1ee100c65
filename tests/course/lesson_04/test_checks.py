"""Every check of lesson 04 rejects the usual mistakes, says why, and takes other right answers."""

import math

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_04 import checks
from labkit.methods.adversarial import diagnostics, networks, weight_sharing
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


def rule(real, fake, cut):
    return (float((real > cut).float().mean()) + float((fake <= cut).float().mean())) / 2


def cuts_of(real, fake):
    return [-math.inf, *torch.cat([real, fake]).tolist()]


def one_way(real, fake):
    return max(rule(real, fake, cut) for cut in cuts_of(real, fake))


def pooled(real, fake):
    scores = []
    for cut in cuts_of(real, fake):
        right = int((real > cut).sum()) + int((fake <= cut).sum())
        share = right / (len(real) + len(fake))
        scores += [share, 1 - share]
    return max(scores)


def both_ways(real, fake):
    rights = [rule(real, fake, cut) for cut in cuts_of(real, fake)]
    return max(max(rights), 1 - min(rights))


def at_the_mean(real, fake):
    share = rule(real, fake, float(torch.cat([real, fake]).mean()))
    return max(share, 1 - share)


def only_real_cuts(real, fake):
    return max(max(rule(real, fake, cut), 1 - rule(real, fake, cut)) for cut in real.tolist())


def by_rows(real, fake):
    cuts = cuts_of(real, fake)
    counts = [int((real > cut).sum() + (fake <= cut).sum()) for cut in cuts]
    rows = len(real) + len(fake)
    return max(max(count, rows - count) for count in counts) / rows


def in_sorted_order(real, fake):
    """Counts along the sorted row and forgets that equal numbers stay together."""
    values = [*((v, 1 / len(real)) for v in real.tolist()), *((v, -1 / len(fake)) for v in fake)]
    total, largest = 0.0, 0.0
    for _, step in sorted(values, key=lambda pair: float(pair[0])):
        total += step
        largest = max(largest, abs(total))
    return (1 + largest) / 2


def even_grid(real, fake):
    row = torch.cat([real, fake])
    cuts = torch.linspace(float(row.min()), float(row.max()), 20).tolist()
    return max(max(rule(real, fake, cut), 1 - rule(real, fake, cut)) for cut in cuts)


THRESHOLD = {
    "one direction": (one_way, "both directions"),
    "pooled": (pooled, "one half"),
    "rows in both directions": (by_rows, "the share of all rows: each side counts one half"),
    "at the mean": (at_the_mean, "try each number of both sides"),
    "the sum": (lambda r, f: 2 * both_ways(r, f), "take half of the sum"),
    "the worst": (lambda r, f: 1 - both_ways(r, f), r"\*worst\* rule"),
    "the threshold": (lambda r, f: r.min() - 1, "that is a threshold"),
    "an even grid": (even_grid, "cubes give the same"),
    "only real": (only_real_cuts, "both"),
    "ties": (in_sorted_order, "only be guessed"),
    "doubled": (lambda r, f: 2 * both_ways(r, f) - 1, "try each number"),
}


def centred(logits):
    return logits - logits.mean(dim=1, keepdim=True)


ONE_SCALE = {
    "z-score": (lambda v: centred(v) / centred(v).square().mean(1, keepdim=True).sqrt(), "z-score"),
    "columns": (lambda v: (v - v.mean(0)) / (v - v.mean(0)).square().mean().sqrt(), "each row"),
    "not centred": (lambda v: v / v.square().mean().sqrt(), "mean of each row"),
    "one mean": (lambda v: (v - v.mean()) / v.std(), "mean of each row"),
    "centred only": (centred, "all squares"),
    "by the largest": (lambda v: centred(v) / centred(v).abs().max(), "all squares"),
    "a scale per class": (lambda v: centred(v / v.square().mean(0).sqrt()), "same number"),
    "sample deviation": (lambda v: centred(v) / centred(v).std(), "`std` divides by one less"),
    "no root": (lambda v: centred(v) / centred(v).square().mean(), "the root is missing"),
    "by the length": (lambda v: centred(v) / centred(v).norm(), "root of the sum of squares"),
    "size before": (lambda v: centred(v) / v.square().mean().sqrt(), "after centring"),
    "transposed": (lambda v: diagnostics.one_scale(v).T, "shape"),
}


def aliased(first, fresh, how):
    if how != "none":
        fresh.body = first.body
    if how == "full":
        fresh.classifier = first.classifier
    return fresh


def wholly(first, fresh, how):
    if how != "none":
        fresh.load_state_dict(first.state_dict())
    return fresh


def the_first(first, fresh, how):
    return first if how == "full" else weight_sharing.share_weights(first, fresh, how)


def only_the_classifier(first, fresh, how):
    names = {"none": (), "partial": ("classifier",), "full": ("body", "classifier")}[how]
    state = {n: w for n, w in first.state_dict().items() if n.startswith(tuple(names))}
    fresh.load_state_dict(state if names else {}, strict=False)
    return fresh


def weights_without_biases(first, fresh, how):
    state = {
        name: weight
        for name, weight in first.state_dict().items()
        if how != "none" and "weight" in name and not ("class" in name and how == "partial")
    }
    fresh.load_state_dict(state, strict=False)
    return fresh


def the_other_way(first, fresh, how):
    first.load_state_dict(fresh.state_dict() if how != "none" else {}, strict=False)
    return fresh


SHARE = {
    "aliased": (aliased, "copy values"),
    "partial copies all": (wholly, "its own first values"),
    "returns stage 1": (the_first, "another model"),
    "the classifier": (only_the_classifier, "'partial', `body"),
    "no biases": (weights_without_biases, "bias` must have stage 1's"),
    "always fresh": (lambda first, fresh, how: fresh, "stage 1's values"),
    "forgets return": (lambda first, fresh, how: None, "returned None"),
    "the other way": (the_other_way, "stage 1's weights changed"),
    "what loading says": (
        lambda first, fresh, how: fresh.load_state_dict({}, strict=False),
        "got a _IncompatibleKeys for 'none'; copy into `fresh`",
    ),
    "all names": (
        lambda first, fresh, how: fresh.load_state_dict({}),
        r"What to do: `load_state_dict\(part, strict=False\)`",
    ),
}

WRONG = [
    *refused(checks.smallest, SMALLEST),
    *refused(checks.guide, GUIDE),
    *refused(checks.shares, SHARES),
    *refused(checks.threshold, THRESHOLD),
    *refused(checks.one_scale, ONE_SCALE),
    *refused(checks.share, SHARE),
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


def in_place(first, fresh, how):
    for name, weight in fresh.named_parameters():
        if how == "full" or (how == "partial" and "classifier" not in name):
            weight.data.copy_(first.get_parameter(name).data)
    return fresh


RIGHT = {
    checks.smallest: (by_bins, diagnostics.smallest_loss),
    checks.guide: (networks.guide_loss, lambda s: -F.logsigmoid(s).mean()),
    checks.shares: (weights, rounded),
    checks.threshold: (both_ways, diagnostics.threshold_accuracy),
    checks.one_scale: (diagnostics.one_scale, lambda v: centred(v) / centred(v).std(correction=0)),
    checks.share: (weight_sharing.share_weights, in_place),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
