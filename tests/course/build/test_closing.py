"""Closing questions are found with their answers, and nothing of the cell is lost."""

import pytest

from labkit.course.build.closing import Question, closing
from labkit.course.build.marks import Cell
from labkit.course.build.notebooks import masters

FOLD = "<details><summary>An answer</summary>\n\n{}\n\n</details>\n"
TEXT = (
    "## What you now know\n\n1. A list.\n\n## Two questions\n\n1. Why is a\n   floor needed?\n\n"
    + FOLD.format("To see\nwhat a gain is worth.")
    + "\n2. How many seeds?\n\n"
    + FOLD.format("More.\n\nAnd more.")
)


def text(source):
    return closing(Cell("markdown", source))


def test_each_question_has_its_answer_and_the_rest_stays_around_them():
    found = text(f"{TEXT}\n## Further reading\n\n- A book.")
    assert found.questions == (
        Question("Why is a floor needed?", "To see\nwhat a gain is worth."),
        Question("How many seeds?", "More.\n\nAnd more."),
    )
    assert found.before.endswith("1. A list.\n\n## Two questions")
    assert found.after == "## Further reading\n\n- A book."


@pytest.mark.parametrize(
    "source",
    ["## Data\n\n1. A list.", TEXT.replace("Two questions", "Two steps"), "## Two questions"],
    ids=["a list", "another heading", "no question"],
)
def test_another_cell_asks_none(source):
    assert text(source) is None
    assert closing(Cell("code", TEXT)) is None


def test_words_between_two_questions_would_be_lost_so_they_are_refused():
    with pytest.raises(ValueError, match="between two closing questions: Mind this"):
        text(TEXT.replace("\n2. How", "\nMind this.\n\n2. How"))


@pytest.mark.parametrize("lesson", masters(), ids=lambda lesson: lesson.name)
def test_every_lesson_ends_with_at_least_three_questions_and_an_answer_to_each(lesson):
    (asked,) = filter(None, map(closing, lesson.cells))
    folded = sum(cell.source.count("<details>") for cell in lesson.cells if closing(cell))
    assert len(asked.questions) == folded >= 3
