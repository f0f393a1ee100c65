"""What an arm says to held-out questions."""

import math

import pytest

from labkit.experiments.llm_prompt_arms import measures
from labkit.experiments.llm_prompt_arms.material import material
from labkit.experiments.llm_prompt_arms.measures import MEASURES, apart, measured
from labkit.llm.losses import forward_kl
from labkit.llm.scoring import answer_logits
from tests.helpers.llm import tiny_arms


@pytest.fixture
def found(monkeypatch):
    tiny_arms.install(monkeypatch)
    yield material("smoke")
    tiny_arms.forget()


def test_a_kl_a_few_rows_at_once_is_that_of_all_rows(found, monkeypatch):
    student, read = found.student(0), found.train
    theirs = answer_logits(found.behind, read)
    monkeypatch.setattr(measures, "AT_ONCE", 3)
    for heat in (1.0, 0.5):
        whole = forward_kl(answer_logits(student, read) / heat, theirs, read.mask).item()
        parts = measures._forecasts(found.behind, read)
        assert apart(student, parts, read, forward_kl, heat) == pytest.approx(whole, rel=1e-4)


def test_every_measure_at_every_temperature_and_the_same_text_twice(found):
    student = found.student(0)
    told = measured(student, found, "test", (1.0, 0.5))
    assert set(told) == {"1.0", "0.5", "text_nats"} and set(told["1.0"]) == set(MEASURES)
    assert math.isnan(told["0.5"]["forward_kl"]) and told["1.0"]["reverse_kl"] > 0
    assert told["0.5"]["reverse_kl"] != told["1.0"]["reverse_kl"]
    again = measured(student, found, "test", (1.0,))
    assert again["1.0"] == told["1.0"] and again["text_nats"] == told["text_nats"]


def test_each_split_is_compared_with_the_teacher_on_its_own_questions(found):
    student = found.student(0)
    test, other = (measured(student, found, split, (1.0,)) for split in ("test", "validation"))
    wanted = forward_kl(
        answer_logits(student, found.test),
        answer_logits(found.behind, found.test),
        found.test.mask,
    )
    assert test["1.0"]["forward_kl"] == pytest.approx(wanted.item(), rel=1e-4)
    assert test["1.0"]["forward_kl"] != other["1.0"]["forward_kl"]


def test_the_teacher_reads_its_prompt_and_is_no_distance_from_itself(found):
    told = measured(found.teacher.model, found, "test", (1.0,), styled=True)
    assert told["1.0"]["reverse_kl"] == told["1.0"]["forward_kl"] == 0
    asked = measures._styled(found, "test")
    assert int(asked.prompt_lengths.min()) == (
        int(found.test.prompt_lengths.min()) + len(tiny_arms.BEFORE)
    )
