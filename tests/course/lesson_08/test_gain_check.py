"""The check of the gain names the usual mistakes and takes other right answers."""

import numpy as np
import pytest
import torch

from labkit.course.check import CheckFailed
from labkit.course.lesson_08 import answers
from labkit.course.lesson_08.gain_check import gain
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def ahead(first, second):
    return 100 * (first.astype(float) - second)


def spread(values, draws, low=0.025, high=0.975, axis=1):
    return np.quantile(values[draws].mean(axis), [low, high])


def whole(first, second, draws, **more):
    found = ahead(first, second)
    return found.mean(), *spread(found, draws, **more)


def apart(first, second, draws):
    one, other = (spread(100 * each.astype(float), draws) for each in (first, second))
    return ahead(first, second).mean(), one[0] - other[1], one[1] - other[0]


GAIN = {
    "shares": (lambda f, s, d: tuple(np.array(whole(f, s, d)) / 100), "points, not shares"),
    "turned": (lambda f, s, d: whole(s, f, d), "sign is turned"),
    "90 %": (lambda f, s, d: whole(f, s, d, low=0.05, high=0.95), "quantiles 0.025"),
    "ends": (lambda f, s, d: whole(f, s, d, low=0, high=1), "no interval"),
    "apart": (apart, "know nothing of one another"),
    "wrong axis": (lambda f, s, d: whole(f, s, d, axis=0), "axis 1"),
    "one number": (lambda f, s, d: whole(f, s, d)[0], "wanted the numbers"),
    "booleans": (lambda f, s, d: whole(f - s, s, d), "`.astype\\(float\\)` first"),
    "mean of draws": (
        lambda f, s, d: (ahead(f, s)[d].mean(), *whole(f, s, d)[1:]),
        "not over the draws",
    ),
    "median of draws": (
        lambda f, s, d: (np.median(ahead(f, s)[d].mean(1)), *whole(f, s, d)[1:]),
        "no median",
    ),
    "hundredths": (
        lambda f, s, d: whole(f, s, d, low=0.00025, high=0.00975),
        "counts in hundredths",
    ),
    "high first": (lambda f, s, d: whole(f, s, d, low=0.975, high=0.025), "low comes before"),
    "normal": (
        lambda f, s, d: (
            ahead(f, s).mean(),
            *(ahead(f, s).mean() + sign * 1.96 * ahead(f, s)[d].mean(1).std() for sign in (-1, 1)),
        ),
        "no 1.96 times",
    ),
    "all texts": (
        lambda f, s, d: (ahead(f, s).mean(), *np.quantile(ahead(f, s)[d], [0.025, 0.975])),
        "comes before the quantiles",
    ),
    "either": (lambda f, s, d: (100 * (f ^ s).mean(), *spread(100.0 * (f ^ s), d)), "makes both 1"),
    "own draws": (
        lambda f, s, d: whole(f, s, np.random.default_rng(0).integers(0, 80, d.shape)),
        "two quantiles of draws",
    ),
    "no draws": (lambda f, s, d: (whole(f, s, d)[0],) * 3, "two quantiles"),
}


@pytest.mark.parametrize(("check", "answer", "words"), refused(gain, GAIN))
def test_a_wrong_answer_is_refused_with_a_sentence_that_says_why(check, answer, words):
    with pytest.raises(CheckFailed, match=words):
        check(answer)


def by_torch(first, second, draws):
    found = torch.tensor(ahead(first, second))
    means = found[torch.tensor(draws)].mean(1)
    return found.mean(), means.quantile(0.025), means.quantile(0.975)


@pytest.mark.parametrize("answer", [by_torch, answers.gain])
def test_other_right_answers_pass(answer):
    gain(answer)
