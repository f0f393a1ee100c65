"""What the two arms of the best students train."""

import math

import pytest
import torch

from labkit.experiments.best_student import plan as best_plan
from labkit.experiments.best_student.arms import config_of
from labkit.experiments.best_student.plan import BestRun


def test_both_arms_take_as_many_steps():
    rows, more = 100, 390
    steps = {}
    for arm in best_plan.ARMS:
        config = config_of(BestRun("made up", arm, 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), rows, more)
        seen = more if arm == "distilled" else rows
        steps[arm] = config.epochs * math.ceil(seen / config.batch_size)
    assert steps["labels"] == pytest.approx(steps["distilled"], rel=0.05)


def test_the_label_arm_never_sees_the_teacher_and_the_other_never_the_labels():
    labels = config_of(
        BestRun("made up", "labels", 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), 10, 20
    ).weights
    distilled = config_of(
        BestRun("made up", "distilled", 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), 10, 20
    ).weights
    assert (labels.ce, labels.kd) == (1, 0)
    assert (distilled.ce, distilled.kd) == (0, 1)


def test_a_student_of_the_real_size_keeps_to_a_fifth_of_minilm():
    from labkit.models.bilstm import build_bilstm
    from labkit.models.size import parameters

    vectors = torch.zeros(30522, best_plan.WIDTH)
    student = build_bilstm(30522, 6, vectors, hidden_size=best_plan.HIDDEN)
    assert parameters(student) <= 0.2 * 22_715_526


@pytest.mark.parametrize("arm", best_plan.ARMS)
def test_token_vectors_take_a_tenth_of_the_steps_of_all_other_weights(arm):
    config = config_of(BestRun("made up", arm, 0.2, 4e-3, 0, 3, 4, "", 64, "", ""), 10, 20)
    assert config.learning_rate == 4e-3
    assert config.embedding_learning_rate == 4e-4
