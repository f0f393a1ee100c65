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


BROKEN = {
    "empty": "",
    "cut": "{",
    "a list": "[]",
    "no exercises": '{"exercises": 3}',
    "no entry": '{"exercises": {"a": 1}}',
    "no passed": '{"exercises": {"01-soften": {"tries": 1}}}',
    "no tries": '{"exercises": {"01-soften": {"passed": null}}}',
    "tries in words": '{"exercises": {"01-soften": {"tries": "one", "passed": null}}}',
    "passed is not a time": '{"exercises": {"01-soften": {"tries": 1, "passed": true}}}',
    "nested": "[" * 100_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_set_aside_and_not_deleted(file, name, capsys):
    file.write_text(BROKEN[name], encoding="utf-8")
    progress.record("07-add", passed=True)
    assert list(progress.read()) == ["07-add"]
    aside = file.parent / "progress.broken-1.json"
    assert aside.read_text(encoding="utf-8") == BROKEN[name]
    assert str(aside) in capsys.readouterr().err


def test_a_flipped_bit_is_noticed_and_a_file_of_an_older_labkit_is_read(file, capsys):
    progress.record("07-add", passed=True)
    whole = file.read_text()
    file.write_text(whole.replace("07-add", "07-adx"))
    assert progress.read() == {}
    assert "was damaged" in capsys.readouterr().err
    older = {"exercises": json.loads(whole)["exercises"]}
    file.write_text(json.dumps(older))
    assert progress.read() == older["exercises"]


def test_the_table_of_a_broken_file_begins_again(file, tmp_path):
    place = course(tmp_path)
    lesson_folder.build(place)
    file.write_text(BROKEN["no passed"], encoding="utf-8")
    assert "0 of 1 exercises passed" in progress.table(place)


def test_a_second_broken_file_does_not_replace_the_first(file):
    for text in ("first", "second"):
        file.write_text(text, encoding="utf-8")
        progress.read()
    asides = [file.parent / f"progress.broken-{number}.json" for number in (1, 2)]
    assert [aside.read_text(encoding="utf-8") for aside in asides] == ["first", "second"]


def test_a_file_in_the_home_folder_may_be_named_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LABKIT_PROGRESS", "~/p/x.json")
    monkeypatch.chdir(tmp_path)
    progress.record("07-add", passed=True)
    assert (tmp_path / "p" / "x.json").exists()
    assert not (tmp_path / "~").exists()


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
    assert "1 of 1 exercises passed\npredictions: no prediction" in progress.table(place)


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
