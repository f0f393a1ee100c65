"""The command line: what it prints, how it ends, and what it leaves on the disk."""

import subprocess
import sys
from unittest.mock import Mock

import pytest

from labkit.cli import main as cli
from labkit.course.build import lesson_folder
from labkit.data import fetch as assets
from labkit.version import __version__

COMMANDS = [
    [],
    ["doctor"],
    ["fetch"],
    ["prepare"],
    ["ladder"],
    ["student"],
    ["sweep"],
    ["reproduce"],
    ["explorer"],
    ["frozen-fits"],
    ["best"],
    ["verdicts"],
    ["progress"],
    ["site"],
    ["lessons"],
    ["lessons", "build"],
    ["lessons", "check"],
    ["lessons", "export-nbgrader"],
    ["lessons", "slides"],
]
HEAVY = {"torch", "transformers", "datasets", "sklearn", "matplotlib", "numpy", "pandas"}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: labkit" in capsys.readouterr().out


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"labkit {__version__}\n"


def test_help_of_every_command_loads_none_of_the_heavy_packages_and_is_quick() -> None:
    code = (
        "import sys, time; begun = time.process_time(); from labkit.cli import main as cli\n"
        f"for command in {COMMANDS}:\n"
        "    try: cli.main([*command, '--help'])\n"
        "    except SystemExit: pass\n"
        "print(time.process_time() - begun, *sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, *modules = ran.stderr.split()
    assert HEAVY.isdisjoint(modules)
    assert float(seconds) < 0.3 * len(COMMANDS)


def test_a_misspelt_name_is_one_line_that_suggests_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["fetch", "trecc"]) == 2
    said = capsys.readouterr().err
    assert "Did you mean 'trec'?" in said
    assert said.count("\n") == 1


def test_nothing_is_fetched_when_one_of_the_names_is_misspelt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(assets, "fetch", fetched.append)
    assert cli.main(["fetch", "trec", "minilmm"]) == 2
    assert fetched == []


def test_a_reader_who_debugs_sees_where_the_error_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABKIT_DEBUG", "1")
    with pytest.raises(assets.AssetError):
        cli.main(["fetch", "trecc"])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no\n  rows"), "labkit: no rows\n"),
        (
            OSError(28, "No space left on device", "a.json"),
            "labkit: No space left on device: a.json\n",
        ),
        (OSError(28, "No space left on device"), "labkit: No space left on device\n"),
        (FileNotFoundError("no lessons"), "labkit: no lessons\n"),
    ],
)
def test_errors_that_can_be_mended_are_one_plain_line(
    error: Exception,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(lesson_folder, "check", Mock(side_effect=error))
    assert cli.main(["lessons", "check"]) == 2
    assert capsys.readouterr().err == line


def test_a_mistake_in_our_own_code_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_folder, "check", Mock(side_effect=KeyError("oops")))
    with pytest.raises(KeyError):
        cli.main(["lessons", "check"])


def test_an_interrupt_ends_with_130_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lesson_folder, "check", Mock(side_effect=KeyboardInterrupt()))
    assert cli.main(["lessons", "check"]) == 130
    assert "same command again" in capsys.readouterr().err


def test_a_reader_that_closes_the_pipe_early_gets_no_traceback() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from labkit.cli import main as cli; from labkit.course.build import lesson_folder\n"
        "one = lesson_folder.Difference(Path('notebook'), 'old')\n"
        "lesson_folder.check = lambda: [one] * 100_000\n"
        "sys.exit(cli.main(['lessons', 'check']))"
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert ran.stdout is not None and ran.stderr is not None
    ran.stdout.readline()
    ran.stdout.close()
    assert ran.stderr.read() == b""
    ran.stderr.close()
    assert ran.wait() == 1
