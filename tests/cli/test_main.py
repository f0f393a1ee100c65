"""The command line: what it prints, how it ends, and what it leaves on the disk."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from labkit.cli import main as cli
from labkit.course.build import notebooks as lessons
from labkit.course.build import site
from labkit.data import fetch as assets
from labkit.experiments.ladder import climb as ladder

COMMANDS = [
    [],
    ["doctor"],
    ["fetch"],
    ["prepare"],
    ["ladder"],
    ["sweep"],
    ["reproduce"],
    ["progress"],
    ["site"],
    ["lessons"],
    ["lessons", "build"],
    ["lessons", "check"],
    ["lessons", "export-nbgrader"],
]
HEAVY = {"torch", "transformers", "datasets", "sklearn", "matplotlib", "numpy", "pandas"}


def _rung(arm: str, seed: int) -> ladder.Rung:
    return ladder.Rung(arm, seed, 0.5, 0.25, 1.5, torch.tensor([True, False] * 20))


@pytest.fixture
def _short_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three arms that take no time."""

    def climb(dataset: str, seeds: int, floor_only: bool) -> Iterator[ladder.Rung]:
        assets.entry(dataset)
        for arm in ("majority", "student_labels", "student_kd"):
            yield from (_rung(arm, seed) for seed in range(seeds))

    monkeypatch.setattr(ladder, "climb", climb)
    monkeypatch.setattr(ladder, "picture", lambda rungs, path: path.write_text("svg"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: labkit" in capsys.readouterr().out


def test_help_loads_none_of_the_heavy_packages() -> None:
    code = (
        "import sys; from labkit.cli import main as cli\n"
        "try: cli.main(['ladder', '--help'])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(ran.stderr.split())


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
    monkeypatch.setattr(lessons, "check", _raises(error))
    assert cli.main(["lessons", "check"]) == 2
    assert capsys.readouterr().err == line


def test_a_mistake_in_our_own_code_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "check", _raises(KeyError("oops")))
    with pytest.raises(KeyError):
        cli.main(["lessons", "check"])


def test_an_interrupt_ends_with_130_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lessons, "check", _raises(KeyboardInterrupt()))
    assert cli.main(["lessons", "check"]) == 130
    assert "same command again" in capsys.readouterr().err


def test_a_reader_that_closes_the_pipe_early_gets_no_traceback() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from labkit.cli import main as cli; from labkit.course.build import notebooks as lessons\n"
        "lessons.check = lambda: [Path('notebook')] * 100_000\n"
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


def test_notebooks_that_differ_from_a_fresh_build_fail_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lessons, "check", lambda: [Path("notebooks/00_ladder.ipynb")])
    assert cli.main(["lessons", "check"]) == 1
    assert "00_ladder.ipynb differs" in capsys.readouterr().out
    monkeypatch.setattr(lessons, "check", lambda: [])
    assert cli.main(["lessons", "check"]) == 0


@pytest.mark.usefixtures("_short_ladder")
def test_the_ladder_writes_one_object_a_line_and_prints_table_and_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, picture = tmp_path / "new" / "runs.jsonl", tmp_path / "ladder.svg"
    given = ["ladder", "trec", "--seeds", "2", "--json", str(file), "--picture", str(picture)]
    assert cli.main(given) == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["arm"], line["seed"]) for line in lines[:3]] == [
        ("majority", 0),
        ("majority", 1),
        ("student_labels", 0),
    ]
    assert set(lines[0]) == {"arm", "seed", "accuracy", "macro_f1", "seconds"}
    assert picture.exists()
    said = capsys.readouterr().out
    assert "accuracy" in said
    assert "cannot be told" in said


def test_an_interrupted_ladder_leaves_no_half_written_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def climb(dataset: str, seeds: int, floor_only: bool) -> Iterator[ladder.Rung]:
        yield _rung("majority", 0)
        raise KeyboardInterrupt

    monkeypatch.setattr(ladder, "climb", climb)
    assert cli.main(["ladder", "trec", "--json", str(tmp_path / "runs.jsonl")]) == 130
    assert not any(path.is_file() for path in tmp_path.iterdir())


def test_a_picture_of_an_unknown_kind_is_refused_before_the_climb(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["ladder", "trec", "--picture", "ladder.jpeg2"])
    assert ".png, .svg or .pdf" in capsys.readouterr().err


@pytest.mark.parametrize("seeds", ["0", "-1", "two", "1.5"])
def test_a_number_of_seeds_that_is_no_number_from_one_up_is_refused(
    seeds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["ladder", "trec", "--seeds", seeds])
    assert ended.value.code == 2
    assert seeds in capsys.readouterr().err


def _raises(error: BaseException):  # type: ignore[no-untyped-def]
    def function(*arguments: object) -> None:
        raise error

    return function


def test_a_site_that_cannot_be_published_lists_what_to_correct(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(site, "build", _raises(site.SiteError("no alt text\nno such page")))
    assert cli.main(["site", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "no alt text\nno such page\n"
