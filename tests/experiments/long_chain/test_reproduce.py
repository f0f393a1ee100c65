"""The file of the long chain: planned, run, written, read again and drawn."""

import pytest

from labkit import paths
from labkit.experiments.experiment import perform, results_of
from labkit.experiments.long_chain import arms
from labkit.experiments.long_chain.pictures import notes
from labkit.experiments.long_chain.plan import PAIRS, planned
from labkit.experiments.long_chain.reproduce import experiment, runs_file
from labkit.experiments.results import read_rows
from tests.helpers import tiny_testbed


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Three seeds of everything on made-up texts and tiny models, in a cache of its own."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return planned(seeds=3, datasets=["trec"], scale="tiny")


def test_the_file_holds_every_run_and_says_how_it_was_made(asked, tmp_path):
    results = list(perform(experiment(asked, 0, "tiny", tmp_path), 0))
    trials = asked["long_chain_trec"]
    file = tmp_path / "long_chain_trec.csv"
    rows = read_rows(file)
    assert len(results) == len(rows) == len(trials)
    lines = notes(file)
    assert lines["seeds"] == "0, 1, 2"
    assert sum(what.startswith("verdict ") for what in lines) == len(PAIRS)
    assert 0 < float(lines["chance"].split(",")[0]) <= 1
    assert file.with_suffix(".png").stat().st_size > 1000

    again = list(perform(experiment(asked, 2, "tiny", tmp_path), 2))
    assert all(result.again for result in again)


def test_runs_that_are_not_finished_are_named(asked):
    with pytest.raises(ValueError, match="runs are not finished, such as Trial"):
        results_of(asked["long_chain_trec"], runs_file("tiny"))


def test_other_settings_have_a_sweep_file_of_their_own(monkeypatch):
    before = runs_file("classroom")
    monkeypatch.setitem(arms.HEADS, "mpnet", (1, 2e-5))
    assert runs_file("classroom") != before
    assert before.parent == paths.cache() / "sweeps"
