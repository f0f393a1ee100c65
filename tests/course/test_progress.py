"""Progress is one small file that two kernels may write at once and nothing can lose."""

import json
import subprocess
import sys

import pytest

from labkit.course import progress
from labkit.course.build import lesson_folder
from tests.helpers.lesson_samples import course


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def test_a_pass_stays_a_pass_and_tries_are_counted(file):
    progress.record("07-add", passed=False)
    progress.record("07-add", passed=True)
    when = progress.read()["07-add"]["passed"]
    progress.record("07-add", passed=False)
    assert progress.read()["07-add"] == {"tries": 3, "passed": when}
    assert when


def test_two_processes_that_write_at_once_lose_nothing(file):
    code = (
        "import sys; from labkit.course import progress\n"
        "for i in range(20): progress.record(f'07-{sys.argv[1]}{i}', passed=True)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(progress.read()) == 40


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"exercises": 3}', '{"exercises": {"a": 1}}'])
def test_a_broken_file_is_set_aside_and_not_deleted(file, broken):
    file.write_text(broken, encoding="utf-8")
    progress.record("07-add", passed=True)
    assert list(progress.read()) == ["07-add"]
    assert (file.parent / "progress.broken.json").read_text(encoding="utf-8") == broken


def test_a_disk_that_refuses_does_not_fail_the_check(tmp_path, monkeypatch, capsys):
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "taken" / "progress.json"))
    progress.record("07-add", passed=True)
    assert "your progress was not saved" in capsys.readouterr().out


def test_off_writes_nothing_and_the_cache_is_the_usual_place(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setenv("LABKIT_PROGRESS", "off")
    progress.record("07-add", passed=True)
    assert progress.read() == {}
    assert list(tmp_path.iterdir()) == []
    monkeypatch.delenv("LABKIT_PROGRESS")
    progress.record("07-add", passed=True)
    assert json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))["exercises"]


def test_the_table_names_every_exercise_with_its_state(tmp_path, file):
    place = course(tmp_path)
    assert "labkit lessons build" in progress.table(place)
    lesson_folder.build(place)
    assert "07_add  07-add          5  not tried" in progress.table(place)
    progress.record("07-add", passed=False)
    assert "not yet, tried once" in progress.table(place)
    progress.record("07-add", passed=True)
    assert "passed on 20" in progress.table(place)
    assert progress.table(place).endswith("1 of 1 exercises passed")


def test_copies_and_own_notebooks_do_not_count(tmp_path, file):
    place = course(tmp_path)
    lesson_folder.build(place)
    for name in ("07_add-Copy1.ipynb", "07_add.mine-1.ipynb", "05_mine.ipynb"):
        (place / name).write_bytes((place / "07_add.ipynb").read_bytes())
    assert [one.name for one in progress.exercises(place)] == ["07-add"]


def test_a_damaged_lesson_does_not_stop_the_table(tmp_path, file):
    place = course(tmp_path)
    lesson_folder.build(place)
    (place / "07_add.ipynb").write_text("{", encoding="utf-8")
    assert progress.exercises(place) == []
