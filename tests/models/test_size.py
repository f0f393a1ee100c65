import pytest
import torch

from labkit.models.size import mib, parameters, size_table
from tests.helpers import tiny


def test_numbers_are_counted_and_a_shared_tensor_counts_once():
    layer = torch.nn.Linear(10, 10, bias=False)
    twice = torch.nn.Sequential(layer, layer)
    assert parameters(layer) == parameters(twice) == 100


def test_a_million_numbers_take_four_million_bytes():
    assert mib(torch.nn.Linear(1000, 1000, bias=False)) == pytest.approx(4e6 / 2**20)


def test_the_table_has_both_columns():
    model = tiny.bilstm()
    table = size_table({"small": model})
    assert table.loc["small", "parameters"] == parameters(model)
    assert table.loc["small", "MiB (32-bit)"] == round(mib(model), 2)
