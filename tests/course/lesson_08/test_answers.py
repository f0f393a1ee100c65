"""What the lesson goes on with: numbers worked by hand."""

import numpy as np
import pytest

from labkit.course.lesson_08 import answers, checks
from labkit.evaluation.verdict import paired_bootstrap


def test_a_gain_is_near_that_of_the_library():
    chance = np.random.default_rng(3)
    first, second = chance.random(200) < 0.9, chance.random(200) < 0.7
    draws = chance.integers(0, 200, (4000, 200))
    mean, low, high = answers.gain(first, second, draws)
    known = paired_bootstrap(first, second)
    assert mean == pytest.approx(100 * known.difference)
    assert low == pytest.approx(100 * known.low, abs=1)
    assert high == pytest.approx(100 * known.high, abs=1)


def test_whole_numbers_are_half_a_step_away_at_most():
    weights = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    weights[:, 3] = 0
    whole, scale = answers.to_int8(weights)
    assert (np.abs(whole * scale - weights) <= scale / 2 + 1e-6).all()
    assert np.abs(whole).max(0).tolist() == [127, 127, 127, 0, 127]


def test_a_part_of_a_batch_is_left_out_of_the_time():
    ticks = iter(range(100))
    asked = []
    took = answers.ms_per_text(lambda texts: asked.append(len(texts)), ["a"] * 5, 2,
                               lambda: next(ticks))  # fmt: skip
    assert asked == [2, 2, 2] and took == 500


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1.0, 3.0, "the gain is shown"), (-1.0, 3.0, "not shown"), (-3.0, -1.0, "a loss is shown")],
)
def test_the_card_says_what_the_interval_allows(low, high, said):
    assert answers.card(dict(checks.FACTS, low=low, high=high)).count(said) == 1
