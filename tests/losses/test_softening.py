"""Softened probabilities, entropy and the limit of high temperature."""

import math

import pytest
import torch
from torch.testing import assert_close

from labkit.losses.kl import soft_kl
from labkit.losses.softening import entropy, high_temperature_limit, softened

LOGITS = torch.tensor([[4.0, 2.0, 1.0], [300.0, 0.0, -300.0]])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 7.0])
def test_softened_rows_are_the_softmax_of_divided_logits(temperature):
    got = softened(LOGITS, temperature)
    assert_close(got.sum(-1), torch.ones(2))
    assert_close(got[0, 0] / got[0, 1], torch.tensor(math.exp(2 / temperature)))


def test_a_bad_temperature_and_a_single_row_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="got temperature 0"):
        softened(LOGITS, 0)
    with pytest.raises(ValueError, match=r"wanted \(batch, classes\)"):
        softened(LOGITS[0], 1)


def test_entropy_is_zero_for_a_sure_row_and_the_logarithm_for_equal_classes():
    rows = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])
    assert_close(entropy(rows), torch.tensor([0.0, math.log(4)]))


def test_the_limit_is_what_soft_kl_becomes_and_ignores_shifts_of_a_row():
    chance = torch.Generator().manual_seed(0)
    student, teacher = torch.randn(2, 5, 4, generator=chance, dtype=torch.float64)
    limit = high_temperature_limit(student, teacher)
    assert_close(soft_kl(student, teacher, 1e4), limit, atol=1e-3, rtol=0)
    assert_close(high_temperature_limit(student + torch.arange(5.0)[:, None], teacher), limit)


def test_the_limit_by_hand_and_no_gradient_to_the_teacher():
    student = torch.tensor([[2.0, 0.0]], requires_grad=True)
    teacher = torch.tensor([[0.0, 0.0]], requires_grad=True)
    value = high_temperature_limit(student, teacher)
    assert value.item() == pytest.approx((1 + 1) / (2 * 2))
    value.backward()
    assert teacher.grad is None
    assert_close(student.grad, torch.tensor([[0.5, -0.5]]))


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_the_limit_of_large_half_precision_logits_is_finite(kind):
    far = torch.tensor([[256.0, -256.0]], dtype=kind)
    assert_close(high_temperature_limit(far, -far), torch.tensor(512.0**2 * 2 / 4))
