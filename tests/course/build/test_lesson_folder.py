"""A build brings lessons up to their masters and never loses what a person wrote or ran."""

import ast
import importlib.util
import json

import pytest

from labkit import paths
from labkit.course.build import lesson_folder
from labkit.course.build.lesson_folder import Difference
from labkit.course.build.marks import versions
from labkit.course.build.notebooks import masters
from tests.helpers.lesson_samples import GOOD, course


@pytest.fixture
def place(tmp_path):
    """A folder of notebooks with one built lesson."""
    folder = course(tmp_path)
    lesson_folder.build(folder)
    return folder


def answered(path, answer="# MY ANSWER"):
    """Write an answer into a built notebook as JupyterLab would save it; give its bytes."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][4]["source"].append(f"\n{answer}")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path.read_bytes()


def next_master(place):
    """The course goes on: the master of the lesson says something new."""
    (place / "masters" / "07_add.py").write_text(GOOD.replace("sum of two", "total of two"))


def test_a_first_build_writes_both_notebooks_and_a_second_one_nothing(tmp_path):
    place = course(tmp_path)
    assert lesson_folder.build(place) == [
        f"wrote {place / '07_add.ipynb'}",
        f"wrote {place / 'solutions/07_add.ipynb'}",
    ]
    assert lesson_folder.build(place) == []
    assert lesson_folder.check(place) == []


def test_the_bytes_are_the_same_on_every_build(place):
    first = {path: path.read_bytes() for path in place.rglob("*.ipynb")}
    for path in first:
        path.unlink()
    lesson_folder.build(place)
    assert {path: path.read_bytes() for path in first} == first


def test_an_untouched_lesson_follows_its_master(place):
    next_master(place)
    assert [one.state for one in lesson_folder.check(place)] == ["old", "old"]
    lesson_folder.build(place)
    assert "total of two" in (place / "07_add.ipynb").read_text(encoding="utf-8")
    assert list(place.glob("*.mine-*")) == []


def test_a_notebook_with_answers_is_moved_aside_and_said(place):
    mine = answered(place / "07_add.ipynb")
    assert lesson_folder.check(place) == [Difference(place / "07_add.ipynb", "changed")]
    (line,) = lesson_folder.build(place)
    assert line.endswith(f"what you had changed in it is now {place / '07_add.mine-1.ipynb'}")
    assert (place / "07_add.mine-1.ipynb").read_bytes() == mine
    assert lesson_folder.check(place) == []


def test_a_second_answer_does_not_replace_the_first(place):
    first = answered(place / "07_add.ipynb", "# first")
    lesson_folder.build(place)
    second = answered(place / "07_add.ipynb", "# second")
    lesson_folder.build(place)
    assert (place / "07_add.mine-1.ipynb").read_bytes() == first
    assert (place / "07_add.mine-2.ipynb").read_bytes() == second


def test_outputs_alone_are_kept_too(place):
    path = place / "07_add.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][8] |= {"execution_count": 9}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    lesson_folder.build(place)
    kept = json.loads((place / "07_add.mine-1.ipynb").read_text(encoding="utf-8"))
    assert kept["cells"][8]["execution_count"] == 9


@pytest.mark.parametrize("name", ["07_add-Copy1.ipynb", "05_mine.ipynb", "solutions/05_mine.ipynb"])
def test_a_copy_or_an_own_notebook_is_not_touched(place, name):
    (place / name).write_bytes((place / "07_add.ipynb").read_bytes())
    mine = answered(place / name)
    next_master(place)
    assert place / name not in [one.path for one in lesson_folder.check(place)]
    lesson_folder.build(place)
    assert (place / name).read_bytes() == mine


def test_an_unchanged_copy_is_a_persons_file_as_well(place):
    copy = place / "07_add-Copy1.ipynb"
    copy.write_bytes((place / "07_add.ipynb").read_bytes())
    lesson_folder.build(place)
    assert copy.exists()


def test_a_lesson_without_a_master_goes_only_when_nobody_changed_it(place):
    (place / "masters" / "07_add.py").unlink()
    mine = answered(place / "07_add.ipynb")
    solved = place / "solutions" / "07_add.ipynb"
    assert lesson_folder.check(place) == [Difference(solved, "left over")]
    assert lesson_folder.build(place) == [f"removed {solved}, a lesson that has no master any more"]
    assert (place / "07_add.ipynb").read_bytes() == mine
    assert not solved.exists()


def test_a_file_that_is_no_notebook_is_moved_aside(place):
    (place / "07_add.ipynb").write_text("<<<<<<< ours", encoding="utf-8")
    lesson_folder.build(place)
    assert (place / "07_add.mine-1.ipynb").read_text(encoding="utf-8") == "<<<<<<< ours"


def test_the_notebooks_of_the_course_equal_a_fresh_build():
    differ = [str(one.path.relative_to(paths.root())) for one in lesson_folder.check()]
    assert not differ, f"run `labkit lessons build`: {differ}"


@pytest.mark.parametrize("lesson", masters(), ids=lambda lesson: lesson.name)
def test_every_name_that_a_lesson_imports_from_labkit_is_there(lesson) -> None:
    missing = [
        f"{node.module}.{alias.name}"
        for cell in lesson.cells
        if cell.kind == "code"
        for node in ast.walk(ast.parse(versions(cell.source)["solution"]))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("labkit")
        for alias in node.names
        if not _importable(node.module, alias.name)
    ]
    assert missing == []


def _importable(module: str, name: str) -> bool:
    if hasattr(importlib.import_module(module), name):
        return True
    try:
        return importlib.util.find_spec(f"{module}.{name}") is not None
    except ModuleNotFoundError:
        return False
