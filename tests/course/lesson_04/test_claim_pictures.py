"""Verdict lines as a picture: intervals in points, and the paper where it has a number."""

from dataclasses import fields, replace

from labkit.course.lesson_04 import claim_pictures
from labkit.experiments.claims import Line
from labkit.plots.looks import ROLES


def axes_of(picture):
    return picture.figure.axes


def line(low, high, paper="0.0500", claim="A beats B.", **more):
    values = {field.name: "" for field in fields(Line)}
    ours = f"{(low + high) / 2:.4f}"
    given = {"table": "table6", "dataset": "trec", "claim": claim, "ours": ours, "paper": paper}
    given |= {"low": f"{low:.4f}", "high": f"{high:.4f}", "word": "reproduced"}
    return Line(**values | given | more)


def test_claims_show_intervals_in_points_and_the_papers_diamond_only_where_it_has_a_number():
    lines = [line(0.01, 0.03), line(-0.02, 0.02, paper="0.0000", claim="Own."), line(0.0, 0.1)]
    unknown = replace(line(0, 0), low="", high="", word="cannot be told")
    picture = claim_pictures.differences([*lines, unknown])
    (axes,) = axes_of(picture)
    spans = [one.get_segments()[0][:, 0].tolist() for one in axes.collections]
    assert spans == [[0.0, 10.0], [-2.0, 2.0], [1.0, 3.0]]
    blue = ROLES["teacher"].color
    diamonds = [o for o in axes.lines if o.get_color() == blue and len(o.get_xdata())]
    assert [one.get_xdata()[0] for one in diamonds] == [5.0, 5.0]
    assert "trec, A beats B: +2.0 points (+1.0 to +3.0), the paper has +5.0; reproduced." in (
        picture.alt
    )


def test_a_long_claim_takes_two_lines_and_loses_no_word():
    claim = "It matters very much which text of the class the real logits belong to."
    picture = claim_pictures.differences([line(0.01, 0.02, claim=claim)])
    text = axes_of(picture)[0].get_yticklabels()[0].get_text()
    assert text.count("\n") == 1
    assert text.replace("\n", " ") == f"trec: {claim.rstrip('.')}"


def test_the_forest_puts_the_data_sets_under_their_claim_and_the_paper_as_a_hollow_mark():
    other = line(-0.02, 0.02, claim="C beats D.")
    lines = [line(0.01, 0.03), other, line(0.0, 0.1, dataset="subj")]
    picture = claim_pictures.forest(lines)
    (axes,) = axes_of(picture)
    assert [text.get_text() for text in axes.texts] == ["A beats B", "C beats D"]
    assert list(axes.get_yticks()) == [1, 2, 4]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["trec", "subj", "trec"]
    hollow = [mark for mark in axes.lines if mark.get_fillstyle() == "none"]
    hollow = [mark for mark in hollow if len(mark.get_xdata())]
    assert [mark.get_xdata()[0] for mark in hollow] == [5.0, 5.0, 5.0]
    assert "the paper has +5.0" in picture.alt


def test_two_tables_that_ask_the_same_of_a_data_set_are_told_apart():
    lines = [line(0.01, 0.03), line(0.02, 0.04, table="table7"), line(0.0, 0.1, dataset="subj")]
    (axes,) = axes_of(claim_pictures.forest(lines))
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ["trec, table6", "trec, table7", "subj"]
