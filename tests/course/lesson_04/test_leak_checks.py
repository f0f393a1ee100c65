"""What gives a side away: both checks reject the usual mistakes and take other right answers."""

import math

import pytest
import torch

from labkit.course.check import CheckFailed
from labkit.course.lesson_04 import leak_checks
from labkit.methods.adversarial import diagnostics
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


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


WRONG = [
    *refused(leak_checks.threshold, THRESHOLD),
    *refused(leak_checks.one_scale, ONE_SCALE),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


RIGHT = {
    leak_checks.threshold: (both_ways, diagnostics.threshold_accuracy),
    leak_checks.one_scale: (
        diagnostics.one_scale,
        lambda v: centred(v) / centred(v).std(correction=0),
    ),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
