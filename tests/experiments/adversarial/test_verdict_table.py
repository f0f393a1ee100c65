from dataclasses import fields

import pytest

from labkit.experiments.adversarial import verdict_table
from labkit.experiments.claims import Line


def line(table="table6", word="reproduced", **more):
    values = {field.name: "" for field in fields(Line)}
    given = {"dataset": "trec", "claim": "A beats B.", "ours": "0.0123", "paper": "0.2"}
    given |= {"low": "0.0010", "high": "0.0250", "floor": "0.8", "labels_only": "0.82"}
    return Line(**values | given | {"table": table, "word": word} | more)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "verdicts.csv"
    rows = [line(), line("controls", "cannot be told", low="-0.1")]
    names = [field.name for field in fields(Line)]
    text = "# rule: none\n" + ",".join(names) + "\n"
    text += "".join(",".join(getattr(row, name) for name in names) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_lines_of_a_file_are_chosen_by_table(file):
    assert [one.table for one in verdict_table.shipped(file=file)] == ["table6", "controls"]
    assert [one.word for one in verdict_table.shipped("controls", file=file)] == ["cannot be told"]


def test_without_a_file_there_are_no_lines_and_a_sentence_says_how_to_make_them(tmp_path):
    found = verdict_table.shipped(file=tmp_path / "none.csv")
    assert found == []
    said = verdict_table.missing(found, ["table5"])
    assert "labkit reproduce table5" in said
    assert verdict_table.missing([line("table5")], ["table5"]) == ""
    assert verdict_table.summary(found, ["table5"]) == said
    assert verdict_table.summary([line()], ["table6", "table5"]).splitlines()[1] == said
    assert "no lines" in verdict_table.as_html(found)
    assert "\n" not in verdict_table.summary([line("table5")], ["table5"])


def test_lines_are_sorted_by_word_and_counted():
    words = ("cannot be told", "reproduced", "not reproduced", "reproduced")
    lines = [line(word=word) for word in words]
    assert [one.word for one in verdict_table.by_word(lines)] == [
        "reproduced", "reproduced", "not reproduced", "cannot be told",
    ]  # fmt: skip
    said = verdict_table.tally(lines)
    assert said == "4 lines: 2 reproduced, 1 not reproduced, 1 cannot be told"


def test_only_intervals_that_leave_out_zero_count_as_moved():
    inside, below = line(low="-0.01"), line(low="-0.02", high="-0.01")
    share = line("figure4", low="0.8", high="0.9")
    bare = line("table3", low="", high="")
    assert verdict_table.away_from_zero([line(), inside, below, share, bare]) == [line(), below]


def test_a_row_shows_points_for_differences_and_plain_numbers_for_sizes():
    own = line(paper="0.0000", claim="A & B <test>.")
    size = line("table1", paper="476.8", ours="475.5", low="", high="")
    frame = verdict_table.as_frame([line(), own, size])
    assert frame["ours"].tolist() == ["+1.2", "+1.2", "475.5"]
    assert frame["paper"].tolist() == ["+20.0", "own question", "476.8"]
    assert frame["95 % interval"].tolist() == ["+0.1 to +2.5", "+0.1 to +2.5", ""]
    assert frame["labels only"].tolist()[0] == "82.0"
    page = verdict_table.as_html([own])
    assert "&lt;test&gt;" in page
    long = line(claim="word " * 60)
    assert ("word " * 60).strip() in verdict_table.as_html([long])


def test_a_share_of_the_teacher_has_no_sign():
    frame = verdict_table.as_frame([line("figure4", ours="0.91", paper="0.85")])
    assert frame.loc[0, ["ours", "paper"]].tolist() == ["91.0", "85.0"]
