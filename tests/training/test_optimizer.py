import math

import pytest
import torch

from labkit.training.config import DistillConfig
from labkit.training.optimizer import (
    clip_gradient,
    make_optimizer,
    optimizer_tensors,
    refuse_bad_loss,
    restore_optimizer,
    warmup_then_decay,
)
from tests.helpers import tiny


def test_it_goes_up_in_a_straight_line_and_then_down():
    factors = [warmup_then_decay(step, 100, 0.1) for step in range(100)]
    assert factors[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert max(factors) == 1
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[-1] == pytest.approx(1 / 90)


def test_a_run_of_one_step_moves():
    assert warmup_then_decay(0, 1) == 1


def test_an_optimizer_goes_on_with_the_same_steps():
    def steps(weight, optimizer, count):
        for _ in range(count):
            optimizer.zero_grad()
            (weight**2).sum().backward()
            optimizer.step()

    first = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([first], lr=0.1, fused=True)
    steps(first, optimizer, 3)
    second = torch.nn.Parameter(first.detach().clone())
    other = torch.optim.AdamW([second], lr=0.1, fused=True)
    kept = {name: value.clone() for name, value in optimizer_tensors(optimizer).items()}
    restore_optimizer(other, optimizer_tensors(optimizer))
    steps(second, other, 2)
    assert tiny.equal(kept, optimizer_tensors(optimizer)), "the other one moved these moments"
    steps(first, optimizer, 2)
    assert torch.equal(first, second)


def test_only_the_embedding_table_has_no_weight_decay():
    student = tiny.bilstm()
    config = DistillConfig(weight_decay=0.3, learning_rate=0.02, embedding_learning_rate=0.01)
    rest, table = make_optimizer(student, config).param_groups
    assert [weight is student.embeddings.weight for weight in table["params"]] == [True]
    assert len(rest["params"]) == len(list(student.parameters())) - 1
    assert (table["weight_decay"], table["lr"]) == (0, 0.01)
    assert (rest["weight_decay"], rest["lr"]) == (0.3, 0.02)


def test_a_loss_that_is_not_a_number_is_refused_with_the_step():
    with pytest.raises(FloatingPointError, match="step 4 is inf; lower the learning rate"):
        refuse_bad_loss(torch.tensor(math.inf), 4)


def slopes(*values):
    """A model whose gradient is these numbers."""
    model = torch.nn.Linear(len(values), 1, bias=False)
    model.weight.grad = torch.tensor([values])
    return model


def test_a_long_gradient_is_shortened_and_a_short_one_and_0_leave_it():
    for values, largest, wanted in (
        ((3.0, 4.0), 1.0, [0.6, 0.8]), ((3.0, 4.0), 9.0, [3, 4]), ((3.0, 4.0), 0.0, [3, 4])
    ):  # fmt: skip
        model = slopes(*values)
        clip_gradient(model, largest, 0)
        assert model.weight.grad[0].tolist() == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
def test_a_gradient_that_is_not_finite_is_refused_with_step_and_weight(wrong):
    with pytest.raises(FloatingPointError, match=r"gradient of step 7 .* first in weight"):
        clip_gradient(slopes(1.0, wrong), 1.0, 7)


def test_finite_numbers_too_large_to_be_squared_are_no_step_and_no_error():
    model = slopes(1e30, 1.0)
    clip_gradient(model, 1.0, 0)
    assert model.weight.grad.tolist() == [[0, 0]]
