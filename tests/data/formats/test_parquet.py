"""Parquet: rows with the class names inside, within a stated limit of memory."""

import datetime
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset

from labkit.data.catalog import AssetError
from labkit.data.formats import mapped, parquet
from labkit.data.formats import table as tables
from labkit.data.formats.text_column import TextColumn


def written(table: pa.Table, **settings: object) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, **settings)
    return stream.getvalue()


def test_the_class_names_of_datasets_come_along() -> None:
    rows = Dataset.from_dict({"text": ["a", "b"], "label": [1, 0]})
    rows = rows.cast_column("label", ClassLabel(names=["no", "yes"]))
    stream = io.BytesIO()
    rows.to_parquet(stream)
    table = parquet.read(stream.getvalue(), "train.parquet")
    assert table.class_names == ("no", "yes") and table.columns["label"] == [1, 0]


@pytest.mark.parametrize("said", [b"{", b"[" * 100_000, b'{"info": 5}', b"[]"])
def test_strange_words_about_the_file_are_no_class_names(said: bytes) -> None:
    table = pa.table({"text": ["a"]}).replace_schema_metadata({b"huggingface": said})
    assert parquet.read(written(table), "t.parquet").class_names == ()


def test_two_columns_of_one_name_are_refused() -> None:
    table = pa.Table.from_arrays(
        [pa.array(["a"]), pa.array([1]), pa.array([2])], ["text", "x", "x"]
    )
    with pytest.raises(AssetError, match="has two columns 'x'"):
        parquet.read(written(table), "t.parquet")


def test_a_small_file_that_unpacks_to_much_stops_at_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = written(pa.table({"text": ["x" * 10_000] * 5_000}), use_dictionary=True)
    assert len(bomb) < 10_000
    monkeypatch.setattr(tables, "LARGEST", 1_000_000)
    with pytest.raises(AssetError, match="unpacks to more than 0 MiB, where labkit stops"):
        parquet.read(bomb, "t.parquet")


def test_many_row_groups_are_read_in_their_order() -> None:
    texts = [f"text {n}" for n in range(10_000)]
    raw = written(pa.table({"text": texts}), row_group_size=700)
    assert parquet.read(raw, "t.parquet").columns["text"] == texts


def test_times_that_python_has_no_type_for_become_texts() -> None:
    when = pa.array([1_700_000_000_000_000_001], pa.timestamp("ns"))
    far = pa.array([10**7], pa.date32())
    table = parquet.read(written(pa.table({"text": ["a"], "when": when, "far": far})), "t.parquet")
    assert "2023-11-14" in str(table.columns["when"][0])
    assert isinstance(table.columns["far"][0], str | datetime.date)


def test_a_damaged_file_is_an_error_of_one_line_wherever_a_byte_is_wrong() -> None:
    whole = written(pa.table({"text": ["a", "b"], "label": [0, 1]}), write_page_checksum=True)
    for place in range(0, len(whole), 7):
        raw = bytearray(whole)
        raw[place] ^= 0xFF
        try:
            parquet.read(bytes(raw), "t.parquet")
        except AssetError as error:
            assert str(error).startswith("t.parquet") and "\n" not in str(error)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_texts_of_a_large_file_lie_in_a_file_and_all_else_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch, kind: pa.DataType
) -> None:
    rows = pa.table(
        {
            "label": range(5000),
            "text": pa.array([f"text {n}" for n in range(5000)], kind),
            "gaps": pa.array([None if n % 2 else "a" for n in range(5000)], kind),
        }
    )
    small = parquet.read(written(rows), "t.parquet")
    monkeypatch.setattr(mapped, "LARGE", 8)
    large = parquet.read(written(rows), "t.parquet")
    assert isinstance(large.columns["text"], TextColumn)
    assert {n: list(v) for n, v in large.columns.items()} == small.columns == rows.to_pydict()
    assert [*large.columns] == rows.column_names
    assert list(large.lines) == list(range(1, 5001))


def test_bytes_that_are_no_text_are_named_before_they_are_looked_at() -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")]
    )
    with pytest.raises(AssetError, match=r"t\.parquet is not a whole parquet file"):
        parquet.read(written(pa.table({"text": broken})), "t.parquet")
