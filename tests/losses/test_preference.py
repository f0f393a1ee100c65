"""Preferences between two answers."""

import math

import pytest
import torch

from labkit import losses


def test_bradley_terry_worked_by_hand() -> None:
    found = losses.bradley_terry(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 0.0]))
    assert float(found) == pytest.approx((math.log1p(math.exp(-1)) + math.log(2)) / 2)
    scores = torch.tensor([0.3, -2.0, 1e4])
    assert float(losses.bradley_terry(scores, scores)) == pytest.approx(math.log(2))
    assert float(losses.bradley_terry(scores + 5, scores + 5)) == pytest.approx(math.log(2))
    assert math.isfinite(float(losses.bradley_terry(-scores, scores)))


def test_bradley_terry_lifts_the_preferred_and_lowers_the_other() -> None:
    preferred = torch.zeros(4, requires_grad=True)
    other = torch.zeros(4, requires_grad=True)
    losses.bradley_terry(preferred, other).backward()
    torch.testing.assert_close(preferred.grad, torch.full((4,), -0.125))
    torch.testing.assert_close(other.grad, torch.full((4,), 0.125))


@pytest.mark.parametrize("shape", [(0,), (0, 4), (3, 0)])
def test_no_pairs_are_refused_and_not_a_loss_of_nan(shape) -> None:
    with pytest.raises(ValueError, match="no pairs of scores"):
        losses.bradley_terry(torch.zeros(shape), torch.zeros(shape))
