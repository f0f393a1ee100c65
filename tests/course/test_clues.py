"""A clue is the sentence of the mistake that gives the same value, and of no other."""

import math

import pytest
import torch

from labkit.course.clues import clue

CLUES = {0.5: "half", torch.tensor([1.0, 2.0]): "a pair", -0.5: "the sign"}


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (0.5, "half"),
        (torch.tensor(0.50005, requires_grad=True), "half"),
        (torch.tensor([1.0, 2.0]), "a pair"),
        (-0.5, "the sign"),
        (0.5002, ""),
        (torch.tensor([0.5]), ""),
        (math.nan, ""),
    ],
)
def test_the_sentence_of_the_mistake_that_gives_this_value(got: object, says: str) -> None:
    assert clue(got, CLUES) == says


def test_the_first_of_several_speaks_and_the_distance_can_be_chosen() -> None:
    assert clue(1.0, {1.001: "first", 1.0: "second"}, close=0.01) == "first"
    assert clue(1.0, {1.001: "first", 1.0: "second"}) == "second"
