"""The command ladder: what it prints and refuses, and what lies on the disk when it stops."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from labkit.cli import main as cli
from labkit.data import Study, fetch
from labkit.experiments.ladder import climb as ladder
from labkit.experiments.ladder import pictures
from tests.helpers import rungs
from tests.helpers.studies import study_of


def rung(arm: str, seed: int) -> ladder.Rung:
    return rungs.rung(arm, seed, np.array([True, False] * 100))


@pytest.fixture(autouse=True)
def _made_up_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data set is read; an unknown name is refused as ever."""

    def study(name: str) -> Study:
        fetch.entry(name)
        return study_of([("a good film", 0), ("a bad film", 1)], [("so so", 2)])

    monkeypatch.setattr("labkit.data.loading.study", study)


@pytest.fixture
def _short_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three arms that take no time."""

    def climb(part: Study, seeds: int, floor_only: bool) -> Iterator[ladder.Rung]:
        for arm in ("majority", "student_labels", "student_kd"):
            yield from (rung(arm, seed) for seed in range(seeds))

    monkeypatch.setattr(ladder, "climb", climb)
    monkeypatch.setattr(pictures, "save", lambda rungs, path: path.write_text("svg"))


@pytest.fixture
def _interrupted_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """One rung, then Ctrl-C."""

    def climb(part: Study, seeds: int, floor_only: bool) -> Iterator[ladder.Rung]:
        yield rung("majority", 0)
        raise KeyboardInterrupt

    monkeypatch.setattr(ladder, "climb", climb)


@pytest.mark.usefixtures("_short_ladder")
def test_it_writes_one_object_per_line_and_prints_table_and_verdict(
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


@pytest.mark.usefixtures("_interrupted_ladder")
def test_what_was_measured_before_an_interrupt_is_in_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, table = tmp_path / "runs.jsonl", tmp_path / "runs.csv"
    assert cli.main(["ladder", "trec", "--json", str(runs), "--csv", str(table)]) == 130
    assert [json.loads(line)["arm"] for line in runs.read_text().splitlines()] == ["majority"]
    rows = [line for line in table.read_text().splitlines() if not line.startswith("#")]
    assert [row["arm"] for row in csv.DictReader(rows)] == ["majority"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "runs.csv",
        "runs.jsonl",
    ]


@pytest.mark.parametrize("option", ["--json", "--csv", "--picture"])
def test_a_place_that_cannot_be_written_is_refused_before_the_climb(
    option: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(ladder, "climb", Mock(side_effect=AssertionError("the climb had begun")))
    (tmp_path / "file").write_text("")
    assert cli.main(["ladder", "trec", option, str(tmp_path / "file" / "x.svg")]) == 2
    assert f"labkit: {option} " in capsys.readouterr().err


def test_a_picture_of_the_floor_alone_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ladder, "climb", Mock(side_effect=AssertionError("the climb had begun")))
    assert cli.main(["ladder", "trec", "--floor", "--picture", str(tmp_path / "p.png")]) == 2
    assert "leave one of them out" in capsys.readouterr().err


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
