"""Every lesson through the real nbgrader: handed out, answered rightly and wrongly, graded.

Takes some minutes for each lesson, since grading runs it twice: `make nbgrader`.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from labkit.course.build import nbgrader as nbgrader_export
from labkit.course.build.marks import Lesson, versions
from labkit.course.build.notebooks import masters

NBGRADER = shutil.which("nbgrader")
LESSONS = {lesson.name: lesson for lesson in masters() if lesson.exercises}
STUB = "# YOUR CODE HERE\n    raise NotImplementedError()"

pytestmark = pytest.mark.skipif(
    NBGRADER is None and "LABKIT_REQUIRE_NBGRADER" not in os.environ,
    reason="nbgrader is not installed; `make nbgrader` has it",
)


def nbgrader(folder: Path, *words: str) -> None:
    """Run nbgrader in a course folder; a failure shows what it said."""
    assert NBGRADER is not None
    done = subprocess.run(
        [NBGRADER, *words], cwd=folder, env=os.environ | {"LABKIT_PROGRESS": "off"},
        capture_output=True, text=True, timeout=1500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]


def submit(folder: Path, student: str, lesson: Lesson, answers: dict[str, str]) -> None:
    """Hand in the released notebook with these exercise cells in place of its own."""
    name = nbgrader_export.assignment(lesson)
    notebook = json.loads((folder / "release" / name / f"{lesson.name}.ipynb").read_text())
    for cell in notebook["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution"):
            cell["source"] = answers[mark["grade_id"]]
    place = folder / "submitted" / student / name / f"{lesson.name}.ipynb"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(notebook))


def scores(folder: Path) -> dict[str, tuple[float, float, int]]:
    """Student -> points given, points to be had by checks, and tasks that wait for a person."""
    grades = (
        "select s.student_id, sum(coalesce(g.auto_score, 0)), sum(c.max_score), count(*) "
        "from grade g join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment s on n.assignment_id = s.id "
        "join {} c on g.cell_id = c.id group by s.student_id"
    )
    with sqlite3.connect(folder / "gradebook.db") as book:
        checks = {row[0]: row[1:3] for row in book.execute(grades.format("grade_cells"))}
        waiting = {row[0]: row[3] for row in book.execute(grades.format("task_cells"))}
    return {name: (*points, waiting.get(name, 0)) for name, points in checks.items()}


@pytest.mark.usefixtures("real_cache")  # the teachers that `labkit prepare` made
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_right_answer_gets_all_points_and_a_wrong_one_none(tmp_path, lesson):
    nbgrader_export.export(tmp_path)
    name = nbgrader_export.assignment(lesson)
    nbgrader(tmp_path, "generate_assignment", name)
    released = (tmp_path / "release" / name / f"{lesson.name}.ipynb").read_text()
    assert "HIDDEN TESTS" not in released
    assert "MARK SCHEME" not in released
    solved = {cell.name: versions(cell.source)["solution"] for cell in lesson.exercises}
    wrong = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"]).replace(
            STUB, "return None"
        )
        for cell in json.loads(released)["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    assert all("return None" in answer for answer in wrong.values())
    submit(tmp_path, "right", lesson, solved)
    submit(tmp_path, "wrong", lesson, wrong)
    nbgrader(tmp_path, "autograde", name)
    found, points = scores(tmp_path), float(sum(cell.minutes for cell in lesson.exercises))
    questions = released.count("**Question ")
    assert questions >= 3
    assert found == {"right": (points, points, questions), "wrong": (0.0, points, questions)}
