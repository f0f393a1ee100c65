"""The forest says the numbers that the file holds."""

from labkit.experiments.confirm.beyond.pictures import picture, save
from labkit.experiments.confirm.beyond.plan import DIFFER, VARIATIONS, WITHOUT
from labkit.experiments.confirm.beyond.table import table_file, table_rows, write_table
from tests.helpers.confirm.made_runs import made_rows

STUDENTS = [one for one in VARIATIONS if one.arm == "second_stage"]


def rows(levels=None, **more):
    return table_rows({"trec": made_rows(levels, **more), "sst2": made_rows()})


def test_each_student_has_its_two_differences_in_the_alt_text():
    levels = {"second_stage three_modules": 0.84, WITHOUT: 0.8, DIFFER: 0.82}
    drawn = picture(rows(levels), "trec")
    said = next(part for part in drawn.alt.split("; ") if part.startswith("three modules"))
    assert "+4.0" in said and "beside stage 2 without adversary, above" in said
    assert "+2.0" in said and "beside stage 2, differ from stage 1" in said
    assert len(drawn.figure.axes[0].get_yticks()) == len(STUDENTS)
    assert "nothing here is confirmed" in drawn.alt


def test_another_set_and_what_was_not_run_are_left_out():
    empty = picture(rows(seeds=2), "trec")
    assert empty.alt.startswith("trec, exploratory. No variation has enough runs")
    assert len(picture(rows(seeds=2), "sst2").figure.axes[0].get_yticks()) == len(STUDENTS)


def test_the_picture_lies_beside_the_file(tmp_path):
    file = table_file(tmp_path)
    write_table(file, {"trec": made_rows()}, {"title": "made"})
    assert save(file, "trec") == tmp_path / "confirm_beyond_trec.png"
    assert (tmp_path / "confirm_beyond_trec.png").stat().st_size > 1000
