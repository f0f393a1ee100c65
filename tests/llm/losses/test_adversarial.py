"""What a discriminator learns by: reference values, and a penalty whose gradient is there."""

import math

import pytest
import torch

from labkit.llm import losses

TEACHER = torch.tensor(
    [0.778836684617301, 1.9833296209049371, 0.2822400161197344, -1.8323318734989105],
    dtype=torch.float64,
)
STUDENTS = torch.tensor(
    [
        [-0.4432803099920093, 0.8469637100925532, 1.4962424799060816, 1.013194770826726],
        [-0.23661854121487297, -1.3073636586203823, -1.3887220234915982, -0.4191232472983888],
        [0.8676596465823001, 1.4978150180619074, 0.994453845123275, -0.2614901718344695],
        [-1.3195436399575051, -1.3789927884970137, -0.394847687048704, 0.8881102720608345],
    ],
    dtype=torch.float64,
)


def test_group_bradley_terry_equals_the_public_code():
    # A port of GAD's critic, compute_discriminator_loss, run on the scores above.
    found = losses.group_bradley_terry(TEACHER, STUDENTS)
    assert float(found) == pytest.approx(0.8507963783813404, abs=1e-6)
    same = losses.group_bradley_terry(TEACHER, TEACHER[:, None].expand(4, 3))
    assert float(same) == pytest.approx(math.log(2), abs=1e-9)


def test_the_penalty_of_a_linear_score_is_the_squared_weight_and_has_its_gradient():
    weight = torch.tensor([3.0, 4.0], requires_grad=True)
    inputs = torch.randn(5, 2, generator=torch.Generator().manual_seed(0)).requires_grad_()
    penalty = losses.gradient_penalty(inputs @ weight, inputs)
    assert penalty.item() == pytest.approx(25)
    penalty.backward()
    torch.testing.assert_close(weight.grad, torch.tensor([6.0, 8.0]))


def test_descending_the_penalty_flattens_the_score():
    weight = torch.tensor([3.0, 4.0], requires_grad=True)
    inputs = torch.ones(5, 2, requires_grad=True)
    for _ in range(20):
        penalty = losses.gradient_penalty(torch.tanh(0.1 * inputs @ weight), inputs)
        (slope,) = torch.autograd.grad(penalty, weight)
        weight = (weight - 50 * slope).detach().requires_grad_()
    assert float(weight.detach().norm()) < 1


def test_centring_penalty_worked_by_hand():
    found = losses.centring_penalty(torch.tensor([1.0, 2.0]), torch.tensor([1.0, -2.0]))
    assert float(found) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: losses.group_bradley_terry(TEACHER[:2], STUDENTS), "wanted"),
        (lambda: losses.group_bradley_terry(TEACHER, STUDENTS * math.nan), "NaN"),
        (lambda: losses.gradient_penalty(TEACHER, STUDENTS), "requires_grad_"),
        (lambda: losses.gradient_penalty(STUDENTS, STUDENTS), "one each"),
        (lambda: losses.centring_penalty(TEACHER, STUDENTS), "shape"),
    ],
)
def test_what_does_not_fit_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
