"""The students' zip: lessons that run, and not one solution."""

import json
import zipfile

import pytest

from labkit import paths
from labkit.course.build import bundle, lesson_folder
from labkit.course.build.marks import versions
from labkit.course.build.notebooks import masters


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    path = tmp_path_factory.mktemp("zip") / "lessons.zip"
    bundle.write(path)
    return path


@pytest.fixture(scope="module")
def texts(zipped):
    with zipfile.ZipFile(zipped) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def sources(text):
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def solution_of(cell):
    """The lines that the solved version of a cell has and the student's has not."""
    both = versions(cell.source)
    return [line for line in both["solution"].splitlines() if line not in both["student"]]


def test_no_notebook_of_the_zip_holds_a_line_of_a_solution_under_its_exercise(texts):
    asked = 0
    for lesson in masters():
        cells = sources(texts[f"{bundle.FOLDER}/notebooks/{lesson.name}.ipynb"])
        for exercise in lesson.exercises:
            (given,) = [cell for cell in cells if f"# exercise: {exercise.name} " in cell]
            lines = solution_of(exercise)
            assert lines
            assert not [line for line in lines if line in given]
            assert "raise NotImplementedError" in given
            assert not [cell for cell in cells if "\n".join(lines) in cell and len(lines) > 2]
            asked += 1
    assert asked > 20


def test_solutions_masters_tests_and_the_instructors_page_stay_out(texts):
    inside = [name.removeprefix(f"{bundle.FOLDER}/") for name in texts]
    kept_back = ("notebooks/solutions", "notebooks/masters", "notebooks/instructor", "tests", ".")
    assert not [name for name in inside if name.startswith(kept_back)]
    assert not [text for name, text in texts.items() if "### BEGIN HIDDEN TESTS\n" in text]


def test_what_a_lesson_needs_to_run_lies_inside(texts):
    for name in ("pyproject.toml", "environment.yml", "labkit/__init__.py", "data/datasets.toml",
                 "data/results/ladder/ladder_trec.csv", "labkit/course/widgets/page_script.js",
                 "notebooks/cheat_sheet.md"):  # fmt: skip
        assert f"{bundle.FOLDER}/{name}" in texts
    assert len([name for name in texts if name.endswith(".ipynb")]) == len(masters())


def test_the_same_course_makes_the_same_bytes(zipped, tmp_path):
    bundle.write(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == zipped.read_bytes()


def test_a_build_in_the_students_folder_takes_no_lesson_away(zipped, tmp_path):
    with zipfile.ZipFile(zipped) as packed:
        packed.extractall(tmp_path)
    folder = tmp_path / bundle.FOLDER / "notebooks"
    before = sorted(folder.iterdir())
    assert lesson_folder.build(folder) == []
    assert sorted(folder.iterdir()) == before


def test_a_course_without_masters_is_refused(tmp_path):
    with pytest.raises(bundle.BundleError, match="only a whole course"):
        bundle.write(tmp_path / "a.zip", tmp_path)
    assert not (tmp_path / "a.zip").exists()
    assert paths.root() != tmp_path
