"""Lines become rows anew at each pass, and a reading of quotes that does not fit says so."""

import io

import pytest

from labkit.data.formats.rows import backslashed, plain_rows, quoted_rows


def lines_of(text):
    return lambda: io.StringIO(text, newline="")


def test_rows_can_be_read_again_and_know_their_lines():
    rows = quoted_rows(lines_of('text,label\n"one\ntwo",a\n\nthree,b\n'), ",")
    assert rows.heading() == (1, ["text", "label"])
    assert list(rows.body()) == list(rows.body()) == [(2, ["one\ntwo", "a"]), (5, ["three", "b"])]
    assert rows.count() == 3


def test_a_quote_is_a_letter_of_a_plain_row():
    rows = plain_rows(lines_of('text\tlabel\r\n"so bad\tneg\r   \n'), "\t")
    assert list(rows) == [(1, ["text", "label"]), (2, ['"so bad', "neg"])]


def test_the_first_uneven_row_is_found():
    rows = plain_rows(lines_of("text,label\na,b\nc\nd,e,f\n"), ",")
    assert rows.uneven() == (3, ["c"])
    assert plain_rows(lines_of(""), ",").uneven() is None


@pytest.mark.parametrize("content", ['text,label\n"a" b,c\n', 'text,label\n"a,b",c,d\n'])
def test_what_csv_does_not_allow_is_no_reading(content):
    assert quoted_rows(lines_of(content), ",") is None


def test_backslashes_are_a_reading_only_where_one_stands_before_a_quote():
    found = backslashed(lines_of('text,label\n"say \\"a, b\\"",x\n'), ",")
    assert list(found.body()) == [(2, ['say "a, b"', "x"])]
    assert backslashed(lines_of('text,label\n"C:\\dir",x\n'), ",") is None
