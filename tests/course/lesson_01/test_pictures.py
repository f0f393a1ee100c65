"""The drawings of the lessons, by what they draw, and the words that stand for them."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from labkit.course.lesson_01 import pictures as pictures_01
from labkit.evaluation.verdict import compare, interval
from labkit.plots import charts as plots
from labkit.training.config import Step


@pytest.fixture
def axes():
    return Figure().subplots()


def verdict(word="better", low=0.01, high=0.05):
    return SimpleNamespace(
        name_a="a", name_b="b", difference=(low + high) / 2, low=low, high=high, word=word
    )


def test_teacher_bars_have_heights_and_a_star_over_the_right_class(axes):
    plots.teacher_bars(axes, [0.2, 0.7, 0.1], ["A", "B", "C"], right=1)
    assert [bar.get_height() for bar in axes.patches] == [0.2, 0.7, 0.1]
    (star,) = axes.lines
    assert star.get_xdata() == [1]
    assert star.get_ydata()[0] > 0.7


def test_named_curves_are_logarithmic_when_asked_and_keep_zero_otherwise(axes):
    plots.named_curves(axes, [1, 2], {"student": [1, 4]}, "x", "y, nats", logarithmic=True)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    other = Figure().subplots()
    plots.named_curves(other, [1, 2], {"student": [1, 4], "baseline": [2, 2]}, "x", "y")
    assert other.get_ylim()[0] == 0
    assert [line.get_color() for line in other.lines] == [
        plots.COLOR["student"],
        plots.COLOR["baseline"],
    ]


def test_difference_lines_run_from_low_to_high_in_points_first_verdict_on_top(axes):
    plots.difference_lines(axes, [verdict(), verdict("inside the noise", -0.02, 0.02)])
    ends = [line.get_segments()[0][:, 0].tolist() for line in axes.collections]
    assert ends == [[-2.0, 2.0], [1.0, 5.0]]
    assert axes.get_yticks().tolist() == [0, 1]
    colours = [line.get_color()[0][:3] for line in axes.collections]
    assert not np.allclose(*colours)


def test_paired_points_share_both_limits(axes):
    plots.paired_points(axes, [0.1, 1.0], [0.4, 0.2], ["x, nats", "y, nats"])
    assert axes.get_xlim() == axes.get_ylim()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x, nats", "y, nats")


SHARES = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])
NAMES = ("ONE", "TWO", "SIX")
STEPS = [Step(i, 2, 0, 2.0 - i, 1.0, 1.0, 0.5, 0.1, 0.75 if i else None) for i in range(2)]
BARS = {"tfidf\nbaseline": 0.5, "student": interval([0.6, 0.7, 0.8])}
A, B = np.eye(3, 40) > 0, np.ones((3, 40)) > 0

PICTURES = {
    "the teacher's doubts": (
        lambda: pictures_01.teacher_doubts(SHARES, torch.arange(3), NAMES),
        "question 2: ONE 0.10, TWO 0.80, SIX 0.10; right is TWO",
    ),
    "mean by class": (
        lambda: pictures_01.mean_by_class(SHARES, torch.arange(3), NAMES),
        "is 0.30, from SIX to ONE",
    ),
    "gradient norms": (
        lambda: pictures_01.gradient_norms([1, 2], {"student": [4.0, 1.0]}),
        "student: 4 at 1, 1 at 2",
    ),
    "ratios": (lambda: pictures_01.ratios([1, 2], [0.5, 0.9]), "0.5 at 1, 0.9 at 2"),
    "one run": (lambda: pictures_01.one_run(STEPS), "from 2.00 to 1.00.*at the end 0.75"),
    "arms": (
        lambda: pictures_01.arms(BARS, 0.2, 0.9),
        "tfidf baseline 0.50, student 0.70. Lines: chance 0.20, teacher 0.90",
    ),
    "differences": (
        lambda: pictures_01.differences([compare("first", A, "second", B)]),
        "first is worse than second",
    ),
    "humans": (
        lambda: pictures_01.humans_and_teacher(SHARES, SHARES, NAMES),
        "humans ONE 0.37, TWO 0.43, SIX 0.20",
    ),
    "soft loss": (
        lambda: pictures_01.soft_loss_curves({"student": [3.0, 1.0], "baseline": [3.0, 2.0]}),
        "student 1.00, baseline 2.00 nats",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_its_numbers_and_can_be_drawn(name):
    make, words = PICTURES[name]
    picture = make()
    assert len(picture.png()) > 1000
    assert re.search(words, picture.alt), picture.alt
