"""The machine's speed, and the minutes that follow from it."""

import json
import time
from pathlib import Path

import nbformat
import pytest
import torch

from labkit import paths
from labkit.course import lesson_minutes
from labkit.course.build import lesson_folder
from labkit.course.lesson_minutes import LessonTimes, Probe
from tests.helpers.lesson_samples import course


def test_a_machine_twice_as_fast_needs_half_the_minutes() -> None:
    times = LessonTimes("a machine", 10.0, {"00_ladder": 120.0})
    assert times.minutes(10.0) == {"00_ladder": 2.0}
    assert times.minutes(20.0) == {"00_ladder": 1.0}


def test_a_speed_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0"):
        LessonTimes("a machine", 0, {})


def test_no_measured_lessons_means_no_times(tmp_path: Path) -> None:
    assert lesson_minutes.lesson_times(tmp_path / "lesson_minutes.json") is None


def test_the_probe_leaves_the_readers_random_numbers_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    assert lesson_minutes.probe(0.01).speed > 0
    assert torch.equal(torch.rand(3), expected)


def busy_for(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_the_probe_counts_the_work_and_not_the_waiting() -> None:
    def step() -> None:
        busy_for(0.002)
        time.sleep(0.008)

    measured = lesson_minutes._probed(step, 0.2)
    assert measured.speed > 250, "100 steps per second is what the clock on the wall says"
    assert measured.share < 0.5
    assert measured.busy


def test_a_machine_that_does_nothing_else_is_not_busy() -> None:
    assert not Probe(80.0, 0.95).busy


def test_the_probe_leaves_the_number_of_threads_alone() -> None:
    before = torch.get_num_threads()
    lesson_minutes.probe(0.01)
    assert torch.get_num_threads() == before


def test_the_probe_is_measured_once_per_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = iter([Probe(5.0), Probe(7.0)])
    monkeypatch.setattr(lesson_minutes, "probe", lambda seconds: next(measured))
    assert lesson_minutes.remembered_probe() == Probe(5.0)
    assert lesson_minutes.remembered_probe() == Probe(5.0)
    monkeypatch.setattr(lesson_minutes, "machine_name", lambda: "another machine")
    assert lesson_minutes.remembered_probe() == Probe(7.0)


def test_a_probe_of_a_busy_machine_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = iter([Probe(1.0, 0.1), Probe(5.0)])
    monkeypatch.setattr(lesson_minutes, "probe", lambda seconds: next(measured))
    assert lesson_minutes.remembered_probe().busy
    assert lesson_minutes.remembered_probe() == Probe(5.0)


WRONG_NOTES = ["", "{", "[]", '{"machine": 1}', '"word"', '{"machine": "MACHINE", "speed": 83.6}']


@pytest.mark.parametrize("text", WRONG_NOTES)
def test_a_damaged_or_older_note_of_the_probe_is_measured_again(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = paths.cache() / "probe.json"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace("MACHINE", lesson_minutes.machine_name()))
    monkeypatch.setattr(lesson_minutes, "probe", lambda seconds: Probe(5.0))
    assert lesson_minutes.remembered_probe() == Probe(5.0)
    assert json.loads(file.read_text())["speed"] == 5.0


def test_a_cache_that_cannot_be_written_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(lesson_minutes, "probe", lambda seconds: Probe(5.0))
    assert lesson_minutes.remembered_probe() == Probe(5.0)


@pytest.fixture
def solved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one solved lesson, a copy of it and an own notebook beside it."""
    notebooks = course(tmp_path)
    lesson_folder.build(notebooks)
    lesson = notebooks / "solutions" / "07_add.ipynb"
    for name in ("07_add-Copy1.ipynb", "05_mine.ipynb", "notes.ipynb"):
        lesson.with_name(name).write_bytes(lesson.read_bytes())
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setattr(lesson_minutes, "probe", lambda: Probe(10.0))
    monkeypatch.setattr(lesson_minutes, "_seconds_of", lambda notebook: 30.04)
    return tmp_path


def test_every_solved_lesson_is_timed_and_written_down_and_copies_are_not(solved: Path) -> None:
    lesson_minutes.measure_lessons(solved / "times.json")
    times = lesson_minutes.lesson_times(solved / "times.json")
    assert times is not None
    assert times.seconds == {"07_add": 30.0}
    assert times.speed == 10.0


@pytest.mark.parametrize("shares", [(0.3,), (1.0, 0.3)], ids=["before", "after"])
def test_lessons_timed_on_a_busy_machine_are_not_written_down(
    shares: tuple[float, ...], solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter(Probe(10.0, share) for share in shares)
    monkeypatch.setattr(lesson_minutes, "probe", lambda: next(measured))
    with pytest.raises(ValueError, match="busy: a measurement got 30% of the processor"):
        lesson_minutes.measure_lessons(solved / "times.json")
    assert not (solved / "times.json").exists()


def test_a_course_without_lessons_says_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="labkit lessons build"):
        lesson_minutes.measure_lessons(tmp_path / "times.json")
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
    assert lesson_minutes._seconds_of(tmp_path / "00_first.ipynb") > 0
