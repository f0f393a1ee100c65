"""The export is what nbgrader takes: a right answer gets all points, an empty one none."""

import json
import os
import shutil
import sqlite3
import subprocess

import pytest

from labkit import paths
from labkit.course.build import nbgrader as nbgrader_export
from tests.helpers.lesson_samples import GOOD, course

CHECKED = GOOD.replace("import labkit\n\nlabkit.hello()", "1 + 1").replace(
    "# go on: 07-add\nfrom operator import add", "# go on: 07-add\ndef add(a, b):\n    return a + b"
)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_solution_and_hidden_tests_carry_nbgraders_marks(tmp_path):
    written = nbgrader_export.export(tmp_path / "out", course(tmp_path))
    assert [one.path.relative_to(tmp_path / "out").as_posix() for one in written] == [
        "source/ps-07/07_add.ipynb",
        "nbgrader_config.py",
    ]
    assert [one.state for one in written] == ["written", "written"]
    exercise, check = ("".join(cell["source"]) for cell in cells(written[0].path)[4:6])
    assert "    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION" in exercise
    assert "NotImplementedError" not in exercise
    assert "### BEGIN HIDDEN TESTS\nassert add(-1, 1) == 0\n### END HIDDEN TESTS" in check
    marks = [cell["metadata"]["nbgrader"] for cell in cells(written[0].path)[4:6]]
    assert [(mark["solution"], mark["grade"], mark["locked"]) for mark in marks] == [
        (True, False, False),
        (False, True, True),
    ]
    assert marks[1]["points"] == 5
    assert [mark["grade_id"] for mark in marks] == ["07-add", "07-add-check"]


def test_an_instructors_own_settings_stay(tmp_path):
    own = tmp_path / "out" / "nbgrader_config.py"
    own.parent.mkdir()
    own.write_text("c = get_config()\n", encoding="utf-8")
    states = [one.state for one in nbgrader_export.export(tmp_path / "out", course(tmp_path))]
    assert states == ["written", "kept"]
    assert own.read_text(encoding="utf-8") == "c = get_config()\n"


def test_an_instructors_edited_exercise_stays_and_is_named(tmp_path):
    place, out = course(tmp_path), tmp_path / "out"
    source = nbgrader_export.export(out, place)[0].path
    notebook = json.loads(source.read_text(encoding="utf-8"))
    notebook["cells"][3]["source"].append("\nTwo points for a proof.")
    source.write_text(json.dumps(notebook), encoding="utf-8")
    edited = source.read_bytes()
    assert [one.state for one in nbgrader_export.export(out, place)] == ["kept", "same"]
    assert source.read_bytes() == edited


def test_an_untouched_export_follows_its_master(tmp_path):
    place, out = course(tmp_path), tmp_path / "out"
    source = nbgrader_export.export(out, place)[0].path
    (place / "masters" / "07_add.py").write_text(GOOD.replace("sum of two", "total of two"))
    assert [one.state for one in nbgrader_export.export(out, place)] == ["written", "same"]
    assert "total of two" in source.read_text(encoding="utf-8")


def test_a_lesson_without_exercises_is_not_an_assignment(tmp_path):
    place = course(tmp_path, _00_start="# %% [markdown]\n# # Start\n")
    assert [one.path.name for one in nbgrader_export.export(tmp_path / "out", place)] == [
        "nbgrader_config.py"
    ]


ASKED = """

# %% [markdown]
# ## One question
#
# 1. Why is a sum the same both ways?
#
# <details><summary>An answer</summary>
#
# Because addition commutes.
#
# </details>
"""


def test_a_closing_question_is_a_task_that_a_person_grades(tmp_path):
    place = course(tmp_path, _07_add=CHECKED + ASKED)
    last = cells(nbgrader_export.export(tmp_path / "out", place)[0].path)[-3:]
    heading, task, answer = ("".join(cell["source"]) for cell in last)
    assert heading == "## One question"
    assert task.startswith("**Question 1** (4 points). Why is a sum the same both ways?")
    assert "=== BEGIN MARK SCHEME ===\n\nBecause addition commutes." in task
    assert "<details>" not in task
    assert answer == "*Write your answer here.*"
    mark = last[1]["metadata"]["nbgrader"]
    assert (mark["task"], mark["grade"], mark["solution"], mark["points"]) == (
        True,
        False,
        False,
        4,
    )
    assert mark["grade_id"] == "07-question-1"


def nbgrader(folder, *words):
    """Run the real nbgrader in a course folder."""
    environment = os.environ | {"PYTHONPATH": str(paths.root()), "LABKIT_PROGRESS": "off"}
    done = subprocess.run(
        [shutil.which("nbgrader"), *words], cwd=folder, env=environment, timeout=200,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def submit(folder, student, change):
    release = folder / "release" / "ps-07" / "07_add.ipynb"
    place = folder / "submitted" / student / "ps-07" / "07_add.ipynb"
    place.parent.mkdir(parents=True)
    place.write_text(change(release.read_text(encoding="utf-8")), encoding="utf-8")


def scores(folder):
    """Student -> points, as autograde noted them."""
    found = sqlite3.connect(folder / "gradebook.db").execute(
        "select s.student_id, sum(g.auto_score) from grade g "
        "join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment s on n.assignment_id = s.id group by s.student_id"
    )
    return dict(found.fetchall())


@pytest.mark.skipif(
    not shutil.which("nbgrader"),
    reason="nbgrader is not installed; environment-instructor.yml has it",
)
def test_the_real_nbgrader_gives_a_right_answer_all_points_and_others_none(tmp_path):
    folder = tmp_path / "out"
    nbgrader_export.export(folder, course(tmp_path, _07_add=CHECKED + ASKED))
    nbgrader(folder, "generate_assignment", "ps-07")
    release = (folder / "release" / "ps-07" / "07_add.ipynb").read_text(encoding="utf-8")
    assert "HIDDEN" not in release
    assert "add(-1, 1)" not in release
    assert "Why is a sum" in release
    assert "commutes" not in release
    warns = "import warnings; warnings.warn('mind'); return a + b"
    answers = {
        "right": "return b + a",
        "warns": warns,
        "visible-only": "return 5",
        "wrong": "return a - b",
    }
    for student, answer in answers.items():
        submit(folder, student, lambda text, answer=answer: text.replace(
            "# YOUR CODE HERE", answer))  # fmt: skip
    submit(folder, "empty", lambda text: text)
    nbgrader(folder, "autograde", "ps-07")
    assert scores(folder) == {
        "right": 5.0,
        "warns": 5.0,
        "visible-only": 0.0,
        "wrong": 0.0,
        "empty": 0.0,
    }
