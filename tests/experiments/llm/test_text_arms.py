"""Every arm of the real-text study from its plan to its numbers, in miniature."""

import pytest

from labkit.experiments.llm import text_arms as arms
from labkit.experiments.llm import text_material as made
from labkit.experiments.llm.text_measures import MEASURES
from labkit.experiments.llm.text_plan import ARMS, SCALES, TEMPERATURES, TextRun
from tests.helpers import tiny
from tests.helpers.llm import tiny_texts


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return made.TextMaterial(tiny_texts.texts(), SCALES["smoke"], tmp_path_factory.mktemp("m"))


@pytest.mark.parametrize("arm", ["teacher", "start", "gakd", "gad_likelihood"])
def test_an_arm_gives_all_its_numbers(arm, found, monkeypatch):
    monkeypatch.setattr(arms, "text_material", lambda scale: found)
    told = arms.measure(TextRun(arm, 0, scale="smoke"))
    for place in ("answers", "elsewhere"):
        assert set(told[place]) == {str(heat) for heat in TEMPERATURES}
        assert all(set(own) == set(MEASURES) for own in told[place].values())
    assert told["prompts of answers"] == 12
    assert (told["cpu_seconds_before"] > 0) == (arm in arms.ARMS)


@pytest.mark.parametrize("arm", arms.ARMS)
def test_an_arm_moves_its_student_and_leaves_what_others_read(arm, found):
    read = (found.start(0, "short").model, found.proxy("short").model, found.teacher)
    before = [tiny.weights(one) for one in read]
    trained, _ = arms.trained_by(TextRun(arm, 0, scale="smoke"), found)
    assert not tiny.equal(before[0], tiny.weights(trained.model))
    after = (found.start(0, "short").model, found.proxy("short").model, found.teacher)
    assert all(tiny.equal(a, tiny.weights(b)) for a, b in zip(before, after, strict=True))


def test_every_arm_of_the_plan_is_trained_or_given():
    assert set(ARMS) == set(arms.ARMS) | {"teacher", "start"}
