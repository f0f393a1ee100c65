"""The standardised losses: what a z-score keeps, loses and bounds."""

import math

import pytest
import torch

from labkit import losses
from labkit.losses.arguments import LossWarning
from labkit.losses.standardised import zscore_as_printed, zscore_kl_as_printed
from tests.helpers.gradients import gradient
from tests.helpers.loss_tensors import (
    STUDENT,
    TEACHER,
)


def test_zscore_rows_have_mean_zero_and_deviation_one() -> None:
    z = losses.zscore(TEACHER)
    torch.testing.assert_close(z.mean(1), torch.zeros(8, dtype=torch.float64))
    torch.testing.assert_close(z.std(1), torch.ones(8, dtype=torch.float64), atol=1e-6, rtol=0)


def test_zscore_ignores_shift_and_scale_of_each_row() -> None:
    scale, shift = torch.arange(1.0, 9.0)[:, None], torch.arange(8.0)[:, None]
    torch.testing.assert_close(
        losses.zscore(scale * TEACHER + shift), losses.zscore(TEACHER), atol=1e-6, rtol=0
    )
    moved = losses.zscore_kl(scale * STUDENT + shift, TEACHER)
    assert float(moved) == pytest.approx(float(losses.zscore_kl(STUDENT, TEACHER)), abs=1e-6)


def test_zscore_with_the_other_deviation_is_a_change_of_temperature() -> None:
    other = [losses.zscore(logits, ddof=0) for logits in (STUDENT, TEACHER)]
    value = float(losses.soft_kl(other[0], other[1], 2.0))
    hotter = 2 * math.sqrt(5 / 6)
    wanted = float(losses.zscore_kl(STUDENT, TEACHER, hotter)) / hotter**2 * 4
    assert value == pytest.approx(wanted, abs=1e-6)
    assert value == pytest.approx(0.9638, abs=1e-4)


def test_zscore_of_two_classes_keeps_only_the_sign() -> None:
    z = losses.zscore(torch.tensor([[5.0, 1.0], [0.1, 0.2], [-40.0, 3.0]]))
    wanted = torch.tensor([[1.0, -1.0], [-1.0, 1.0], [-1.0, 1.0]]) / math.sqrt(2)
    torch.testing.assert_close(z, wanted, atol=1e-4, rtol=0)


@pytest.mark.parametrize("noise", [0.0, 1e-12, 1e-8, 1e-6, 1e-4])
def test_constant_row_has_a_bounded_gradient_and_leaves_the_others_exact(noise: float) -> None:
    student = STUDENT.clone()
    student[2] = 0.7 + noise * torch.sin(torch.arange(6.0))
    plain = gradient(lambda s: losses.zscore_kl(s, TEACHER), STUDENT)
    found = gradient(lambda s: losses.zscore_kl(s, TEACHER), student)
    assert torch.isfinite(found).all()
    assert 0 < float(found[2].norm()) < 100
    others = torch.arange(8) != 2
    torch.testing.assert_close(found[others], plain[others], rtol=1e-12, atol=0)
    torch.testing.assert_close(losses.zscore(student)[others], losses.zscore(STUDENT)[others])


def test_student_with_a_head_of_zeros_can_start() -> None:
    zero = torch.zeros(8, 6)
    for loss in (losses.zscore_kl, losses.correlation, losses.soft_kl):
        found = gradient(lambda s, f=loss: f(s, TEACHER.float()), zero)
        assert torch.isfinite(found).all()
        assert float(found.norm()) < 1000


def test_the_printed_zscore_is_ours_where_rows_spread() -> None:
    torch.testing.assert_close(zscore_as_printed(TEACHER), losses.zscore(TEACHER))
    assert float(zscore_kl_as_printed(STUDENT, TEACHER)) == pytest.approx(
        float(losses.zscore_kl(STUDENT, TEACHER)), abs=1e-9
    )


def test_the_printed_zscore_blows_up_where_ours_does_not() -> None:
    near = torch.tensor([[1e-7, 0.0]], dtype=torch.float64)
    teacher = torch.tensor([[0.0, 1.0]], dtype=torch.float64)
    with pytest.warns(LossWarning):
        bounded = gradient(lambda z: losses.zscore_kl(z, teacher), near).norm()
    assert bounded < 1e3
    assert gradient(lambda z: zscore_kl_as_printed(z, teacher), near).norm() > 1e5


@pytest.mark.parametrize(("ddof", "eps"), [(2, 1e-7), (1, 0.0)])
def test_the_printed_zscore_refuses_settings_that_make_no_sense(ddof: int, eps: float) -> None:
    with pytest.raises(ValueError, match="wanted ddof 0 or 1"):
        zscore_as_printed(TEACHER, ddof, eps)
