"""The diagram's advantages are those of the function that the lesson teaches."""

import re

import torch

from labkit.course.lesson_06 import group_diagram
from labkit.llm.losses import group_advantages


def test_each_answer_has_its_advantage_and_what_follows_from_its_sign():
    gains = group_advantages(torch.tensor([group_diagram.SCORES]))[0].tolist()
    drawn = group_diagram.group().svg()
    assert all(f">{gain:+.2f}<" in drawn for gain in gains)
    assert drawn.count(">likelier<") == sum(gain > 0 for gain in gains)
    assert drawn.count(">less likely<") == sum(gain < 0 for gain in gains)


def test_arrows_lead_from_the_mean_to_the_side_of_the_score():
    mean = sum(group_diagram.SCORES) / len(group_diagram.SCORES)
    for place, score in enumerate(group_diagram.SCORES):
        arrow = group_diagram._answer(0, place, score, 1.0, mean)[1]
        tip = float(re.search(r'polygon points="[-\d.]+,([-\d.]+)', arrow)[1])
        assert (tip < group_diagram._height(mean)) == (score > mean)
