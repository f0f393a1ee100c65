"""The two parts of decoupled distillation, alone and together."""

import pytest
import torch

from labkit import losses
from labkit.losses import LossWarning
from tests.helpers.gradients import gradient
from tests.helpers.loss_tensors import (
    LABELS,
    LABELS_2,
    STUDENT,
    STUDENT_2,
    TEACHER,
    TEACHER_2,
)


def test_soft_kl_splits_into_target_and_non_target_parts() -> None:
    for T in (1.0, 4.0):
        for i in range(8):
            row, label = slice(i, i + 1), LABELS[i : i + 1]
            student, teacher = STUDENT[row], TEACHER[row]
            doubt = 1 - float((teacher / T).softmax(1)[0, label])
            target = losses.target_class_kl(student, teacher, label, T)
            rest = losses.nontarget_class_kl(student, teacher, label, T)
            whole = losses.soft_kl(student, teacher, T)
            assert float(target + doubt * rest) == pytest.approx(float(whole), abs=1e-12)


def test_decoupled_kl_is_the_weighted_sum_of_its_parts() -> None:
    parts = (losses.target_class_kl, losses.nontarget_class_kl)
    target, rest = (part(STUDENT, TEACHER, LABELS, 2.0) for part in parts)
    whole = losses.decoupled_kl(STUDENT, TEACHER, LABELS, 0.5, 3.0, 2.0)
    assert float(whole) == pytest.approx(float(0.5 * target + 3 * rest))


def test_non_target_part_gives_the_target_logit_no_gradient() -> None:
    found = gradient(lambda s: losses.nontarget_class_kl(s, TEACHER, LABELS), STUDENT)
    assert found.gather(1, LABELS[:, None]).abs().max() == 0
    assert (found != 0).sum() == 8 * 5


def test_decoupled_kl_stays_finite_for_a_sure_student_and_a_cold_temperature() -> None:
    student = STUDENT.clone()
    student[0, 0] = 900.0
    found = gradient(lambda s: losses.decoupled_kl(s, TEACHER, LABELS, temperature=0.01), student)
    assert torch.isfinite(found).all()


def test_labels_of_a_smaller_whole_number_type_give_the_same() -> None:
    small = losses.decoupled_kl(STUDENT, TEACHER, LABELS.to(torch.uint8))
    assert float(small) == float(losses.decoupled_kl(STUDENT, TEACHER, LABELS))


def test_two_classes_leave_the_target_part_alone() -> None:
    with pytest.warns(LossWarning, match="two classes"):
        rest = losses.nontarget_class_kl(STUDENT_2, TEACHER_2, LABELS_2)
    assert float(rest) == 0
    target = losses.target_class_kl(STUDENT_2, TEACHER_2, LABELS_2)
    assert float(target) == pytest.approx(float(losses.soft_kl(STUDENT_2, TEACHER_2)))
