"""What the doctor and the greeting of a lesson say."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

from labkit.course import doctor
from labkit.course import lesson_minutes as probe
from labkit.course.lesson_minutes import LessonTimes
from labkit.data import fetch as assets
from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of known speed, two measured lessons, nothing missing."""
    times = LessonTimes("a machine", 10.0, {"00_ladder": 30.0, "01_distillation": 240.0})
    monkeypatch.setattr(probe, "lesson_times", lambda: times)
    monkeypatch.setattr(probe, "speed", lambda seconds: 5.0)
    monkeypatch.setattr(doctor, "wrong_versions", lambda: [])
    monkeypatch.setattr(doctor, "not_prepared", lambda thorough: [])


def test_hello_names_versions_processor_and_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.hello()
    said = capsys.readouterr().out
    assert f"torch {metadata.version('torch')}" in said
    assert "computing on" in said
    assert "00_ladder about 1 min, 01_distillation about 8 min" in said
    assert "Everything this course needs is here." in said
    assert len(said.splitlines()) <= 5


def test_hello_of_one_lesson_names_only_its_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.hello("01")
    said = capsys.readouterr().out
    assert "01_distillation about 8 min" in said
    assert "00_ladder" not in said


def test_hello_says_what_is_missing_and_which_command_gets_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "not_prepared", lambda thorough: ["trec", "minilm"])
    doctor.hello()
    said = capsys.readouterr().out
    assert "Not here yet: trec, minilm." in said
    assert "labkit prepare" in said
    assert "Everything" not in said


def test_packages_of_another_version_come_before_missing_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "wrong_versions", lambda: ["torch is missing"])
    monkeypatch.setattr(doctor, "not_prepared", lambda thorough: ["trec"])
    (line,) = doctor.advice()
    assert "torch is missing" in line
    assert "make lab" in line


def test_a_package_that_is_too_old_or_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    wanted = ["tqdm>=999", "no-such-package>=1", "numpy>=1", "pytest>=999; extra == 'test'"]
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    old, absent = doctor.wrong_versions()
    assert old.startswith(f"tqdm is {metadata.version('tqdm')}, the lab needs >=999")
    assert absent == "no-such-package is missing"


def test_the_report_lists_what_is_here_and_what_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "trec").mkdir()
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    lines = doctor.report(0.01).splitlines()
    said = "\n".join(lines)
    assert "data sets  here: trec\n" in said
    assert sys.prefix in said
    assert "minilm" in next(
        line for line in lines if "labkit fetch NAME" in line and "minilm" in line
    )
    assert "01_distillation about 8 min" in said
    assert "LABKIT_DATA" in said
    assert "to do      nothing" in said


def test_the_report_says_when_downloads_are_switched_off_or_go_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not any("HF_HUB_OFFLINE" in line for line in doctor.network())
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HTTPS_PROXY", "http://reader:secret@127.0.0.1:3128")
    said = "\n".join(doctor.network())
    assert "HF_HUB_OFFLINE is set" in said
    assert "HTTPS_PROXY" in said
    assert "secret" not in said


def test_a_course_without_measured_lessons_says_which_command_measures_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probe, "lesson_times", lambda: None)
    assert "--measure" in doctor.report(0.01)


def test_an_empty_cache_lacks_model_data_and_teachers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(assets, "find", lambda name: None)
    missing = doctor.not_prepared()
    assert missing[:2] == [CLASSROOM_TEACHER, CLASSROOM_SETS[0]]
    assert f"the teacher for {CLASSROOM_SETS[0]}" in missing


def test_a_teacher_counts_when_its_folder_is_whole_and_not_while_it_is_locked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(assets, "find", lambda name: tmp_path)
    (tmp_path / "teachers").mkdir()
    for name in CLASSROOM_SETS:
        (tmp_path / "teachers" / f"{CLASSROOM_TEACHER}-{name}-0a1b.lock").write_text("")
    assert doctor.not_prepared() == [f"the teacher for {name}" for name in CLASSROOM_SETS]
    for name in CLASSROOM_SETS:
        (tmp_path / "teachers" / f"{CLASSROOM_TEACHER}-{name}-0a1b").mkdir()
    assert doctor.not_prepared() == []
