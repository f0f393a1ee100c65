"""Lessons that train on questions take another data set in one line, and count its classes."""

import ast

import pytest

from labkit.course.build.marks import Lesson
from labkit.course.build.notebooks import masters

LESSONS = [lesson for lesson in masters() if lesson.name[:2] in ("01", "02", "03")]


def code(lesson: Lesson) -> ast.Module:
    """All code of the solved lesson that is Python by itself."""
    return ast.parse("\n".join(cell.source for cell in lesson.cells if cell.kind == "code"))


def calls(lesson: Lesson, name: str) -> list[ast.Call]:
    """Every call of a function by its name."""
    found = (node for node in ast.walk(code(lesson)) if isinstance(node, ast.Call))
    return [call for call in found if ast.unparse(call.func).rpartition(".")[2] == name]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_data_set_is_named_once_beside_the_imports(lesson: Lesson) -> None:
    constants = [ast.unparse(node) for node in ast.parse(lesson.cells[2].source).body]
    assert "DATASET = 'trec'" in constants
    sets = [ast.unparse(call.args[0]) for call in calls(lesson, "study")]
    assert sets[0] == "DATASET"
    assert "'trec'" not in sets


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_student_has_a_fixed_number_of_classes(lesson: Lesson) -> None:
    for name, place in (("new_student", 0), ("smoothed_labels", 1)):
        for call in calls(lesson, name):
            given = call.args[place]
            assert not (isinstance(given, ast.Constant) and given.value == 6), ast.unparse(call)
