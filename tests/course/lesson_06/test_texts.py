"""Answers are marked by the rules, and a table of them cannot mix words up."""

import pytest

from labkit.course.lesson_06 import texts


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("tluaf", "tluaf ✓ b"),
        ("aultfay", "aultfay ✓ l"),
        ("afltu", "afltu ✓ s"),
        ("fault", "fault ✗"),
        ("tluaf?", "tluaf? ✗"),
        ("", "(nothing) ✗"),
    ],
)
def test_an_answer_gets_the_mark_of_its_way(answer, says):
    assert texts.marked("fault", answer) == says


def test_the_right_ways_are_all_three():
    assert texts.right_ways("fault") == "tluaf, aultfay, afltu"


def test_the_table_has_a_row_a_word_and_no_html_of_a_student():
    table = texts.side_by_side({"a": [("bad", "<b>")], "b": [("bad", "dab")]})
    assert "&lt;b&gt; ✗" in table and "dab ✓ b" in table and "<b>" not in table
    assert table.count("<tr>") == 2


def test_other_words_beside_each_other_are_refused():
    with pytest.raises(ValueError, match="different words"):
        texts.side_by_side({"a": [("bad", "dab")], "b": [("cab", "bac")]})


def test_an_answer_stays_right_until_its_first_wrong_letter():
    pairs = [("fault", "tluaf"), ("fault", "tlxxx"), ("fault", "a"), ("fault", "x")]
    assert texts.still_right(pairs, 3) == [0.75, 0.5, 0.25]
