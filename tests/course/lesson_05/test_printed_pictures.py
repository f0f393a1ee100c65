"""Differences of the paper's printed numbers, drawn over what the test sets explain."""

import pytest

from labkit.course.lesson_05 import printed_pictures
from labkit.experiments.online.facts.printed_numbers import gap

WHOLE, VANILLA = ("table3", "kdfd"), ("table3", "vanilla_kd")


def test_gaps_are_those_of_the_paper_and_have_a_width_for_accuracies_only():
    found = printed_pictures.gaps(WHOLE, VANILLA)
    mean = sum(one.points for one in found) / len(found)
    assert mean == pytest.approx(gap(WHOLE, VANILLA).mean)
    by_name = {one.name: one for one in found}
    assert by_name["cola mcc"].points == pytest.approx(51.4 - 43.7)
    assert by_name["cola mcc"].half is None and by_name["rte accuracy"].half > 1


def test_a_row_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no method"):
        printed_pictures.gaps(("table3", "nothing"), VANILLA)


def test_each_pair_is_one_kind_of_mark():
    found = printed_pictures.gaps(WHOLE, VANILLA)
    picture = printed_pictures.differences({"one": found, "two": found[:3]})
    (axes,) = picture.figure.axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]
    assert len(axes.get_yticklabels()) == len(found)
    assert "two: cola mcc +7.7" in picture.alt
