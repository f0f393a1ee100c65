"""Checks of lesson 07's discriminator reject the usual mistakes and take other right answers."""

import pytest
import torch

from labkit.course.check import CheckFailed
from labkit.course.lesson_07 import discriminator_checks
from labkit.llm.losses import gradient_penalty
from labkit.llm.tokens import length_mask
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


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
    "half": (lambda s, r: slope(s, r).square().sum(1).mean() / 2, "without one half"),
    "near 1": (lambda s, r: (slope(s, r).norm(dim=1) - 1).square().mean(), "no minus 1"),
    "mean norm": (lambda s, r: slope(s, r).norm(dim=1).mean() ** 2, "square each row's norm"),
    "score": (lambda s, r: s(r).square().mean(), "that is the score"),
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
    "largest off": (
        lambda x, n: (x - x.amax(-1, keepdim=True)) * length_mask(n, x.shape[1])[..., None],
        "minus the largest",
    ),
    "filled first": (
        lambda x, n: x.masked_fill(~length_mask(n, x.shape[1])[..., None], 0.0).log_softmax(-1),
        "after the log_softmax",
    ),
    "one too few": (lambda x, n: fair(x, n - 1), "last counted row is empty"),
    "mask turned": (
        lambda x, n: x.log_softmax(-1) * ~length_mask(n, x.shape[1])[..., None],
        "mask is turned",
    ),
    "flat": (lambda x, n: fair(x, n)[length_mask(n, x.shape[1])], "as many rows"),
}

WRONG = [
    *refused(discriminator_checks.penalty, PENALTY),
    *refused(discriminator_checks.fair_rows, ROWS),
]


@pytest.mark.parametrize(("check", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_says_why(check, answer, words):
    with pytest.raises(CheckFailed, match=words):
        check(answer)


def by_library(score, rows):
    rows = rows.detach().requires_grad_()
    return gradient_penalty(score(rows), rows)


RIGHT = [
    (discriminator_checks.penalty, lambda s, r: slope(s, r).square().sum(1).mean()),
    (discriminator_checks.penalty, by_library),
    (discriminator_checks.fair_rows, fair),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_another_right_answer_passes(check, answer):
    check(answer)
