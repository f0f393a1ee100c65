"""The files: packed answers come back as they were, and each claim has its line."""

import numpy as np

from labkit.experiments.confirm import files
from labkit.experiments.confirm.plan import trial
from labkit.experiments.confirm.verdicts import judged
from labkit.experiments.result import Result, pack
from labkit.experiments.results import read_rows
from tests.helpers.confirm import made_answers


def run(arm, option, seed, right):
    outcome = {
        "accuracy": right.mean(), "macro_f1": 0.5, "cpu_seconds": 1.0, "tests": len(right),
        "correct": pack(right), "notes": {"discriminator_loss": 0.7},
    }  # fmt: skip
    return Result(f"{arm}{option}{seed}", trial("trec", arm, seed, option), outcome)


def test_answers_come_back_text_by_text(tmp_path):
    right = np.random.default_rng(0).random(501) < 0.8
    runs = [run("second_stage", "differ", 6, right), run("teacher", "", 0, ~right)]
    for name in ("trec", "ag_news"):
        files.write_runs(files.runs_file(tmp_path, name), runs, {"title": "made"})
    answers = files.read_answers(tmp_path)
    assert set(answers) == {"trec", "ag_news"}
    assert np.array_equal(answers["trec"]["second_stage differ"][6], right)
    assert np.array_equal(answers["trec"]["teacher"][0], ~right)
    row = read_rows(files.runs_file(tmp_path, "trec"))[0]
    assert (row["kd"], row["gan"], row["chain"]) == ("0.5", "0.1", "1")
    assert row["discriminator_loss"] == "0.7" and row["discriminator_accuracy"] == ""


def test_a_claim_has_one_line_with_words_and_one_per_set_without(tmp_path):
    answers = {name: made_answers.answers() for name in ("sst2", "trec")}
    claims = [made_answers.claim(printed={"sst2": 0.02}, primary=True)]
    files.write_claims(files.claims_file(tmp_path), judged(claims, answers), {"title": "made"})
    whole, *parts = read_rows(files.claims_file(tmp_path))
    assert whole["dataset"] == "mean of sst2, trec" and whole["direction"] == "no"
    assert "primary claim" in whole["basis"]
    assert [row["dataset"] for row in parts] == ["sst2", "trec"]
    assert {row["direction"] for row in parts} == {""}
    assert [row["printed"] for row in parts] == ["0.0200", ""]
    assert float(whole["ours"]) == np.mean([float(row["ours"]) for row in parts])


def test_a_claim_on_one_set_needs_no_line_beside_it():
    rows = files.claim_rows(judged([made_answers.claim()], {"trec": made_answers.answers()}))
    assert [row["dataset"] for row in rows] == ["trec"]


def test_a_claim_without_runs_still_has_its_line():
    (row,) = files.claim_rows(judged([made_answers.claim()], {}))
    assert (row["direction"], row["ours"], row["dataset"]) == ("open", "", "")
