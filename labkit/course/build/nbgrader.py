"""A course folder that nbgrader takes: the same lessons, checks and hidden tests, with points.

nbgrader itself is not needed to export; environment-instructor.yml installs it for grading.
Source: nbgrader 0.9.6, "Format of the metadata" (schema version 3), nbgrader.readthedocs.io.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit import files
from labkit.course.build.closing import Closing, closing
from labkit.course.build.marks import Cell, Lesson
from labkit.course.build.notebooks import (
    cell_id,
    cell_node,
    folding,
    masters,
    notebook_text,
    shown,
)
from labkit.course.lesson_files import is_untouched

CONFIG = '''"""Settings of nbgrader for this course; all work stays on this machine."""

import os

os.environ["LABKIT_PROGRESS"] = "off"  # grading is not the instructor's own progress

c = get_config()  # noqa: F821 (nbgrader provides it)
c.CourseDirectory.course_id = "distillation"
c.ExecutePreprocessor.timeout = 300  # seconds per cell
'''


QUIET = 'import warnings; warnings.simplefilter("ignore")  # nbgrader takes a warning for a failure'
"""First line of a check: nbgrader gives no points where a cell writes to stderr."""
POINTS_OF_A_QUESTION = 4
"""Of a closing question, which a person grades; the instructor's page has a scale."""


@dataclass(frozen=True)
class Exported:
    path: Path
    state: str
    """"written", "same" where the file was so already, or "kept" where an instructor changed it."""


def export(folder: Path, notebooks: Path | None = None) -> list[Exported]:
    """Write `folder`/source/ps-NN/NN_name.ipynb for each lesson with exercises, and the settings.

    A file that an instructor changed stays as it is; move it away to get a fresh one.
    Next: `nbgrader generate_assignment ps-NN` inside the folder.
    """
    done = []
    for lesson in masters(notebooks):
        if lesson.exercises:
            path = folder / "source" / assignment(lesson) / f"{lesson.name}.ipynb"
            own = path.exists() and not is_untouched(path, "grader")
            done.append(_exported(path, grader_notebook(lesson), own))
    config = folder / "nbgrader_config.py"
    return [*done, _exported(config, CONFIG, own=config.exists())]


def _exported(path: Path, text: str, own: bool) -> Exported:
    """own: the file there is an instructor's, unless it says what labkit would write"""
    if path.is_file() and path.read_bytes() == text.encode("utf-8"):
        return Exported(path, "same")
    if own:
        return Exported(path, "kept")
    files.write_text(path, text)
    return Exported(path, "written")


def assignment(lesson: Lesson) -> str:
    """nbgrader's name for a lesson, such as ps-01."""
    return f"ps-{lesson.name[:2]}"


def grader_notebook(lesson: Lesson) -> str:
    """A lesson as nbgrader's source notebook; an exercise is worth one point per minute.

    Closing questions are tasks that a person grades: their model answers become the mark scheme,
    which nbgrader takes out of what students get and shows to who grades.
    """
    minutes = {cell.name: cell.minutes for cell in lesson.exercises}
    cells: list[Any] = []
    for index, cell in enumerate(lesson.cells):
        name, asked = cell_id(lesson, index), closing(cell)
        if asked:
            cells += _tasks(name, lesson.name[:2], asked)
        else:
            mark = _metadata(cell, minutes.get(cell.name, 0))
            text = shown(cell, "grader")
            text = f"{QUIET}\n{text}" if cell.role == "check" else text
            cells.append(cell_node(name, cell.kind, text, mark))
    return notebook_text(lesson.name, "grader", cells)


def _tasks(name: str, number: str, asked: Closing) -> Iterator[Any]:
    """The cells of the closing questions: each a task with its mark scheme, and room below it."""
    yield cell_node(f"{name}-before", "markdown", asked.before, {})
    for place, one in enumerate(asked.questions, 1):
        text = (
            f"**Question {place}** ({POINTS_OF_A_QUESTION} points). {one.asked}\n\n"
            f"=== BEGIN MARK SCHEME ===\n\n{one.answer}\n\n=== END MARK SCHEME ==="
        )
        mark = _mark("markdown", f"{number}-question-{place}", task=True)
        points: dict[str, object] = {"nbgrader": mark | {"points": POINTS_OF_A_QUESTION}}
        yield cell_node(f"{name}-question-{place}", "markdown", text, points)
        yield cell_node(f"{name}-answer-{place}", "markdown", "*Write your answer here.*", {})
    if asked.after:
        yield cell_node(f"{name}-after", "markdown", asked.after, {})


def _metadata(cell: Cell, points: int) -> dict[str, object]:
    """The student's cell may be changed; the check is locked and gives the points."""
    if cell.role not in ("exercise", "check"):
        return folding(cell)
    if cell.role == "check":
        return {"nbgrader": _mark("code", f"{cell.name}-check", grade=True) | {"points": points}}
    return {"nbgrader": _mark("code", cell.name, solution=True)}


def _mark(
    kind: str, name: str, grade: bool = False, solution: bool = False, task: bool = False
) -> dict[str, object]:
    return {
        "cell_type": kind, "grade": grade, "grade_id": name, "locked": not solution,
        "schema_version": 3, "solution": solution, "task": task,
    }  # fmt: skip
