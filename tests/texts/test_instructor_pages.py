"""The instructor's pages have an answer for whatever a lesson asks, and name what exists."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from labkit import paths
from labkit.course.build.closing import closing
from labkit.course.build.marks import Lesson
from labkit.course.build.notebooks import masters

FOLDER = paths.root() / "notebooks"
ANSWERS = (FOLDER / "instructor_answers.md").read_text(encoding="utf-8")
GUIDE = (FOLDER / "instructor.md").read_text(encoding="utf-8")
EXAM = (FOLDER / "instructor_exam.md").read_text(encoding="utf-8")
IN_PAGE = [lesson for lesson in masters() if f"\n## {lesson.name[:2]} " in ANSWERS]


def of_lesson(page: str, lesson: Lesson) -> str:
    return page.partition(f"\n## {lesson.name[:2]} ")[2].partition("\n## ")[0]


def asked_for(lesson: Lesson) -> Counter[str]:
    """Number of a section -> how many predictions it asks for."""
    text = "\n".join(cell.source for cell in lesson.cells if cell.kind == "markdown")
    parts = re.split(r"(?m)^## (?=\d+\. )", text)[1:]
    counts = {part.partition(".")[0]: part.count("**Predict") for part in parts}
    return Counter({section: count for section, count in counts.items() if count})


def test_the_first_eight_lessons_are_answered() -> None:
    assert [lesson.name[:2] for lesson in IN_PAGE] >= [f"0{number}" for number in range(8)]


@pytest.mark.parametrize("lesson", IN_PAGE, ids=lambda lesson: lesson.name)
def test_each_prediction_of_a_section_has_an_answer(lesson: Lesson) -> None:
    answered = Counter(re.findall(r"(?m)^\| (\d) \|", of_lesson(ANSWERS, lesson)))
    assert asked_for(lesson) - answered == Counter()


@pytest.mark.parametrize("lesson", IN_PAGE, ids=lambda lesson: lesson.name)
def test_each_closing_question_has_a_key_of_three_marks_or_more(lesson: Lesson) -> None:
    (asked,) = filter(None, map(closing, lesson.cells))
    own = of_lesson(ANSWERS, lesson).partition("Closing questions:")[2]
    keys = re.split(r"(?m)^\d\. ", own)[1:]
    assert len(keys) == len(asked.questions)
    assert all(key.count(";") >= 2 for key in keys)


@pytest.mark.parametrize("lesson", IN_PAGE, ids=lambda lesson: lesson.name)
def test_each_lesson_has_a_plan_of_ninety_minutes(lesson: Lesson) -> None:
    rows = re.findall(r"(?m)^\| (\d+)-(\d+) \|", of_lesson(GUIDE, lesson))
    assert (rows[0][0], rows[-1][1]) == ("0", "90")
    assert all(end == start for (_, end), (start, _) in pairwise(rows))


def test_the_plans_and_the_cells_to_start_name_every_lesson() -> None:
    for heading in ("Start these cells before you talk", "Plans for three, five and nine sessions"):
        section = GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        assert all(f"0{number}" in section for number in range(8)), heading


def test_the_rubric_adds_up() -> None:
    points = [int(found) for found in re.findall(r"(?m)^\| [a-z ]+ \| (\d+) \|", EXAM)]
    (said,) = re.findall(r"(?m)^(\d+) points\. ", EXAM)
    assert sum(points) == int(said)


@pytest.mark.parametrize("page", sorted(path.name for path in FOLDER.glob("*.md")))
def test_a_link_of_a_page_beside_the_lessons_leads_somewhere(page: str) -> None:
    text = re.sub(r"`[^`]*`", "", (FOLDER / page).read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (FOLDER / link).exists()] == []
