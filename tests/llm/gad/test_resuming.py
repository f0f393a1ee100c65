"""A stop of GAD changes nothing, and another run is not taken for it."""

from itertools import islice

import pytest

from labkit.llm.config import Descent
from labkit.llm.discriminator import Discriminator
from labkit.llm.gad.run import gad
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.gad_runs import config
from tests.helpers.llm.resuming import same_to_the_last_bit


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"warmup_steps": 2},
        {"warmup_steps": 2, "frozen": True},
        {"replay": 2, "centring": 0.01},
        {"updates": 2, "ce": 0.1, "scale": "none", "reduction": "sequences"},
    ],
    ids=str,
)
def test_a_run_that_was_stopped_ends_with_the_same_weights_of_both(tmp_path, settings):
    def build():
        student, score = tiny.model(), Discriminator(tiny.model(1, 16), "sum")
        asked = config(**settings)
        return [student, score], lambda folder: gad(
            student, score, tiny.pairs(), asked, folder=folder
        )

    assert same_to_the_last_bit(build, tmp_path, after=3)


def test_models_as_a_stop_left_them_go_on_with_the_first_student_as_reference(tmp_path):
    def fresh():
        return tiny.model(), Discriminator(tiny.model(1, 16), "sum")

    asked = config(kl=1.0, student=Descent(2e-2))
    student, score = fresh()
    straight = [step.kl for step in gad(student, score, tiny.pairs(), asked)]
    student, score = fresh()
    steps = gad(student, score, tiny.pairs(), asked, folder=tmp_path)
    told = [step.kl for step in islice(steps, 3)]
    steps.close()
    told += [step.kl for step in gad(student, score, tiny.pairs(), asked, folder=tmp_path)]
    assert told == straight and straight[-1] > 0


def test_another_kind_of_score_is_another_run(tmp_path):
    def begun(kind):
        score = Discriminator(tiny.model(1, 16), kind)
        return gad(tiny.model(), score, tiny.pairs(), config(), folder=tmp_path)

    next(begun("sum"))
    with pytest.raises(ValueError, match="holds a run with another score"):
        begun("last")
