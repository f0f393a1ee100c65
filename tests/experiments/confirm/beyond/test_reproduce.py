"""The variations on tiny models: run, written, checked; runs of the claims are taken over."""

import pytest

from labkit import paths
from labkit.cli import main as cli
from labkit.experiments.confirm import reproduce as confirm
from labkit.experiments.confirm.beyond import reproduce
from labkit.experiments.confirm.beyond.plan import REFERENCES, VARIATIONS, planned
from labkit.experiments.confirm.beyond.table import table_file
from labkit.experiments.confirm.check import check
from labkit.experiments.confirm.plan import planned as claimed
from labkit.experiments.experiment import perform, run_only
from labkit.experiments.results import head_of, read_rows
from tests.helpers import tiny_testbed
from tests.helpers.confirm import paper_models


@pytest.fixture
def few(monkeypatch, tmp_path):
    """Three chains of the claims' runs and of the first variation, in a cache of their own."""
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    runs = planned(seeds=3, datasets=["trec"], scale="tiny")["trec"]
    return {"trec": runs[: 3 * (len(REFERENCES) + 1)]}


def test_the_files_hold_runs_and_comparisons_that_can_be_computed_again(few, tmp_path):
    done = list(perform(reproduce.experiment(few, 0, "tiny", tmp_path), 0))
    assert len(read_rows(tmp_path / "confirm_beyond_trec.csv")) == len(done) == len(few["trec"])
    lines = read_rows(tmp_path / "confirm_beyond.csv")
    assert len(lines) == sum(len(one.against) for one in VARIATIONS)
    run = [row for row in lines if row["word"] != "not run"]
    assert {row["option"] for row in run} == {VARIATIONS[0].option}
    assert "not among the claims" in head_of(tmp_path / "confirm_beyond.csv")["exploratory"]
    assert (tmp_path / "confirm_beyond_trec.png").exists()


def test_what_the_claims_have_finished_is_not_run_again(few, tmp_path):
    asked = claimed(seeds=3, datasets=["trec"], scale="tiny")
    list(run_only(confirm.experiment(asked, 0, "tiny", tmp_path), 0))
    done = list(run_only(reproduce.experiment(few, 0, "tiny", tmp_path), 0))
    assert sum(not one.again for one in done) == 3
    assert {one.config.option for one in done if not one.again} == {VARIATIONS[0].option}


def test_the_check_of_the_verdicts_finds_a_changed_comparison(few, tmp_path):
    asked = claimed(seeds=3, datasets=["trec"], scale="tiny")
    list(perform(confirm.experiment(asked, 0, "tiny", tmp_path), 0))
    alone = check(tmp_path)
    list(perform(reproduce.experiment(few, 0, "tiny", tmp_path), 0))
    both = check(tmp_path)
    assert both.differences == () and both.lines > alone.lines and both.texts > alone.texts
    file = table_file(tmp_path)
    text = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in text if not line.startswith("# crc32"))
    file.write_text(kept.replace(",not run,", ",above,", 1), encoding="utf-8")
    (said,) = check(tmp_path).differences
    assert "word: the file has 'above', the answers give 'not run'" in said


def test_the_papers_own_models_run_the_variations_too(monkeypatch, tmp_path, capsys):
    paper_models.put_at_hand(monkeypatch, tmp_path, trec=6)
    asked = ["--scale", "paper", "--dataset", "trec", "--seeds", "1"]
    assert cli.main(["reproduce", "confirm_beyond", *asked]) == 0
    folder = paths.cache() / "paper" / "confirm"
    rows = read_rows(folder / "confirm_beyond_trec.csv")
    wanted = [*REFERENCES, *((one.arm, one.option) for one in VARIATIONS)]
    assert [(row["arm"], row["option"]) for row in rows] == wanted
    head = head_of(folder / "confirm_beyond_trec.csv")
    assert head["command"].endswith(" --scale paper")
    assert head["beside the paper"].startswith("RoBERTa-base")
    assert {row["word"] for row in read_rows(folder / "confirm_beyond.csv")} == {"not run"}
