"""What the doctor and the greeting of a lesson say."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

from labkit.course import doctor, lesson_minutes
from labkit.course.lesson_minutes import LessonTimes, Probe
from labkit.data import fetch as assets
from labkit.experiments.llm import material
from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of known speed, two measured lessons, nothing missing."""
    times = LessonTimes("a machine", 10.0, {"00_ladder": 30.0, "01_distillation": 240.0})
    monkeypatch.setattr(lesson_minutes, "lesson_times", lambda: times)
    monkeypatch.setattr(lesson_minutes, "probe", lambda seconds: Probe(5.0))
    monkeypatch.setattr(doctor, "wrong_versions", lambda: [])
    monkeypatch.setattr(doctor, "not_prepared", lambda thorough: [])


def test_hello_names_versions_processor_and_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.hello()
    said = capsys.readouterr().out
    assert f"torch {metadata.version('torch')}" in said
    assert "Training runs on: " in said
    assert "00_ladder about 1 min, 01_distillation about 8 min" in said
    assert "Everything that this course needs is here." in said
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
    assert "Still missing: trec, minilm." in said
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
    monkeypatch.setattr(lesson_minutes, "lesson_times", lambda: None)
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
    models = "lesson 06's language models"
    assert doctor.not_prepared() == [
        *(f"the teacher for {name}" for name in CLASSROOM_SETS),
        models,
    ]
    for name in CLASSROOM_SETS:
        (tmp_path / "teachers" / f"{CLASSROOM_TEACHER}-{name}-0a1b").mkdir()
    assert doctor.not_prepared() == [models]
    monkeypatch.setattr(material, "is_prepared", lambda: True)
    assert doctor.not_prepared() == []


def test_a_busy_machine_is_called_busy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "The machine is busy" not in doctor.report(0.01)
    busy = Probe(5.0, share=0.04)
    monkeypatch.setattr(lesson_minutes, "probe", lambda seconds: busy)
    assert "The machine is busy: a measurement got 4% of the processor." in doctor.report(0.01)
    monkeypatch.setattr(lesson_minutes, "remembered_probe", lambda: busy)
    doctor.hello()
    assert "The machine is busy" in capsys.readouterr().out


def test_a_cache_that_cannot_be_written_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "LABKIT_CACHE to a folder of yours" not in doctor.report(0.01)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "file" / "cache"))
    said = doctor.report(0.01)
    assert f"Nothing can be written there ({tmp_path / 'file'}: Not a directory)" in said
    assert "set LABKIT_CACHE to a folder of yours" in said


def test_a_read_only_cache_is_reported_when_something_is_still_to_be_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read_only(dir: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", read_only)
    assert doctor.advice() == []
    monkeypatch.setattr(doctor, "not_prepared", lambda thorough: ["trec"])
    _, line = doctor.advice()
    assert "Read-only file system" in line
    assert "What is in it can be used" in line


def test_a_data_folder_that_is_not_there_does_not_end_the_greeting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(lesson_minutes, "remembered_probe", lambda: Probe(5.0))
    monkeypatch.setattr(doctor, "wrong_versions", lambda: [])
    monkeypatch.setenv("LABKIT_DATA", "/no/such/folder")
    doctor.hello()
    assert (
        "LABKIT_DATA is '/no/such/folder', but there is no such folder" in capsys.readouterr().out
    )
