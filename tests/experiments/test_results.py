"""Files of results: written with how they were made, read again as they were written."""

import math

import pytest

from labkit import paths
from labkit.experiments.results import (
    LARGEST_FILE,
    SUM,
    head_of,
    read_rows,
    read_table,
    rounded,
    table_text,
    write_csv,
)

SHIPPED = sorted((paths.root() / "data" / "results").rglob("*.csv"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_read_and_written_again_has_the_same_bytes(file, tmp_path):
    rows = read_rows(file)
    own = file.read_text(encoding="utf-8")
    above = "".join(line for line in own.splitlines(keepends=True) if line.startswith("#"))
    written = above + table_text(list(rows[0]), [list(row.values()) for row in rows])
    assert written == own


def test_the_file_says_how_it_was_made_and_can_be_read_again(tmp_path):
    file = tmp_path / "t.csv"
    write_csv(file, {"command": "labkit reproduce\ntable8"}, ("a", "b"), [("x", 1)])
    assert file.read_text() == (
        f"# command: labkit reproduce table8\n# {SUM}: 05b159c2\na,b\nx,1\n"
    )
    assert head_of(file) == {"command": "labkit reproduce table8", SUM: "05b159c2"}
    assert read_rows(file) == [{"a": "x", "b": "1"}]


def test_cells_come_back_as_they_were_written(tmp_path):
    cells = ["0012", "", "nan", "NA", "C# and F#", "#3", 'said "no", twice', "None", "1e5", "  "]
    write_csv(tmp_path / "t.csv", {}, [f"c{n}" for n in range(len(cells))], [cells])
    assert list(read_rows(tmp_path / "t.csv")[0].values()) == cells


def test_only_the_named_columns_become_numbers(tmp_path):
    write_csv(tmp_path / "t.csv", {}, ("correct", "accuracy"), [("0012", "0.5"), ("00", "")])
    table = read_table(tmp_path / "t.csv", ["accuracy", "not there"])
    assert table["correct"].tolist() == ["0012", "00"]
    assert table["accuracy"][0] == 0.5 and math.isnan(table["accuracy"][1])


@pytest.mark.parametrize("text", ["=1+2", "+cmd", "-x", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"])
def test_a_text_is_no_formula_to_a_spreadsheet(text, tmp_path):
    write_csv(tmp_path / "t.csv", {}, ["a"], [[text]])
    assert read_rows(tmp_path / "t.csv")[0]["a"] == f"'{text}"


def test_a_line_that_was_cut_off_is_named_with_its_file(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("# a: b\nx,y,z\n1,2,3\n4,5\n")
    with pytest.raises(ValueError, match=r"t\.csv, line 4 has 2 cells, wanted 3"):
        read_rows(file)


@pytest.mark.parametrize("change", [("0.51", "0.57"), ("made by", "made bx"), ("\n1,0.51", "")])
def test_a_file_that_was_changed_is_refused_until_its_sum_is_deleted(change, tmp_path):
    file = tmp_path / "t.csv"
    write_csv(file, {"made by": "x"}, ("a", "b"), [(1, 0.51), (2, 0.52)])
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))  # as git does on Windows
    assert read_rows(file)[0] == {"a": "1", "b": "0.51"}
    file.write_text(file.read_text().replace(*change))
    with pytest.raises(ValueError, match=r"t\.csv is not as it was written: a number may be"):
        read_rows(file)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if SUM not in line))
    assert read_rows(file)


def test_zeros_of_a_disk_are_noticed_also_where_they_hide_the_sum(tmp_path):
    file = tmp_path / "t.csv"
    write_csv(file, {"made by": "x"}, ("a",), [(1,)])
    whole = file.read_bytes()
    for begin, end in ((2, 9), (10, len(whole) - 3), (len(whole) - 2, len(whole) - 1)):
        file.write_bytes(whole[:begin] + bytes(end - begin) + whole[end:])
        with pytest.raises(ValueError, match=r"t\.csv"):
            read_rows(file)


def test_a_word_in_the_place_of_a_number_is_named_with_its_file(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("x\n0.5\n0.q\n")
    with pytest.raises(ValueError, match=r"t\.csv, column x.*0\.q"):
        read_table(file, ["x"])


def test_a_file_too_large_to_be_kept_beside_the_code_is_refused(tmp_path):
    with pytest.raises(ValueError, match="wanted under"):
        write_csv(tmp_path / "t.csv", {}, ["a"], [["x" * LARGEST_FILE]])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "cell"), [(0.123456789, 0.12346), (float("nan"), ""), (None, ""), ("a", "a"), (3, 3)]
)
def test_cells(value, cell):
    assert rounded(value) == cell
