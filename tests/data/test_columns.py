"""Columns become data sets: texts checked, other columns whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data import columns
from labkit.data.catalog import AssetError
from labkit.data.formats.table import Table
from tests.helpers.properties import many


def dataset(more: dict[str, list], name: str = "train.csv"):
    table = Table(name, {"text": ["a", "b"], "label": ["x", "y"], **more}, [2, 3])
    shape = columns.shape_of({"train": table}, "", None)
    return columns.to_dataset(columns.checked({"train": table}, shape, False)["train"], shape)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([2**64, 1], [str(2**64), "1"]),
        ([{}, {}], ["{}", "{}"]),
        ([{"a": {}}, None], ['{"a": {}}', None]),
        ([[{}], []], ["[{}]", "[]"]),
        ([1, "one"], ["1", "one"]),
        ([{"a": 1}, {"a": "é"}], ['{"a": 1}', '{"a": "é"}']),
        ([None, None], ["", ""]),
        ([[1, 2], [3]], [[1, 2], [3]]),
        ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 2}]),
    ],
)
def test_a_column_that_arrow_cannot_hold_is_kept_as_text(values: list, wanted: list) -> None:
    assert columns.values(dataset({"meta": values}), "meta") == wanted


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@many
@given(values=st.lists(ANY, min_size=2, max_size=2))
def test_any_extra_column_leaves_the_texts_as_they_are(values: list) -> None:
    made = dataset({"meta": values})
    assert columns.values(made, "text") == ["a", "b"]
    assert len(columns.values(made, "meta")) == 2


def test_a_file_without_a_heading_is_reported_from_one_with_other_names() -> None:
    headless = Table(
        "train.csv", {"a long text that is not the name of a column": ["b"], "x": ["y"]}, [2]
    )
    again = Table("train.csv", {"short": ["b", "c"], "pos": ["neg", "pos"]}, [2, 3])
    for table in (headless, again):
        with pytest.raises(AssetError, match=r"train\.csv seems to have no heading: its first row"):
            columns.shape_of({"train": table}, "", None)
    named = Table("train.csv", {"sentence": ["b"], "tag": ["x"]}, [2])
    with pytest.raises(AssetError, match="its columns are sentence, tag"):
        columns.shape_of({"train": named}, "", None)


def test_files_that_name_their_classes_differently_are_refused() -> None:
    one = Table("a.parquet", {"text": ["x"], "label": [0]}, [1], ("no", "yes"))
    two = Table("b.parquet", {"text": ["x"], "label": [0]}, [1], ("yes", "no"))
    with pytest.raises(AssetError, match=r"a\.parquet and b\.parquet name their classes differ"):
        columns.shape_of({"train": one, "test": two}, "", None)


def test_rows_are_taken_in_the_order_that_is_asked_for() -> None:
    made = dataset({"n": [1, 2]})
    turned = columns.rows_of(made, [1, 0, 1])
    assert columns.values(turned, "text") == ["b", "a", "b"]
    assert turned.features == made.features
    assert columns.values(made.select([1]), "n") == [2]
