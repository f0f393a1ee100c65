"""The columns of a file: their places, their names, and several files as one."""

import pytest

from labkit.data.catalog import AssetError
from labkit.data.formats.table import Table, merge


def test_a_row_is_named_by_its_line_and_in_parquet_by_its_number() -> None:
    assert Table("train.csv", {"text": ["a"]}, [7]).at(0) == "train.csv, line 7"
    assert Table("train.parquet", {"text": ["a"]}, [1]).at(0) == "train.parquet, row 1"


def test_parts_of_a_split_become_one_table_and_must_agree_about_class_names() -> None:
    one = Table("a", {"text": ["x"], "label": [0]}, [1], ("no", "yes"), ("one",))
    two = Table("b", {"text": ["y"], "label": [1], "more": [2]}, [1], ("no", "yes"), ("two",))
    both = merge([one, two])
    assert both.columns == {"text": ["x", "y"], "label": [0, 1], "more": [None, 2]}
    assert both.class_names == ("no", "yes") and both.notes == ("one", "two")
    with pytest.raises(AssetError, match="name their classes differently"):
        merge([one, Table("c", {"text": ["z"]}, [1], ("yes", "no"))])


def test_columns_are_renamed_and_a_foreign_column_of_our_name_makes_room() -> None:
    table = Table("t", {"label": [3], "label_coarse": ["X"], "question": ["q"]}, [1])
    named = table.renamed({"label": "label_coarse", "text": "question"})
    assert named.columns == {"label": ["X"], "text": ["q"]}


def test_a_row_of_a_later_part_is_named_by_its_own_file() -> None:
    parts = [Table(f"train-{n}.csv", {"text": ["x"] * n}, list(range(2, 2 + n))) for n in (2, 1, 3)]
    whole = merge(parts).renamed({"words": "text"})
    assert [whole.at(row) for row in range(6)] == [
        "train-2.csv, line 2", "train-2.csv, line 3", "train-1.csv, line 2",
        "train-3.csv, line 2", "train-3.csv, line 3", "train-3.csv, line 4",
    ]  # fmt: skip
