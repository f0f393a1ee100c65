"""Losses: identities, hand-worked values, and where the gradient goes."""

import math
import warnings
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from labkit import losses
from labkit.losses import LossWarning
from tests.helpers.gradients import gradient
from tests.helpers.loss_tensors import (
    FEATURES_S,
    FEATURES_T,
    HIDDEN_S,
    HIDDEN_T,
    LABELS,
    LABELS_2,
    STUDENT,
    STUDENT_2,
    TEACHER,
    TEACHER_2,
)

PAIRS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Tensor, Tensor]] = {
    "soft_kl": (losses.soft_kl, STUDENT, TEACHER),
    "zscore_kl": (losses.zscore_kl, STUDENT, TEACHER),
    "target_class_kl": (lambda s, t: losses.target_class_kl(s, t, LABELS), STUDENT, TEACHER),
    "nontarget_class_kl": (lambda s, t: losses.nontarget_class_kl(s, t, LABELS), STUDENT, TEACHER),
    "decoupled_kl": (lambda s, t: losses.decoupled_kl(s, t, LABELS), STUDENT, TEACHER),
    "correlation": (losses.correlation, STUDENT, TEACHER),
    "relation_distance": (losses.relation_distance, FEATURES_S, FEATURES_T),
    "relation_angle": (losses.relation_angle, FEATURES_S, FEATURES_T),
    "patience": (losses.patience, HIDDEN_S, HIDDEN_T),
}


@pytest.mark.parametrize("name", PAIRS)
def test_loss_is_zero_on_itself_and_positive_elsewhere(name: str) -> None:
    loss, student, teacher = PAIRS[name]
    assert float(loss(teacher, teacher)) == pytest.approx(0, abs=1e-6)
    assert float(loss(student, teacher)) > 1e-3


@pytest.mark.parametrize("name", PAIRS)
def test_gradient_reaches_the_student_and_never_the_teacher(name: str) -> None:
    loss, student, teacher = PAIRS[name]
    student, teacher = student.clone().requires_grad_(), teacher.clone().requires_grad_()
    loss(student, teacher).backward()
    assert teacher.grad is None
    assert student.grad is not None
    assert torch.isfinite(student.grad).all()
    assert float(student.grad.norm()) > 1e-3


@pytest.mark.parametrize("name", PAIRS)
def test_gradient_is_the_slope_of_the_value(name: str) -> None:
    loss, student, teacher = PAIRS[name]
    assert torch.autograd.gradcheck(lambda s: loss(s, teacher), student.clone().requires_grad_())


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(name: str, dtype: torch.dtype) -> None:
    loss, student, teacher = PAIRS[name]
    student, teacher = student.to(dtype), teacher.to(dtype)
    found = loss(student, teacher)
    assert found.dtype == torch.float32
    assert float(found) == pytest.approx(float(loss(student.float(), teacher.float())), rel=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_autocast_does_not_change_the_value(name: str) -> None:
    loss, student, teacher = PAIRS[name]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = loss(student.float(), teacher.float())
    assert float(inside) == pytest.approx(float(loss(student.float(), teacher.float())), rel=1e-6)


def test_soft_kl_of_two_classes_worked_by_hand() -> None:
    student, teacher = torch.tensor([[0.0, 0.0]]), torch.tensor([[math.log(3), 0.0]])
    wanted = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    assert float(losses.soft_kl(student, teacher, 1)) == pytest.approx(wanted, abs=1e-6)
    softer = 9 * float(losses.soft_kl(student / 3, teacher / 3, 1))
    assert float(losses.soft_kl(student, teacher, 3)) == pytest.approx(softer, abs=1e-6)


def test_soft_kl_ignores_a_shift_of_the_logits_and_averages_over_rows() -> None:
    value = losses.soft_kl(STUDENT, TEACHER)
    shift = torch.arange(8.0)[:, None]
    assert float(losses.soft_kl(STUDENT + shift, TEACHER - shift)) == pytest.approx(float(value))
    rows = [losses.soft_kl(STUDENT[i : i + 1], TEACHER[i : i + 1]) for i in range(8)]
    assert float(torch.stack(rows).mean()) == pytest.approx(float(value))


def test_soft_kl_differs_from_soft_cross_entropy_by_the_teachers_entropy() -> None:
    q = (TEACHER / 4).softmax(1)
    entropy = -(q * q.log()).sum(1).mean()
    cross_entropy = F.cross_entropy(STUDENT / 4, q)
    value = losses.soft_kl(STUDENT, TEACHER) / 16
    assert float(value) == pytest.approx(float(cross_entropy - entropy))


def test_soft_kl_becomes_half_the_mean_square_of_centred_logits_when_hot() -> None:
    apart = STUDENT - TEACHER
    apart = apart - apart.mean(1, keepdim=True)
    limit = float(apart.square().sum(1).mean()) / (2 * 6)
    gaps = [abs(float(losses.soft_kl(STUDENT, TEACHER, T)) - limit) for T in (10, 100, 1000)]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 1e-3 * limit


def test_temperature_hardly_changes_the_size_of_the_gradient() -> None:
    norms = [
        float(gradient(lambda s, T=T: losses.soft_kl(s, TEACHER, T), STUDENT).norm())
        for T in (1, 2, 4)
    ]
    assert norms == pytest.approx([0.177, 0.197, 0.201], abs=1e-3)


def test_soft_kl_gradient_is_temperature_times_the_gap_of_probabilities() -> None:
    found = gradient(lambda s: losses.soft_kl(s, TEACHER, 3.0), STUDENT)
    wanted = 3.0 * ((STUDENT / 3).softmax(1) - (TEACHER / 3).softmax(1)) / 8
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("scale", [1e4, 1e8, 1e30])
def test_huge_logits_give_finite_values_and_gradients(scale: float) -> None:
    student, teacher = (scale * STUDENT).float(), (scale * TEACHER).float()
    for loss in (losses.soft_kl, losses.zscore_kl, losses.correlation):
        assert math.isfinite(float(loss(student, teacher, temperature=1.0)))
        assert torch.isfinite(gradient(lambda s, f=loss: f(s, teacher), student)).all()
    found = gradient(lambda s: losses.decoupled_kl(s, teacher, LABELS), student)
    assert torch.isfinite(found).all()


def test_largest_float16_logits_are_computed_right() -> None:
    student = torch.tensor([[65504.0, -65504.0, 0.0]], dtype=torch.float16)
    teacher = torch.tensor([[-65504.0, 65504.0, 0.0]], dtype=torch.float16)
    assert float(losses.soft_kl(student, teacher, 1)) == pytest.approx(2 * 65504, rel=1e-6)


@pytest.mark.filterwarnings("ignore::labkit.losses.LossWarning")
def test_warned_losses_do_teach_nothing_at_two_classes() -> None:
    plain = gradient(lambda s: losses.soft_kl(s, TEACHER_2, 2), STUDENT_2)
    standardised = gradient(lambda s: losses.zscore_kl(s, TEACHER_2), STUDENT_2)
    inter = gradient(lambda s: losses.correlation(s, TEACHER_2, intra=0), STUDENT_2)
    intra = gradient(lambda s: losses.correlation(s, TEACHER_2, inter=0), STUDENT_2)
    assert float(plain.norm()) == pytest.approx(0.125, abs=1e-3)
    assert float(standardised.norm()) < 1e-4
    assert float(inter.norm()) < 1e-4
    assert float(intra.norm()) > 0.1


def test_warning_says_why_and_points_at_the_calling_line() -> None:
    calls: list[Callable[[], Tensor]] = [
        lambda: losses.zscore_kl(STUDENT_2, TEACHER_2),
        lambda: losses.nontarget_class_kl(STUDENT_2, TEACHER_2, LABELS_2),
        lambda: losses.decoupled_kl(STUDENT_2, TEACHER_2, LABELS_2),
        lambda: losses.correlation(STUDENT_2, TEACHER_2),
    ]
    for call in calls:
        with pytest.warns(LossWarning, match="two classes") as caught:
            call()
        assert len(caught) == 1
        assert caught[0].filename == __file__


def test_warning_comes_once_per_line_and_not_for_sound_uses() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            losses.zscore_kl(STUDENT_2, TEACHER_2)
        losses.soft_kl(STUDENT_2, TEACHER_2)
        losses.zscore(STUDENT_2)
        losses.target_class_kl(STUDENT_2, TEACHER_2, LABELS_2)
        losses.decoupled_kl(STUDENT_2, TEACHER_2, LABELS_2, nontarget_weight=0)
        losses.correlation(STUDENT_2, TEACHER_2, inter=0)
        losses.zscore_kl(STUDENT, TEACHER)
    assert len(caught) == 1


def test_every_promised_name_can_be_imported_from_losses() -> None:
    assert all(callable(getattr(losses, name)) for name in losses.__all__)
