"""The file of the forensics study: planned, run, written with verdicts, read again and drawn."""

import pytest

from labkit.experiments.experiment import perform
from labkit.experiments.forensics.losses import SECOND_STAGE
from labkit.experiments.forensics.plan import CORE, planned
from labkit.experiments.forensics.reproduce import experiment, in_steps
from labkit.experiments.results import read_rows
from tests.helpers import tiny_testbed


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Three seeds of everything on made-up texts and tiny models, in a cache of its own."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return planned(seeds=3, datasets=["sst2"], scale="tiny")


def test_the_file_holds_every_run_its_verdicts_and_its_picture(asked, tmp_path):
    done = list(perform(experiment(asked, 0, "tiny", tmp_path), 0))
    rows = read_rows(tmp_path / "forensics.csv")
    assert len(rows) == len(done) == len(asked["forensics"])
    first = next(row for row in rows if row["arm"] == "labels" and row["option"] == "plain")
    assert float(first["accuracy"]) == pytest.approx(float(first["accuracy 4"]), abs=1e-4)
    verdicts = read_rows(tmp_path / "forensics_verdicts.csv")
    assert {line["word"] for line in verdicts} <= {
        "reproduced", "not reproduced", "cannot be told",
    }  # fmt: skip
    assert len(verdicts) == 6
    assert (tmp_path / "forensics.png").stat().st_size > 1000

    again = list(perform(experiment(asked, 0, "tiny", tmp_path), 0))
    assert all(result.again for result in again)


def test_second_stages_come_after_the_first_stage_that_they_go_on_from(asked):
    steps = in_steps(asked["forensics"])
    assert sorted(str(one) for step in steps for one in step) == sorted(
        map(str, asked["forensics"])
    )
    place = {one: number for number, step in enumerate(steps) for one in step}
    second = [place[one] for one in place if one.arm in SECOND_STAGE]
    first = [place[one] for one in place if one.arm in CORE and one.option == "plain"]
    assert max(first) < min(second)
