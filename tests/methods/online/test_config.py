import math

import pytest

from labkit.methods.online.config import OnlineConfig, SideConfig


def test_the_defaults_are_the_papers_weights():
    config = OnlineConfig()
    assert (config.student.weights.ce, config.student.weights.kd) == (0.4, 0.6)
    assert (config.teacher.weights.ce, config.teacher.weights.kd) == (0.9, 0.1)
    assert config.order == "teacher_first" and not config.freeze_teacher


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"temperature": 0}, "temperature"),
        ({"order": "student_first"}, "order"),
        ({"tie": -1.0}, "tie"),
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 1.5}, "batch_size"),
        ({"save_every": 0}, "save_every"),
        ({"precision": "float8"}, "precision"),
        ({"order": "mutual", "freeze_teacher": True}, "mutually"),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        OnlineConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": 0}, "learning_rate"),
        ({"head_learning_rate": -1}, "head_learning_rate"),
        ({"weight_decay": -0.1}, "weight_decay"),
        ({"clip": math.nan}, "clip"),
        ({"optimizer": "lion"}, "optimizer"),
    ],
)
def test_a_side_that_makes_no_sense_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SideConfig(**settings)
