"""Separated values: the right texts, or one line that names file and line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data.catalog import AssetError
from labkit.data.formats.delimited import read
from tests.helpers.properties import many

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t\0"), max_size=20)
TEXTS = LETTERS.filter(lambda text: text.strip())


def texts(content: str, separator: str = ",") -> list[str]:
    columns, _ = read(content, "train.csv", separator)
    return columns["text"]


def test_quotes_in_a_tsv_without_quoting_are_letters() -> None:
    lines = [
        "text\tlabel",
        '"Lovely" they said\tpos',
        '"So bad\tneg',
        "plain\tpos",
        'and then it ended"\tneg',
        '"whole sentence"\tpos',
    ]
    assert texts("\n".join(lines), "\t") == [line.split("\t")[0] for line in lines[1:]]


def test_rows_between_two_quotes_of_a_tsv_are_not_swallowed() -> None:
    lines = ["text\tlabel", '"So bad\tneg', "plain\tpos", 'it ended"\tneg', "more\tpos"]
    assert texts("\n".join(lines), "\t") == ['"So bad', "plain", 'it ended"', "more"]


def test_a_tsv_that_is_quoted_loses_its_quotes_only() -> None:
    table = [("He said no", "a"), ("with\ttab", "b"), ("two\nlines", "a"), ("plain", "b")]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter="\t").writerows([("text", "label"), *table])
    assert texts(stream.getvalue(), "\t") == [text for text, _ in table]


def test_a_tsv_with_every_cell_in_quotes_is_quoted() -> None:
    assert texts('"text"\t"label"\n"one"\t"a"\n"two"\t"b"\n', "\t") == ["one", "two"]
    rows = "".join(f'"text {n}"\t{n % 2}\n' for n in range(12))
    assert texts(f"text\tlabel\n{rows}", "\t")[0] == "text 0"


def test_a_csv_with_backslashes_before_its_quotes_reads_them_as_quotes() -> None:
    content = 'label,text\nneg,"he said \\"yes, no\\" twice"\npos,"C:\\\\ is a drive, too"\n'
    assert texts(content) == ['he said "yes, no" twice', "C:\\ is a drive, too"]


def test_a_backslash_at_the_end_of_a_quoted_text_does_not_hide_its_end() -> None:
    assert texts('text,label\n"path, C:\\",a\n"more, here",b\n') == ["path, C:\\", "more, here"]


def test_a_csv_without_quoting_keeps_a_quoted_first_word() -> None:
    assert texts('text,label\n"Great" film,pos\nbad film,neg\n') == ['"Great" film', "bad film"]


def test_a_text_over_several_lines_stays_one_text() -> None:
    columns, lines = read('text,label\n"one\ntwo, three\nfour",a\nplain,b\n', "t.csv", ",")
    assert columns["text"] == ["one\ntwo, three\nfour", "plain"]
    assert lines == [2, 5]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", [",", "\t"])
def test_the_separator_of_the_heading_is_found_whatever_the_ending(mark: str, ending: str) -> None:
    rows = [["text", "label"], ["a b", "x"], ["c d", "y"]]
    assert texts("\n".join(mark.join(row) for row in rows), ending) == ["a b", "c d"]


def test_commas_in_the_texts_of_a_semicolon_file_are_letters() -> None:
    assert texts("text;label\nWell, yes;a\nno;b\n") == ["Well, yes", "no"]


def test_excels_line_about_the_separator_is_no_heading() -> None:
    columns, lines = read("sep=;\ntext;label\na;x\nb;y\n", "t.csv", ",")
    assert columns == {"text": ["a", "b"], "label": ["x", "y"]} and lines == [3, 4]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(newline: str) -> None:
    content = newline.join(["text,label", '"a ""b"" c",x', "", "d,y", ""])
    columns, lines = read(content, "t.csv", ",")
    assert columns["text"] == ['a "b" c', "d"] and lines == [2, 4]


def test_unnamed_empty_columns_of_a_spreadsheet_are_left_out_and_a_filled_one_gets_a_name() -> None:
    columns, _ = read("text,label,,\na,x,,\nb,y,,\n", "t.csv", ",")
    assert list(columns) == ["text", "label"]
    columns, _ = read(",text,label\n0,a,x\n1,b,y\n", "t.csv", ",")
    assert columns["column 1"] == ["0", "1"]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("text,label,label\na,x,0\n", "line 1 names 2 columns 'label'"),
        ("text,label\na,x\nb, c,y\n", "line 3 has 3 fields, the heading has 2"),
        ('text,label\n"a, b",x\n"c,y\n"d, e",x\n', "line 3 has a quote that does not end"),
        ('text,label\n"a, b",x\n"c" d, e,y\n', "line 3 has a quote that does not end"),
        ('text,label\n"a, b",x\nc, d,y\n', "line 3 has 3 fields"),
        ('text,label\n"a",x\n"b",y\n"c" d,x\n', "line 4 has a quote that does not end"),
        ("text,label\na,x\n,,\n", "line 3 has 3 fields"),
    ],
)
def test_a_row_that_fits_no_reading_is_named_by_its_line(content: str, wanted: str) -> None:
    with pytest.raises(AssetError, match=f"train.csv, {wanted}"):
        read(content, "train.csv", ",")


def test_a_row_of_empty_cells_is_kept_so_that_its_line_can_be_named() -> None:
    columns, lines = read("text\tlabel\na\tx\n\t\n", "t.tsv", "\t")
    assert columns["text"] == ["a", ""] and lines == [2, 3]


@many
@given(
    rows=st.lists(st.tuples(TEXTS, st.sampled_from(["neg", "pos"])), min_size=1, max_size=8),
    mark=st.sampled_from([",", ";", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_writer_wrote_comes_back(rows, mark, quoting, newline) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=mark, quoting=quoting, lineterminator=newline)
    writer.writerows([("text", "label"), *rows])
    columns, _ = read(stream.getvalue(), "t.csv", mark)
    assert list(zip(columns["text"], columns["label"], strict=True)) == rows


@many
@given(rows=st.lists(st.tuples(TEXTS, st.sampled_from(["neg", "pos"])), min_size=1, max_size=8))
def test_a_tsv_without_quoting_comes_back_or_is_refused(rows) -> None:
    content = "".join(f"{text}\t{label}\n" for text, label in [("text", "label"), *rows])
    columns, lines = read(content, "t.tsv", "\t")
    if not any(text.startswith('"') and text.endswith('"') for text, _ in rows):
        assert list(zip(columns["text"], columns["label"], strict=True)) == rows
        assert lines == list(range(2, len(rows) + 2))


@many
@given(content=st.text(st.sampled_from('ab,;\t"\\\n\r '), max_size=60))
def test_any_characters_give_even_columns_or_an_error_of_one_line(content: str) -> None:
    try:
        columns, lines = read(f"text,label\n{content}", "t.csv", ",")
    except AssetError as error:
        assert "\n" not in str(error) and "t.csv, line" in str(error)
    else:
        assert all(len(values) == len(lines) for values in columns.values())
