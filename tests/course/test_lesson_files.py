"""A lesson is known by its name and its stamp; what a person changed is never taken for ours."""

import json

import pytest

from labkit.course import lesson_files
from labkit.course.build import lesson_folder
from tests.helpers.lesson_samples import course


@pytest.fixture
def place(tmp_path):
    """A folder of notebooks with one built lesson."""
    folder = course(tmp_path)
    lesson_folder.build(folder)
    return folder


def changed(path, change):
    """Load a notebook, change it in place, save it again."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_fresh_build_is_untouched_for_its_own_reader_only(place):
    assert lesson_files.is_untouched(place / "07_add.ipynb", "student")
    assert not lesson_files.is_untouched(place / "07_add.ipynb", "solution")
    assert lesson_files.is_untouched(place / "solutions/07_add.ipynb", "solution")


def run_a_cell(notebook):
    notebook["cells"][1]["execution_count"] = 1


def print_something(notebook):
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "3"}]


def paste_a_picture(notebook):
    notebook["cells"][0]["attachments"] = {"a.png": {"image/png": "AA=="}}


CHANGES = {
    "an answer": lambda notebook: notebook["cells"][4]["source"].append("\n# mine"),
    "a run cell": run_a_cell,
    "an output": print_something,
    "a pasted picture": paste_a_picture,
    "a tag": lambda notebook: notebook["cells"][0]["metadata"].update(tags=["mine"]),
    "a new cell": lambda notebook: notebook["cells"].append(dict(notebook["cells"][0])),
    "a removed cell": lambda notebook: notebook["cells"].pop(),
    "another order": lambda notebook: notebook["cells"].reverse(),
    "no stamp": lambda notebook: notebook["metadata"].pop("labkit"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_a_person_changes_makes_the_notebook_theirs(place, name):
    changed(place / "07_add.ipynb", CHANGES[name])
    assert not lesson_files.is_untouched(place / "07_add.ipynb", "student")


def join_lines(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])


def test_a_notebook_that_was_only_opened_and_saved_is_untouched(place):
    changed(place / "07_add.ipynb", join_lines)
    changed(place / "07_add.ipynb", lambda notebook: notebook["metadata"].update(widgets={}))
    assert lesson_files.is_untouched(place / "07_add.ipynb", "student")


def test_a_copy_under_another_name_is_nobodys_build(place):
    (place / "07_add-Copy1.ipynb").write_bytes((place / "07_add.ipynb").read_bytes())
    (place / "05_mine.ipynb").write_bytes((place / "07_add.ipynb").read_bytes())
    assert not lesson_files.is_untouched(place / "07_add-Copy1.ipynb", "student")
    assert lesson_files.lessons(place) == [place / "07_add.ipynb"]


def test_lessons_are_known_by_their_stamp_where_masters_were_not_handed_out(place):
    (place / "07_add-Copy1.ipynb").write_bytes((place / "07_add.ipynb").read_bytes())
    (place / "05_mine.ipynb").write_text('{"cells": [], "metadata": {}}', encoding="utf-8")
    (place / "masters" / "07_add.py").unlink()
    assert lesson_files.lessons(place) == [place / "07_add.ipynb"]
    assert lesson_files.lessons(place / "solutions") == [place / "solutions/07_add.ipynb"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"cells": 3}', '{"cells": [3]}', "[" * 100_000, '{"metadata": 1}']
)
def test_a_file_that_is_no_notebook_has_no_content_and_is_no_lesson(tmp_path, text):
    (tmp_path / "07_add.ipynb").write_text(text, encoding="utf-8")
    assert lesson_files.content(tmp_path / "07_add.ipynb") == {}
    assert not lesson_files.is_untouched(tmp_path / "07_add.ipynb", "student")
    assert lesson_files.lessons(tmp_path) == []


def test_a_stamp_that_is_no_stamp_is_none():
    assert lesson_files.stamp({"cells": [], "metadata": {"labkit": "x"}}) == {}
    assert lesson_files.stamp({"cells": []}) == {}
