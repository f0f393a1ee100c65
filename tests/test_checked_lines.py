"""A line of values is what was written, or it is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.checked_lines import line_of, values_of
from tests.helpers.properties import many

VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@many
@given(values=st.dictionaries(st.text(), VALUES, min_size=1))
def test_what_was_written_is_read(values: dict[str, object]) -> None:
    values.pop("crc32", None)
    if values:
        assert values_of(line_of(values)) == values


@many
@given(values=st.dictionaries(st.text(max_size=3), VALUES, min_size=1), data=st.data())
def test_a_flipped_bit_never_gives_other_values(values: dict[str, object], data: st.DataObject):
    line = bytearray(line_of(values))
    place = data.draw(st.integers(0, len(line) - 2))
    line[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = values_of(bytes(line))
    except ValueError:
        return
    assert {name: found[name] for name in values} == values  # the name of the sum was hit


def test_a_line_of_an_older_file_is_taken_as_it_is() -> None:
    assert values_of(json.dumps({"step": 1}).encode()) == {"step": 1}


@pytest.mark.parametrize("line", [b"", b"[1]", b'{"step": 1', b"\xff", b'"word"'])
def test_what_is_no_whole_object_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="Error"):
        values_of(line)
