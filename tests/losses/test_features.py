"""Losses on features: geometry, copies of rows, hidden states, the VAE's terms."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from labkit.losses.features import correlation, patience, relation_angle, relation_distance
from tests.helpers.loss_tensors import STUDENT, TEACHER

Loss = Callable[[Tensor, Tensor], Tensor]
RELATIONS: list[Loss] = [relation_distance, relation_angle]


def rows(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("loss", RELATIONS)
def test_relations_ignore_rotation_shift_and_scale(loss: Loss) -> None:
    features, turn = rows(0, 7, 4), torch.linalg.qr(rows(1, 4, 4))[0]
    moved = 3.7 * features @ turn + rows(2, 1, 4)
    assert float(loss(moved, features)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("loss", RELATIONS)
def test_student_and_teacher_may_differ_in_width(loss: Loss) -> None:
    narrow = rows(0, 6, 3)
    wide = torch.cat([narrow, torch.zeros(6, 5, dtype=torch.float64)], dim=1)
    assert float(loss(narrow, wide)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("loss", RELATIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_copies_of_rows_give_finite_small_gradients(loss: Loss, dtype: torch.dtype) -> None:
    student, teacher = rows(0, 6, 4).to(dtype), rows(1, 6, 4).to(dtype)
    student[4] = student[2]
    for start in (student, torch.ones_like(student)):
        point = start.clone().requires_grad_()
        value = loss(point, teacher)
        value.backward()
        assert torch.isfinite(value)
        assert torch.isfinite(point.grad).all()
        assert float(point.grad.abs().max()) < 10


@pytest.mark.parametrize("loss", RELATIONS)
def test_a_single_row_gives_zero_and_no_error(loss: Loss) -> None:
    point = rows(0, 1, 4).requires_grad_()
    value = loss(point, rows(1, 1, 4))
    value.backward()
    assert value.item() == 0
    assert point.grad.abs().max() == 0


def test_relation_distance_worked_by_hand() -> None:
    # distances 1, 1, 2 against 1, 1, 1: divided by means 4/3 and 1 they are 3/4, 3/4, 3/2
    line = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    triangle = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]])
    wanted = 2 * (0.25**2 / 2 + 0.25**2 / 2 + 0.5**2 / 2) / 9
    assert float(relation_distance(line, triangle)) == pytest.approx(wanted, abs=1e-6)


def test_rows_all_on_one_place_count_as_equally_far_apart() -> None:
    corners = torch.eye(4, dtype=torch.float64)
    assert float(relation_distance(torch.ones(4, 3), corners)) == pytest.approx(0, abs=1e-6)


def test_relation_angle_worked_by_hand() -> None:
    # cosines at the three corners: 1, -1, 1 on a line, 1/2 in the triangle, each counted twice
    line = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    triangle = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]])
    wanted = 2 * (0.5**2 / 2 + (1.5 - 0.5) + 0.5**2 / 2) / 27
    assert float(relation_angle(line, triangle)) == pytest.approx(wanted, abs=1e-6)


def test_patience_is_a_mean_over_the_width_and_ignores_length() -> None:
    student, teacher = torch.tensor([[[3.0, 0.0]]]), torch.tensor([[[0.0, 5.0]]])
    assert float(patience(student, teacher)) == pytest.approx(1.0)
    assert float(patience(7 * teacher, teacher)) == pytest.approx(0, abs=1e-12)
    assert float(patience(-teacher, teacher)) == pytest.approx(4 / 2)


def test_patience_is_two_minus_two_cosines_over_the_width() -> None:
    student, teacher = rows(0, 5, 3, 8), rows(1, 5, 3, 8)
    cosine = torch.cosine_similarity(student, teacher, dim=-1)
    wanted = float((2 - 2 * cosine).mean()) / 8
    assert float(patience(student, teacher)) == pytest.approx(wanted)
    assert float(patience(student[:, 0], teacher[:, 0])) > 0


def test_hidden_state_of_zeros_gets_no_gradient_and_harms_no_other() -> None:
    student = rows(0, 2, 1, 4)
    student[0] = 0
    point = student.clone().requires_grad_()
    patience(point, rows(1, 2, 1, 4)).backward()
    assert point.grad[0].abs().max() == 0
    assert torch.isfinite(point.grad).all()
    assert float(point.grad[1].norm()) > 0


def test_correlation_is_pearsons_with_hand_worked_rows() -> None:
    # probabilities (.5, .25, .25) and (.25, .5, .25): cosine of centred rows is -1/2
    student = torch.tensor([[0.5, 0.25, 0.25]], dtype=torch.float64).log()
    teacher = torch.tensor([[0.25, 0.5, 0.25]], dtype=torch.float64).log()
    assert float(correlation(student, teacher, intra=0)) == pytest.approx(1.5, abs=1e-6)
    student.requires_grad_()
    correlation(student, teacher, inter=0).backward()
    assert student.grad.abs().max() == 0


def test_correlation_agrees_with_corrcoef_over_rows_and_columns() -> None:
    p, q = (STUDENT / 2).softmax(1), (TEACHER / 2).softmax(1)
    rows = [1 - torch.corrcoef(torch.stack([p[i], q[i]]))[0, 1] for i in range(8)]
    columns = [1 - torch.corrcoef(torch.stack([p[:, i], q[:, i]]))[0, 1] for i in range(6)]
    wanted = 4 * (0.3 * torch.stack(rows).mean() + 2 * torch.stack(columns).mean())
    found = correlation(STUDENT, TEACHER, inter=0.3, intra=2, temperature=2)
    assert float(found) == pytest.approx(float(wanted), abs=1e-6)
