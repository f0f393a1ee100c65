"""The whole study on tiny models: run, written, checked, gone on with, cut short and written."""

import pytest

from labkit.experiments.confirm import reproduce
from labkit.experiments.confirm.check import check
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.plan import CORE, planned
from labkit.experiments.experiment import perform, run_only
from labkit.experiments.results import read_rows
from tests.helpers import tiny_testbed


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Three chains on two data sets of made-up texts, in a cache of their own."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return planned(seeds=3, datasets=["trec", "sst2"], scale="tiny")


def test_the_files_hold_every_run_and_verdicts_that_the_answers_give(asked, tmp_path):
    study = reproduce.experiment(asked, 0, "tiny", tmp_path)
    done = list(perform(study, 0))
    assert len(done) == sum(len(own) for own in asked.values())
    assert len(read_rows(tmp_path / "confirm_trec.csv")) == len(asked["trec"])
    verdicts = read_rows(tmp_path / "confirm_verdicts.csv")
    assert len(verdicts) == 3 * len(claims())
    assert {row["direction"] for row in verdicts} <= {"yes", "no", "open", ""}
    assert check(tmp_path).differences == ()
    assert (tmp_path / "confirm.png").exists()
    assert all(result.again for result in perform(study, 0))


def test_a_beginning_can_be_written_and_its_claims_are_open(asked, tmp_path):
    begun = {"trec": asked["trec"][: 1 + 2 * len(CORE)]}
    list(run_only(reproduce.experiment(begun, 0, "tiny", tmp_path), 0))
    there = reproduce.finished(asked, "tiny")
    assert {name: len(own) for name, own in there.items()} == {"trec": 1 + 2 * len(CORE)}
    list(perform(reproduce.experiment(there, 0, "tiny", tmp_path), 0))
    verdicts = read_rows(tmp_path / "confirm_verdicts.csv")
    assert {row["direction"] for row in verdicts} == {"open"}
    assert "fewer than 3 chains" in verdicts[0]["basis"]
    assert check(tmp_path).differences == ()
