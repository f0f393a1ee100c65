"""Both KLs of a student, at the temperature at which it writes."""

import copy

import pytest
import torch

from labkit.experiments.llm import text_material as made
from labkit.experiments.llm.text_measures import MEASURES, HeldOut, judged
from labkit.experiments.llm.text_plan import SCALES
from labkit.llm.causal import build_causal
from tests.helpers.llm import tiny_texts


@pytest.fixture(scope="module")
def held_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    found = made.TextMaterial(tiny_texts.texts(), SCALES["smoke"], folder)
    teacher = made.sharpened(build_causal(made.VOCABULARY, 16, 1, context=made.CONTEXT, seed=1), 4)
    own = made.cut(made.written_by(teacher, found.prompts("test"), 3), 10)
    return teacher, HeldOut(own, 10)


def test_the_teacher_is_nowhere_from_itself_at_temperature_1(held_out):
    teacher, texts = held_out
    found = judged(teacher, teacher, texts, 1.0)
    assert set(found) == set(MEASURES)
    assert found["forward_kl"] == pytest.approx(0, abs=1e-5)
    assert found["reverse_kl"] == pytest.approx(0, abs=1e-5)
    assert judged(teacher, teacher, texts, 0.5)["forward_kl"] > 0.01


def test_the_temperature_of_writing_is_that_of_both_kls(held_out):
    teacher, texts = held_out
    hotter = made.sharpened(copy.deepcopy(teacher), 2.0)
    ours, theirs = judged(teacher, teacher, texts, 0.5), judged(hotter, teacher, texts, 1.0)
    for name in ("reverse_kl", "forward_kl", "teacher_log_p", "length"):
        assert ours[name] == pytest.approx(theirs[name], abs=1e-4)


def test_the_same_text_is_judged_again_and_nobody_elses_chance_is_touched(held_out):
    teacher, texts = held_out
    torch.manual_seed(0)
    before = torch.get_rng_state()
    assert judged(teacher, teacher, texts, 1.0) == judged(teacher, teacher, texts, 1.0)
    assert torch.equal(before, torch.get_rng_state())
