"""A course folder that nbgrader takes: the same lessons, checks and hidden tests, with points.

nbgrader itself is not needed to export; environment-instructor.yml installs it for grading.
Source: nbgrader 0.9.6, "Format of the metadata" (schema version 3), nbgrader.readthedocs.io.
"""

from pathlib import Path

from labkit import files
from labkit.course.build.marks import Cell, Lesson
from labkit.course.build.notebooks import cell_id, json_cell, masters, notebook_text, shown

CONFIG = '''"""Settings of nbgrader for this course; all work stays on this machine."""

import os

os.environ["LABKIT_PROGRESS"] = "off"  # grading is not the instructor's own progress

c = get_config()  # noqa: F821 (nbgrader provides it)
c.CourseDirectory.course_id = "distillation"
c.ExecutePreprocessor.timeout = 300  # seconds a cell
'''


def export(folder: Path, notebooks: Path | None = None) -> list[Path]:
    """Write `folder`/source/ps-NN/NN_name.ipynb for each lesson with exercises; return the files.

    An nbgrader_config.py that is already there is an instructor's own, and stays.
    Next: `nbgrader generate_assignment ps-NN` inside the folder.
    """
    written = []
    for lesson in masters(notebooks):
        if lesson.exercises:
            path = folder / "source" / assignment(lesson) / f"{lesson.name}.ipynb"
            files.write_text(path, grader_notebook(lesson))
            written.append(path)
    config = folder / "nbgrader_config.py"
    if not config.exists():
        files.write_text(config, CONFIG)
        written.append(config)
    return written


def assignment(lesson: Lesson) -> str:
    """nbgrader's name for a lesson, such as ps-01."""
    return f"ps-{lesson.name[:2]}"


def grader_notebook(lesson: Lesson) -> str:
    """A lesson as nbgrader's source notebook; an exercise is worth a point a minute."""
    minutes = {cell.name: cell.minutes for cell in lesson.exercises}
    return notebook_text(
        [
            json_cell(
                cell_id(lesson, index),
                cell.kind,
                shown(cell, "grader"),
                _metadata(cell, minutes.get(cell.name, 0)),
            )
            for index, cell in enumerate(lesson.cells)
        ]
    )


def _metadata(cell: Cell, points: int) -> dict[str, object]:
    """The student's cell may be changed; the check is locked and gives the points."""
    if cell.role not in ("exercise", "check"):
        return {}
    judges = cell.role == "check"
    mark: dict[str, object] = {
        "cell_type": "code",
        "grade": judges,
        "grade_id": f"{cell.name}-check" if judges else cell.name,
        "locked": judges,
        "schema_version": 3,
        "solution": not judges,
        "task": False,
    }
    return {"nbgrader": mark | ({"points": points} if judges else {})}
