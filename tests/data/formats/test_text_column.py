import pyarrow as pa
import pytest
from datasets import Dataset

from labkit.data.formats import mapped, text_column
from labkit.data.formats.text_column import TextColumn, columns_of, joined

TEXTS = ["one", "", "dré", "four", "five"]


@pytest.fixture
def column():
    """Texts in two chunks, as a table that was put together has them."""
    return TextColumn(pa.chunked_array([TEXTS[:2], TEXTS[2:]]))


def test_it_is_the_sequence_of_its_texts(column, monkeypatch):
    monkeypatch.setattr(text_column, "PIECE", 2)
    assert list(column) == TEXTS
    assert len(column) == 5
    assert (column[0], column[-1]) == ("one", "five")
    assert "dré" in column
    with pytest.raises(IndexError):
        column[5]


def test_a_slice_is_a_column_too(column):
    assert isinstance(column[1:4], TextColumn)
    assert list(column[1:4]) == TEXTS[1:4]
    assert list(column[3:100]) == TEXTS[3:]


def test_the_column_of_a_data_set_has_its_rows_in_their_order():
    data = Dataset.from_dict({"text": TEXTS, "label": range(5)})
    assert list(text_column.text_column(data, "text")) == TEXTS
    assert list(text_column.text_column(data.select([3, 0]), "text")) == ["four", "one"]


@pytest.mark.parametrize("large", [1 << 40, 300, 1])
@pytest.mark.parametrize("piece", [2, 100])
def test_rows_that_come_one_by_one_are_columns_wherever_they_lie(monkeypatch, large, piece):
    monkeypatch.setattr(mapped, "LARGE", large)
    monkeypatch.setattr(mapped, "PIECE", piece)
    found = columns_of(((text, str(n)) for n, text in enumerate(TEXTS)), 2)
    assert [isinstance(column, TextColumn) for column in found] == [large < 1000] * 2
    assert list(map(list, found)) == [TEXTS, ["0", "1", "2", "3", "4"]]


def test_no_rows_are_empty_columns():
    assert columns_of(iter([]), 3) == [[], [], []]


def test_columns_behind_each_other_stay_in_files_only_where_all_do(column):
    assert isinstance(joined([column, column]), TextColumn)
    assert list(joined([column, column])) == TEXTS * 2
    assert joined([column, [None]]) == [*TEXTS, None]
    assert joined([[1], []]) == [1]
