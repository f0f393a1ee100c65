"""What is measured of answers."""

import math

import pytest

from labkit.experiments.llm_prompt.measure import judged, live
from labkit.llm.teachers.answers import Answer
from tests.helpers.course.generators import finished
from tests.helpers.llm import tiny_prompts


def test_shares_are_of_all_answers():
    found = judged([Answer("a b!"), Answer("A b!"), Answer("a b", "length"), Answer("a b!")])
    assert found["lower"] == 0.75 and found["marked"] == 0.75 and found["whole"] == 0.5
    assert found["ended"] == 0.75 and found["distinct"] == 0.75 and found["answers"] == 4
    assert found["words"] == pytest.approx(2.0)
    assert math.isnan(judged([])["whole"])


def test_a_live_run_learns_in_place_and_says_what_it_answers_on_the_way(monkeypatch):
    tiny_prompts.install(monkeypatch)
    student = tiny_prompts.speaker()
    before = student.says(["ef"], with_style=False)[0].text
    steps, said = finished(live(steps=20, student=student))
    assert [step.index for step in steps] == list(range(20)) and len(said) == 3
    assert said[0] == before and said[-1] == student.says(["ef"], with_style=False)[0].text
    assert steps[-1].loss < steps[0].loss
