"""The pictures of lesson 01: that they can be drawn, and the words that stand for them."""

import re

import pytest
import torch

from labkit.course.lesson_01 import pictures
from labkit.training.config import Step

SHARES = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])
NAMES = ("ONE", "TWO", "SIX")
STEPS = [Step(i, 2, 0, 2.0 - i, 1.0, 1.0, 0.5, 0.1, 0.75 if i else None) for i in range(2)]

PICTURES = {
    "the teacher's doubts": (
        lambda: pictures.teacher_doubts(SHARES, torch.arange(3), NAMES, ["a", "why?", "c"]),
        'question 2: "why[?]": ONE 0.10, TWO 0.80, SIX 0.10; right is TWO',
    ),
    "mean by class": (
        lambda: pictures.mean_by_class(SHARES, torch.arange(3), NAMES),
        "is 0.30, from SIX to ONE",
    ),
    "gradient norms": (
        lambda: pictures.gradient_norms([1, 2], {"student": [4.0, 1.0]}),
        "student: 4 at 1, 1 at 2",
    ),
    "ratios": (lambda: pictures.ratios([1, 2], [0.5, 0.9]), "0.5 at 1, 0.9 at 2"),
    "one run": (lambda: pictures.one_run(STEPS), "from 2.00 to 1.00.*at the end 0.75"),
    "humans": (
        lambda: pictures.humans_and_teacher(SHARES, SHARES, NAMES),
        "humans ONE 0.37, TWO 0.43, SIX 0.20",
    ),
    "soft loss": (
        lambda: pictures.soft_loss_curves({"student": [3.0, 1.0], "baseline": [3.0, 2.0]}),
        "student 1.00, baseline 2.00 nats",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_its_numbers_and_can_be_drawn(name):
    make, words = PICTURES[name]
    picture = make()
    assert len(picture.png()) > 1000
    assert re.search(words, picture.alt), picture.alt
