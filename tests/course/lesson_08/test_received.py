"""What came back is a number or numbers, or a sentence says what is wanted."""

import numpy as np
import pytest
import torch

from labkit.course.check import CheckFailed
from labkit.course.lesson_08 import received


@pytest.mark.parametrize("got", [2, 2.0, np.float64(2), torch.tensor(2.0), np.array(2)])
def test_every_kind_of_number_is_taken(got):
    assert received.number(got, "a share") == 2.0


@pytest.mark.parametrize("got", [[2.0, 3.0], np.ones(2), {"a": 1}])
def test_anything_else_is_named_with_what_is_wanted(got):
    with pytest.raises(
        CheckFailed, match=f"got a {type(got).__name__}, wanted one number: a share"
    ):
        received.number(got, "a share")


def test_so_many_numbers_as_there_are_names():
    assert received.numbers(np.array([1, 2]), ("low", "high")) == (1.0, 2.0)
    with pytest.raises(CheckFailed, match="wanted the numbers low, high"):
        received.numbers((1, 2, 3), ("low", "high"))


def test_a_forgotten_return_is_said():
    with pytest.raises(CheckFailed, match="does it end with `return`"):
        received.number(None, "a share")


def test_booleans_that_are_subtracted_get_better_advice_than_numpy_gives():
    right = np.array([True, False])
    assert received.of_booleans(lambda x: x.sum(), right) == 1
    with pytest.raises(CheckFailed, match="astype"):
        received.of_booleans(lambda x: x - x, right)
    with pytest.raises(TypeError, match="unsupported"):
        received.of_booleans(lambda x: x + "a", 1)
