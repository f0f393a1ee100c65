"""The whole study on tiny models: run, written, checked, gone on with, cut short and written."""

import pytest

from labkit import paths
from labkit.cli import main as cli
from labkit.experiments.confirm import plan, reproduce
from labkit.experiments.confirm.check import check
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.plan import CORE, planned
from labkit.experiments.experiment import perform, run_only
from labkit.experiments.results import head_of, read_rows
from tests.helpers import tiny_testbed
from tests.helpers.confirm import paper_models


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


@pytest.mark.filterwarnings("ignore::labkit.losses.LossWarning")
def test_the_papers_own_models_run_the_whole_plan_into_a_folder_of_their_own(
    monkeypatch, tmp_path, capsys
):
    """RoBERTa teaches BERT, and that the BiLSTM: tiny random models of just these classes."""
    paper_models.put_at_hand(monkeypatch, tmp_path, trec=6, sst2=2)
    shipped = {file: file.stat().st_mtime_ns for file in paths.results("confirm").iterdir()}
    asked = ["--dataset", "trec", "--dataset", "sst2", "--seeds", "1"]
    assert cli.main(["reproduce", "confirm", "--scale", "paper", *asked]) == 0
    folder = paths.cache() / "paper" / "confirm"
    for name in ("trec", "sst2"):
        rows = read_rows(folder / f"confirm_{name}.csv")
        have = [(row["arm"], row["option"]) for row in rows]
        assert have == [("tfidf", ""), *CORE, *plan.BESIDE]
        assert {row["tests"] for row in rows} == {"30"}
    head = head_of(folder / "confirm_trec.csv")
    assert head["command"].endswith(" --dataset sst2 --seeds 1 --scale paper")
    assert head["beside the paper"].startswith("RoBERTa-base, BERT-base-uncased and a BiLSTM")
    assert '"name": "paper"' in head["scale"] and "local folder trec" in head["data"]
    assert len(read_rows(folder / "confirm_verdicts.csv")) == len(claims())
    assert {file: file.stat().st_mtime_ns for file in paths.results("confirm").iterdir()} == shipped
    assert f"with verdicts into {folder}" in capsys.readouterr().out


def test_another_scale_than_its_own_never_writes_over_the_shipped_results(
    asked, tmp_path, monkeypatch
):
    monkeypatch.setattr(paths, "results", lambda study: tmp_path / "shipped")
    begun = {"trec": asked["trec"][:1]}
    list(perform(reproduce.experiment(begun, 0, "tiny"), 0))
    assert not (tmp_path / "shipped").exists()
    assert (tmp_path / "cache" / "tiny" / "confirm" / "confirm_trec.csv").exists()
