"""What one written label stands for."""

import math

import numpy as np
import pytest

from labkit.data.labels.spelling import folded, is_missing, number, whole


@pytest.mark.parametrize("value", [None, "", " \t", math.nan])
def test_no_label_is_missing_and_zero_and_false_are_not(value) -> None:
    assert is_missing(value)
    assert not any(map(is_missing, (0, False, "0", "nan", 0.0)))


@pytest.mark.parametrize("value", [7, 7.0, "007", "+7", "7.0", " 7 ", "7."])
def test_a_whole_number_is_known_in_every_spelling(value) -> None:
    assert whole(value) == 7 and number(value) == 7.0


@pytest.mark.parametrize(
    "value", [True, "7.5", 7.5, "seven", "1e3", "7_0", None, math.inf, "\u0667"]
)
def test_what_is_no_whole_number_is_none(value) -> None:
    assert whole(value) is None


def test_numbers_are_also_those_that_are_not_finite() -> None:
    assert number("inf") == math.inf and math.isnan(number("nan")) and number("1e3") == 1000.0
    assert number(np.float64(0.5)) == 0.5
    assert [number(value) for value in (True, "1_000", "word", None, 10**400)] == [None] * 5


def test_words_fold_by_case_space_and_accent() -> None:
    assert folded(" Caf\u00e9  au lait") == folded("cafe\u0301 AU LAIT")
    assert folded(1.0) == folded(1) == folded("1") != folded("1.0")
