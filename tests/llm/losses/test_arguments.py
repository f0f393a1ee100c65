"""Masks that count, and numbers that are looked at only where they count."""

import math

import pytest
import torch

from labkit.llm.losses.arguments import check_share, counted


def test_counted_takes_the_counted_places_in_order_and_lifts_half_precision():
    values = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3)
    mask = torch.tensor([[True, False, True], [False, True, False]])
    found = counted(values, mask, "values")
    assert found.tolist() == [0.0, 2.0, 4.0] and found.dtype == torch.float32


def test_only_counted_places_must_be_finite():
    values = torch.tensor([[1.0, math.nan]])
    assert counted(values, torch.tensor([[True, False]]), "values").tolist() == [1.0]
    with pytest.raises(ValueError, match="values at counted positions with 1 infinite or NaN"):
        counted(values, torch.tensor([[True, True]]), "values")


@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan])
def test_a_share_outside_of_its_range_is_refused(value):
    with pytest.raises(ValueError, match="got skew"):
        check_share(value, "skew", with_one=False)
    assert check_share(1.0, "beta", with_one=True) is None
