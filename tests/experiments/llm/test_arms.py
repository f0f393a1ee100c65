"""Every arm of the word task from its plan to its numbers, in miniature; and two that learn."""

import math
from itertools import product

import pytest

from labkit.experiments.llm import arms
from labkit.experiments.llm import material as made
from labkit.experiments.llm import words as task
from labkit.experiments.llm.plan import ARMS, TEMPERATURES, WordRun, WordScale
from tests.helpers import tiny

WORDS = tuple("".join(letters) for letters in product("abcd", repeat=4))[:80]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("word_models")


@pytest.fixture(autouse=True)
def small_words(monkeypatch, folder):
    monkeypatch.setattr(made, "all_words", lambda: WORDS)
    real = made.material
    monkeypatch.setattr(arms, "material", lambda scale: real(scale, folder))


@pytest.mark.parametrize("arm", ARMS)
def test_an_arm_gives_all_its_numbers(arm):
    found = arms.measure(WordRun(arm, 0, "smoke"))
    assert set(found["answers"]) == {str(heat) for heat in TEMPERATURES}
    for heat, own in found["answers"].items():
        assert 0 <= own["right"] <= 1
        assert math.isnan(own["forward_kl"]) == (heat == "0.0")
    assert found["cpu_seconds"] > 0 and found["words"] == 10
    assert (found["cpu_seconds_before"] > 0) == (arm not in ("start", "proxy"))


# A student that is never right gets no reward, so the exact reward moves none of six steps.
@pytest.mark.parametrize("arm", [arm for arm in arms.ARMS if arm != "exact_reward"])
def test_an_arm_moves_its_student_and_leaves_what_others_read(arm, folder):
    found = made.material("smoke", folder)
    before = tiny.weights(found.start(0).model), tiny.weights(found.proxy(0).model)
    trained, _ = arms.trained_by(WordRun(arm, 0, "smoke"), found)
    assert not tiny.equal(before[0], tiny.weights(trained.model))
    after = tiny.weights(found.start(0).model), tiny.weights(found.proxy(0).model)
    assert tiny.equal(before[0], after[0]) and tiny.equal(before[1], after[1])


def test_validation_and_test_are_other_words():
    test, validation = (
        arms.measure(WordRun("start", 0, "smoke", split)) for split in ("test", "validation")
    )
    assert test["answers"] != validation["answers"]


def test_seqkd_then_gad_in_seconds_wins_what_is_right_and_loses_what_is_covered(tmp_path):
    words = ["".join(letters) for letters in product("abc", repeat=4)]
    size = WordScale(None, 5, 20, 100, 150, 60, 10, 120, 5, 8)
    found = made.Material(task.split_words(words, 5, 20), size, tmp_path)

    def answers(arm):
        model = arms.trained_by(WordRun(arm, 0), found)[0].model
        return task.judged(model, found.words.test, 1.0)

    start, longer, played = (answers(arm) for arm in ("start", "seqkd_longer", "gad_likelihood"))
    assert played["right"] > max(start["right"], longer["right"]) + 0.1
    assert played["forward_kl"] > max(start["forward_kl"], longer["forward_kl"]) + 0.3
