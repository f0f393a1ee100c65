"""The machine's speed, and the minutes that follow from it."""

import json
from pathlib import Path

import nbformat
import pytest
import torch

from labkit import paths
from labkit.course import lesson_minutes as probe
from labkit.course.lesson_minutes import LessonTimes


def test_a_machine_twice_as_fast_needs_half_the_minutes() -> None:
    times = LessonTimes("a machine", 10.0, {"00_ladder": 120.0})
    assert times.minutes(10.0) == {"00_ladder": 2.0}
    assert times.minutes(20.0) == {"00_ladder": 1.0}


def test_a_speed_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0"):
        LessonTimes("a machine", 0, {})


def test_no_measured_lessons_means_no_times(tmp_path: Path) -> None:
    assert probe.lesson_times(tmp_path / "lesson_minutes.json") is None


def test_the_probe_leaves_the_readers_random_numbers_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    assert probe.speed(0.01) > 0
    assert torch.equal(torch.rand(3), expected)


def test_the_probe_is_measured_once_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = iter([5.0, 7.0])
    monkeypatch.setattr(probe, "speed", lambda seconds: next(measured))
    assert probe.remembered_speed() == 5.0
    assert probe.remembered_speed() == 5.0
    monkeypatch.setattr(probe, "machine_name", lambda: "another machine")
    assert probe.remembered_speed() == 7.0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"machine": 1}', '"word"'])
def test_a_damaged_note_of_the_probe_is_measured_again(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = paths.cache() / "probe.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    monkeypatch.setattr(probe, "speed", lambda seconds: 5.0)
    assert probe.remembered_speed() == 5.0
    assert json.loads(file.read_text())["speed"] == 5.0


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(probe, "speed", lambda seconds: 5.0)
    assert probe.remembered_speed() == 5.0


def test_every_solved_lesson_is_timed_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks" / "solutions"
    folder.mkdir(parents=True)
    (folder / "00_first.ipynb").write_text("{}")
    (folder / "notes.ipynb").write_text("{}")
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setattr(probe, "speed", lambda: 10.0)
    monkeypatch.setattr(probe, "_seconds_of", lambda notebook: 30.04)
    probe.measure_lessons(tmp_path / "times.json")
    times = probe.lesson_times(tmp_path / "times.json")
    assert times is not None
    assert times.seconds == {"00_first": 30.0}
    assert times.speed == 10.0


def test_a_course_without_lessons_says_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="labkit lessons build"):
        probe.measure_lessons(tmp_path / "times.json")
    assert not (tmp_path / "times.json").exists()


def test_a_timed_lesson_runs_in_its_folder_and_is_not_the_readers_own_progress(
    tmp_path: Path,
) -> None:
    cell = nbformat.v4.new_code_cell(
        "import os, pathlib\n"
        "assert os.environ['LABKIT_PROGRESS'] == 'off'\n"
        "assert pathlib.Path('00_first.ipynb').exists()"
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "00_first.ipynb")
    assert probe._seconds_of(tmp_path / "00_first.ipynb") > 0
