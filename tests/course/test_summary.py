"""At the end of a lesson: predictions beside results, and the sums of lesson and course."""

import pytest

from labkit.course import predictions, store, summary


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))


def made(name, said, measured):
    one = predictions.number(name, "the gain <of> a", "points", close=1, hopeful="high")
    if said is not None:
        one.box.write(str(said))
    if measured is not None:
        one.beside(measured)


def test_a_lesson_has_its_own_rows_and_the_course_all_sums():
    made("06-far", 9, 2)
    made("07-far", 9, 2)
    made("07-near", 9, 9.5)
    made("07-skipped", None, 2)
    made("07-ahead", 3, None)
    shown = summary.of_lesson("07")
    assert shown.rows[0] == ("the gain <of> a", "9 points", "2 points", "too optimistic")
    assert [row[3] for row in shown.rows] == ["too optimistic", "close", "open"]
    assert shown.lines[0] == (
        "Lesson 07: too optimistic in 1 of 2, close in 1 of 2, 1 without a prediction, "
        "1 still without a result."
    )
    assert "The course so far: too optimistic in 2 of 3" in shown.lines[1]
    assert "the gain &lt;of&gt; a" in shown._repr_html_()
    assert "| 2 points |" in repr(shown)


@pytest.mark.parametrize("value, says", [
    (90.12, "90.1"), (-0.4559, "-0.46"), (1.386294, "1.39"), (12.0, "12"), (0.0123, "0.012"),
    (0, "0"), ("falls", "falls"),
])  # fmt: skip
def test_numbers_have_the_digits_that_a_person_compares(value, says):
    assert summary.short(value) == says


def test_with_nothing_kept_it_says_so(monkeypatch):
    assert summary.of_lesson("07").lines[0] == "Lesson 07: no prediction was kept."
    assert "<table" not in summary.of_lesson("07")._repr_html_()
    monkeypatch.setenv("LABKIT_PROGRESS", "off")
    assert "LABKIT_PROGRESS is off" in summary.of_lesson("07").lines[0]


def test_quizzes_count_first_tries():
    for name, first in (("07-1", True), ("07-2", False)):
        store.change("quizzes", name, lambda kept, first=first: {"tries": 2, "first": first})
    assert summary.of_lesson("07").lines[-1] == "Quizzes so far: 1 of 2 right at the first try."
    assert summary.of_course().endswith("quizzes: 1 of 2 right at the first try.")


def test_one_that_came_late_is_left_out_of_the_sum():
    made("07-late", None, 2)
    made("07-late", 2, None)
    assert summary.of_lesson("07").lines[0] == ("Lesson 07: 1 made after the run, so left out.")
