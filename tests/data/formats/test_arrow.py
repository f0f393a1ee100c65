"""Columns of texts stay in their file; other columns become whatever Arrow can hold."""

import pyarrow as pa
import pytest

from labkit.data.formats.arrow import as_anything, as_texts
from labkit.data.formats.text_column import TextColumn


def test_a_column_in_a_file_is_not_copied():
    column = TextColumn(pa.chunked_array([["a"], ["b"]]))
    assert as_texts(column) is column.arrow
    assert as_anything(column) is column.arrow
    assert as_texts(["a", "b"]).to_pylist() == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([1, 2, None], [1, 2, None]),
        ([None, None], ["", ""]),
        ([1, "x", None], ["1", "x", None]),
        ([2**70, 1], [str(2**70), "1"]),
        ([{"a": 1}, "x"], ['{"a": 1}', "x"]),
    ],
)
def test_what_arrow_cannot_hold_becomes_texts(values, wanted):
    assert as_anything(values).to_pylist() == wanted
