"""What came back is a number or numbers, or a sentence says what is wanted."""

import numpy as np
import pytest

from labkit.course.check import CheckFailed
from labkit.course.lesson_08 import received


def test_so_many_numbers_as_there_are_names():
    assert received.numbers(np.array([1, 2]), ("low", "high")) == (1.0, 2.0)
    with pytest.raises(CheckFailed, match="wanted the numbers low, high"):
        received.numbers((1, 2, 3), ("low", "high"))


def test_a_forgotten_return_is_said():
    with pytest.raises(CheckFailed, match="does it end with `return`"):
        received.numbers(None, ("low",))


def test_booleans_that_are_subtracted_get_better_advice_than_numpy_gives():
    right = np.array([True, False])
    assert received.of_booleans(lambda x: x.sum(), right) == 1
    with pytest.raises(CheckFailed, match="astype"):
        received.of_booleans(lambda x: x - x, right)
    with pytest.raises(TypeError, match="unsupported"):
        received.of_booleans(lambda x: x + "a", 1)
