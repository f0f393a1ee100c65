import pytest
import torch

from labkit.training.config import DistillConfig
from labkit.training.optimizer import (
    make_optimizer,
    optimizer_tensors,
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
    state = {name: value.clone() for name, value in optimizer_tensors(optimizer).items()}
    restore_optimizer(other, state)
    steps(first, optimizer, 2)
    steps(second, other, 2)
    assert torch.equal(first, second)


def test_only_the_embedding_table_has_no_weight_decay():
    student = tiny.bilstm()
    config = DistillConfig(weight_decay=0.3, learning_rate=0.02, embedding_learning_rate=0.01)
    rest, table = make_optimizer(student, config).param_groups
    assert [weight is student.embeddings.weight for weight in table["params"]] == [True]
    assert len(rest["params"]) == len(list(student.parameters())) - 1
    assert (table["weight_decay"], table["lr"]) == (0, 0.01)
    assert (rest["weight_decay"], rest["lr"]) == (0.3, 0.02)
