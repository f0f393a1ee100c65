import pyarrow as pa
import pytest
from datasets import Dataset

from labkit.data.formats import text_column
from labkit.data.formats.text_column import TextColumn

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
