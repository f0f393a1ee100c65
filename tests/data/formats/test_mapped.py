"""Large things lie in files and are the same as small ones in memory."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from labkit import paths
from labkit.data.formats import mapped


@pytest.fixture(params=[1 << 40, 8], ids=["in memory", "in a file"])
def large(request, monkeypatch):
    """From how many bytes on a file is used."""
    monkeypatch.setattr(mapped, "LARGE", request.param)
    return request.param


def test_numbers_that_come_piece_by_piece_are_one_tensor(large):
    numbers = mapped.LongList()
    for piece in ([5], [], range(3), [2**40, -1]):
        numbers.extend(piece)
    found = numbers.tensor()
    assert found.dtype == torch.int64
    assert found.tolist() == [5, 0, 1, 2, 2**40, -1]


def test_zeros_are_zeros_that_can_be_written(large):
    found = mapped.zeros(4, 3)
    assert found.shape == (4, 3)
    assert found.abs().sum() == 0
    found[2] = 7
    assert found.sum() == 21


def test_a_table_is_what_its_file_holds(large, tmp_path):
    table = pa.table({"text": ["one", "", "dré"], "label": [1, 2, 3]})
    pq.write_table(table, tmp_path / "a.parquet")
    assert mapped.parquet_table(tmp_path / "a.parquet").equals(table)


def test_what_is_in_a_file_is_not_in_the_memory_of_the_process(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 8)
    assert mapped._nameless() is not None
    assert list(paths.cache().iterdir()) == []  # no name is left behind


def test_without_a_cache_that_can_be_written_memory_serves(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(mapped, "LARGE", 8)
    numbers = mapped.LongList()
    numbers.extend(range(100))
    assert numbers.tensor().tolist() == list(range(100))
    assert mapped.zeros(5, 5).shape == (5, 5)
