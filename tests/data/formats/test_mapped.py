"""Large things lie in files and are the same as small ones in memory."""

import re
import sys
from pathlib import Path

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


def test_numbers_of_half_the_size_are_kept_so(large):
    numbers = mapped.LongList(np.int32)
    numbers.extend(range(1000))
    found = numbers.tensor()
    assert found.dtype == torch.int32
    assert found.untyped_storage().nbytes() == 4000
    assert found.tolist() == list(range(1000))


def resident(address):
    """KiB in memory of the part of the address space that holds this byte."""
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = int(found[1], 16) <= address < int(found[2], 16)
        elif inside and line.startswith("Rss:"):
            return int(line.split()[1])
    raise AssertionError("no part of the address space holds this byte")


in_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@in_linux
def test_what_was_read_or_written_leaves_the_memory_and_not_the_file(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 8)
    found = mapped.zeros(100_000, 5)
    found[:] = 3
    assert resident(found.data_ptr()) >= 1900
    mapped.let_go(found[50_000:].data_ptr())
    assert resident(found.data_ptr()) < 200
    assert (found == 3).all()


@in_linux
def test_a_column_of_a_file_leaves_the_memory(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 8)
    pieces = [pa.record_batch({"text": ["x" * 100] * 10_000})] * 2
    column = mapped.table_of(pieces, pieces[0].schema).column("text")
    assert column.to_pylist() == ["x" * 100] * 20_000
    address = column.chunks[0].buffers()[2].address
    assert resident(address) >= 1900
    mapped.let_go_of_column(column.slice(0, 1))
    assert resident(address) < 200
    assert column[19_999].as_py() == "x" * 100


@in_linux
def test_now_and_then_is_at_every_so_many_th_wish(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 8)
    found = mapped.zeros(100_000, 5)
    for wish in range(1, 7):
        found.sum()
        mapped.let_go(found.data_ptr(), every=3)
        assert (resident(found.data_ptr()) < 200) is (wish % 3 == 0)


def test_memory_that_is_no_file_is_left_alone():
    plain = torch.full((100_000, 5), 3.0)
    mapped.let_go(plain.data_ptr(), 0)
    assert (plain == 3).all()


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


@in_linux
def test_many_small_pieces_are_a_file_that_opening_does_not_read(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 8)
    piece = pa.record_batch({"text": ["x" * 200] * 5})
    column = mapped.table_of([piece] * 8000, piece.schema).column("text")
    assert column.num_chunks == 8
    assert resident(column.chunk(4).buffers()[2].address) < 3000 < 8000
    assert column.to_pylist() == ["x" * 200] * 40_000


@in_linux
def test_rows_drawn_from_everywhere_bring_one_batch_into_memory_at_a_time(monkeypatch):
    monkeypatch.setattr(mapped, "LARGE", 8)
    pieces = [pa.record_batch({"text": ["x" * 200] * 10_000})] * 4
    table = mapped.table_of(pieces, pieces[0].schema)
    mapped.let_go_of_column(table.column("text"))
    seen, let_go = [], mapped.let_go

    def looked_at(*addresses):
        seen.append(resident(addresses[0]))
        let_go(*addresses)

    monkeypatch.setattr(mapped, "let_go", looked_at)
    drawn = np.random.default_rng(0).permutation(40_000)
    assert len(mapped.rows_of(table, drawn)) == 40_000
    assert len(seen) == 16  # four pieces of 10,000 rows, each from all four batches
    assert max(seen) < 3000 < 8000
