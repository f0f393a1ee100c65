"""The commands around the lessons: what they print, and how they end."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from labkit.cli import main as cli
from labkit.course import doctor, lesson_minutes, progress
from labkit.course.build import lesson_folder, nbgrader, notebooks, site
from labkit.course.build.lesson_folder import Difference
from labkit.course.build.nbgrader import Exported
from labkit.course.slides import decks
from tests.helpers.lesson_samples import GOOD, course

LESSON = Path("notebooks/00_ladder.ipynb")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("missing", "is missing"),
        ("old", "differs from a fresh build"),
        ("left over", "has no master any more"),
        ("changed", "was changed or run by somebody"),
    ],
)
def test_a_lesson_that_is_not_as_built_fails_the_check_and_is_named(
    state: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(lesson_folder, "check", lambda: [Difference(LESSON, state)])
    assert cli.main(["lessons", "check"]) == 1
    assert f"00_ladder.ipynb {says}" in capsys.readouterr().out


def test_the_check_of_answers_says_that_they_are_not_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lesson_folder, "check", lambda: [Difference(LESSON, "changed")])
    cli.main(["lessons", "check"])
    said = capsys.readouterr().out
    assert "is not lost" in said
    assert "writes it again" not in said


def test_lessons_that_equal_a_fresh_build_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lesson_folder, "check", lambda: [])
    monkeypatch.setattr(notebooks, "masters", lambda: [])
    assert cli.main(["lessons", "check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_master_that_breaks_a_rule_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = notebooks.masters(course(tmp_path, _07_add=GOOD + "\n# %%\n# !ls\n"))
    monkeypatch.setattr(lesson_folder, "check", lambda: [])
    monkeypatch.setattr(notebooks, "masters", lambda: bad)
    assert cli.main(["lessons", "check"]) == 1
    assert "07_add.py: cell 9: a shell line" in capsys.readouterr().out


def test_the_build_says_what_it_did_or_that_there_was_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lesson_folder, "build", lambda: ["wrote a.ipynb", "wrote b.ipynb"])
    assert cli.main(["lessons", "build"]) == 0
    assert capsys.readouterr().out == "wrote a.ipynb\nwrote b.ipynb\n"
    monkeypatch.setattr(lesson_folder, "build", lambda: [])
    cli.main(["lessons", "build"])
    assert "nothing to do" in capsys.readouterr().out


def test_the_export_names_what_it_wrote_and_what_it_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = [Exported(Path(name), name) for name in ("written", "same", "kept")]
    monkeypatch.setattr(nbgrader, "export", lambda folder: done)
    assert cli.main(["lessons", "export-nbgrader", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote written",
        "same is up to date",
        "kept kept: you changed it; move it away to get a fresh one",
    ]


@pytest.mark.parametrize(
    "command", [["site"], ["lessons", "export-nbgrader"], ["lessons", "slides"]], ids=" ".join
)
def test_a_folder_that_cannot_be_written_is_refused_before_the_lessons_run(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun = Mock(side_effect=AssertionError("the work had begun"))
    monkeypatch.setattr(site, "build", begun)
    monkeypatch.setattr(nbgrader, "export", begun)
    monkeypatch.setattr(decks, "build", begun)
    (tmp_path / "file").write_text("")
    assert cli.main([*command, str(tmp_path / "file")]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err


def test_a_site_that_cannot_be_published_lists_what_to_correct(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(
        site, "build", Mock(side_effect=site.SiteError("no alt text\nno such page"))
    )
    assert cli.main(["site", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "no alt text\nno such page\n"


def test_decks_say_where_they_are_or_what_to_correct(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(decks, "build", lambda folder: [folder / "00_a.html"])
    assert cli.main(["lessons", "slides", str(tmp_path)]) == 0
    assert "wrote 1 decks" in capsys.readouterr().out
    monkeypatch.setattr(decks, "build", Mock(side_effect=decks.DeckError("no alt text")))
    assert cli.main(["lessons", "slides", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "no alt text\n"


def test_the_doctor_times_the_lessons_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = lesson_minutes.LessonTimes("a machine", 10.0, {"00_ladder": 30.0})
    monkeypatch.setattr(doctor, "report", lambda: "all is well")
    monkeypatch.setattr(
        lesson_minutes, "measure_lessons", Mock(side_effect=AssertionError("not asked"))
    )
    assert cli.main(["doctor"]) == 0
    monkeypatch.setattr(lesson_minutes, "measure_lessons", lambda: times)
    assert cli.main(["doctor", "--measure"]) == 0
    assert "00_ladder                        30.0 s" in capsys.readouterr().out


def test_progress_prints_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "table", lambda: "0 of 5 exercises passed")
    assert cli.main(["progress"]) == 0
    assert capsys.readouterr().out == "0 of 5 exercises passed\n"


def test_the_students_zip_is_written_where_it_is_asked_for_and_only_as_a_zip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lessons", "bundle", str(tmp_path / "lessons.zip")]) == 0
    assert "no solutions" in capsys.readouterr().out
    assert (tmp_path / "lessons.zip").stat().st_size > 0
    assert cli.main(["lessons", "bundle", str(tmp_path)]) == 2
    assert "write lessons.zip" in capsys.readouterr().err
