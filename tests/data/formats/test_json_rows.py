"""JSON rows: objects become columns, and what is none is named by its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data.catalog import AssetError
from labkit.data.formats import mapped
from labkit.data.formats.json_rows import read
from labkit.data.formats.text_column import TextColumn
from tests.helpers.properties import many


def test_a_list_of_objects_is_read_from_a_json_file_only() -> None:
    content = '[{"text": "a", "label": 0},\n {"text": "b", "label": 1}]'
    assert read(content, "train.json").columns["text"] == ["a", "b"]
    assert read(content, "train.json.gz").columns["label"] == [0, 1]
    with pytest.raises(AssetError, match=r"train\.jsonl, line 1 is not"):
        read(content, "train.jsonl")


def test_lines_of_objects_are_read_from_a_json_file_too() -> None:
    table = read('{"text": "a"}\r\n\r\n{"text": "b"}\r\n', "train.json")
    assert table.columns["text"] == ["a", "b"] and table.lines == [1, 3]


def test_half_an_emoji_becomes_a_mark_and_is_noted_wherever_it_stands() -> None:
    content = '{"text": "\\ud83d cut", "label": "\\uDE00", "more": {"\\ud83d": ["\\ud83d"]}}'
    table = read(content, "train.jsonl")
    assert table.columns == {"text": ["� cut"], "label": ["�"], "more": [{"�": ["�"]}]}
    assert table.notes == ("half letters in train.jsonl replaced by �",)


def test_a_whole_emoji_in_two_escapes_is_left_as_it_is() -> None:
    table = read('{"text": "\\ud83d\\ude00"}', "train.jsonl")
    assert table.columns["text"] == ["😀"] and table.notes == ()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('{"text": ', "line 2 is not JSON: Expecting value"),
        ("[" * 100_000, "line 2 is nested too deep"),
        ('{"a": ' * 100_000, "line 2 is nested too deep"),
        ('{"text": "a", "text": "b"}', "line 2 is not JSON: it names 'text' twice"),
        (f'{{"n": {"9" * 5000}}}', "line 2 is not JSON: Exceeds the limit"),
        ("5", "line 2 is a int, wanted one object"),
    ],
)
def test_a_line_that_is_no_row_is_named_in_one_line(line: str, wanted: str) -> None:
    with pytest.raises(AssetError, match=f"train.jsonl, {wanted}") as caught:
        read(f'{{"text": "a"}}\n{line}\n', "train.jsonl")
    assert "\n" not in str(caught.value)


def test_texts_of_a_large_file_lie_in_a_file_and_all_else_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [{"text": f"t{n}", "label": [1, True, "1", 1.0][n % 4], "n": n} for n in range(40)]
    rows += [{"text": "\ud83d", "late": "x"}, {"text": "last"}]
    content = "\r\n".join(json.dumps(row) for row in rows)
    small = read(content, "t.jsonl")
    monkeypatch.setattr(mapped, "LARGE", 8)
    large = read(content, "t.jsonl")
    assert isinstance(large.columns["text"], TextColumn)
    assert {name: list(map(repr, values)) for name, values in large.columns.items()} == {
        name: list(map(repr, values)) for name, values in small.columns.items()
    }
    assert [*large.columns] == ["text", "label", "n", "late"]
    assert list(large.lines) == small.lines
    assert large.notes == small.notes == ("half letters in t.jsonl replaced by \ufffd",)


def test_a_single_carriage_return_is_a_space_between_values() -> None:
    assert read('{"text":\r"a"}\n{"text": "b"}', "t.jsonl").columns["text"] == ["a", "b"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@many
@given(rows=st.lists(st.dictionaries(st.text(max_size=4), VALUES), min_size=1, max_size=5))
def test_any_objects_come_back_as_columns(rows: list[dict]) -> None:
    table = read("\n".join(json.dumps(row) for row in rows), "t.jsonl")
    for name, values in table.columns.items():
        assert values == [row.get(name) for row in rows]
    assert set(table.columns) == {name for row in rows for name in row}


@many
@given(content=st.text(st.sampled_from('{}[]",:a1 \\ud\n'), max_size=50))
def test_any_characters_give_a_table_or_an_error_that_names_the_line(content: str) -> None:
    try:
        read(content, "t.json")
    except AssetError as error:
        assert "t.json, line" in str(error)
