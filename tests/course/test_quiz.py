"""A question has one right choice and a reason for each; how it was answered is kept."""

import pytest

from labkit.course import store
from labkit.course.quiz import Choice, Question, Quiz
from tests.helpers.quizzes.fairness import unfair

ASKED = Question("2 + 2?", (Choice("5", "One too many."), Choice("4", "Count <b>.", right=True)))
QUIZ = Quiz("07", (ASKED,))


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))


@pytest.mark.parametrize("choices", [
    (Choice("a", "b"), Choice("c", "d")),
    (Choice("a", "b", right=True), Choice("c", "d", right=True)),
    (Choice("a", "b", right=True),),
    (Choice("a", "b", right=True), Choice("c", " ")),
])  # fmt: skip
def test_a_question_without_one_right_choice_or_a_reason_is_refused(choices):
    with pytest.raises(ValueError, match=r"wanted one of|say why"):
        Question("what?", choices)


def test_the_first_try_counts_and_later_ones_are_counted():
    box = QUIZ.box()
    box.choose(0, 0)
    box.choose(0, 1)
    assert store.read("quizzes") == {"07-1": {"tries": 2, "first": False}}


def test_right_at_the_first_try_stays_right():
    box = QUIZ.box()
    box.choose(0, 1)
    box.choose(0, 0)
    assert store.read("quizzes")["07-1"] == {"tries": 2, "first": True}


def test_without_a_kernel_every_choice_folds_open_to_its_reason():
    assert "<summary>5</summary><p>Not so. One too many.</p>" in QUIZ.as_html()
    assert "<p>Right. Count &lt;b&gt;.</p>" in QUIZ.as_html()


def test_as_plain_text_the_reasons_stand_below_all_questions():
    asked, _, reasons = QUIZ.as_text().partition("Reasons:")
    assert "1. 2 + 2?\n   ( ) 5\n   ( ) 4" in asked
    assert "One too many" not in asked
    assert "1. 4: Right. Count" in reasons


def test_it_shows_itself_as_the_last_line_of_a_cell(capsys):
    QUIZ._ipython_display_()
    assert "widget-view+json" in capsys.readouterr().out


def test_what_lets_a_reader_guess_is_named():
    long = Choice("four, as everybody would say", "Because two and two are four.", right=True)
    short = (Choice("5", "One too many."), Choice("5", "One too many."))
    found = unfair(Quiz("07", (Question("2 + 2?", (long, *short)),) * 3))
    for wanted in ("3 questions, wanted", "alike", "too short", "longest", "right in 3 of 3"):
        assert any(wanted in one for one in found), wanted
