"""The file of the long chain: planned, run, written, read again and drawn."""

import pytest

from labkit import paths
from labkit.experiments.long_chain import arms
from labkit.experiments.long_chain.pictures import notes
from labkit.experiments.long_chain.reproduce import (
    PAIRS,
    STEPS,
    planned,
    reproduce,
    sweep_file,
    write,
)
from labkit.experiments.results import read_rows
from tests.helpers import tiny_bench


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Three seeds of everything on made-up texts and tiny models, in a cache of its own."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_bench.put_in_place(monkeypatch)
    return planned(seeds=3, datasets=["trec"], scale="tiny")


def test_the_plan_has_each_model_before_those_that_learn_from_it(asked):
    trials = asked["long_chain_trec"]
    arms = [trial.arm for trial in trials]
    assert arms.index("mpnet") < arms.index("assistant") < arms.index("from_assistant")
    assert arms.count("mpnet") == 1
    assert arms.count("assistant") == 3
    assert {(t.arm, t.option) for t in trials} == {pair for step in STEPS for pair in step}
    assert {arm for pair in PAIRS for arm in pair} <= {(t.arm, t.option) for t in trials}


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="got table2, long_chain, wanted long_chain alone"):
        planned(["table2", "long_chain"])


def test_the_file_holds_every_run_and_says_how_it_was_made(asked, tmp_path):
    results = list(reproduce(asked, 0, "tiny", tmp_path))
    trials = asked["long_chain_trec"]
    file = tmp_path / "long_chain_trec.csv"
    rows = read_rows(file)
    assert len(results) == len(rows) == len(trials)
    told = notes(file)
    assert told["seeds"] == "0, 1, 2"
    assert sum(what.startswith("verdict ") for what in told) == len(PAIRS)
    assert 0 < float(told["chance"].split(",")[0]) <= 1
    assert file.with_suffix(".png").stat().st_size > 1000

    again = list(reproduce(asked, 2, "tiny", tmp_path))
    assert all(result.again for result in again)


def test_an_unfinished_plan_is_not_written(asked, tmp_path):
    with pytest.raises(ValueError, match="runs are not finished"):
        write(asked["long_chain_trec"], tmp_path / "file.csv", "", 0)
    assert not (tmp_path / "file.csv").exists()


def test_other_settings_have_a_sweep_file_of_their_own(monkeypatch):
    before = sweep_file("classroom")
    monkeypatch.setitem(arms.HEADS, "mpnet", (1, 2e-5))
    assert sweep_file("classroom") != before
    assert before.parent == paths.cache() / "sweeps"
