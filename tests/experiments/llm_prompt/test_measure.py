"""What is measured of answers."""

import math

import pytest

from labkit.experiments.llm_prompt.measure import judged
from labkit.llm.teachers.answers import Answer


def test_shares_are_of_all_answers():
    found = judged([Answer("a b!"), Answer("A b!"), Answer("a b", "length"), Answer("a b!")])
    assert found["lower"] == 0.75 and found["marked"] == 0.75 and found["whole"] == 0.5
    assert found["ended"] == 0.75 and found["distinct"] == 0.75 and found["answers"] == 4
    assert found["words"] == pytest.approx(2.0)
    assert math.isnan(judged([])["whole"])
