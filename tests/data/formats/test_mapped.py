"""Large things lie in files and are the same as small ones in memory."""

import numpy as np
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


@pytest.mark.parametrize("rows", [[], [3], [0, 1, 2, 3, 4, 5], [5, 0, 3, 3, 1, 0], [2, 4]])
@pytest.mark.parametrize("chunks", [[6], [1, 2, 3], [4, 2]])
def test_rows_in_any_order_are_those_that_arrow_takes(large, monkeypatch, rows, chunks):
    monkeypatch.setattr(mapped, "PIECE", 4)
    whole = pa.table({"text": ["a", "", "dré", "d", "e", "f"], "label": range(6)})
    starts = np.cumsum([0, *chunks[:-1]])
    parts = [whole.slice(start, count) for start, count in zip(starts, chunks, strict=True)]
    found = mapped.rows_of(pa.concat_tables(parts), np.array(rows, np.int64))
    assert found.equals(whole.take(pa.array(rows, pa.int64())))
