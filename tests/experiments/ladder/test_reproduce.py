"""A ladder as a table and as a file."""

import json

import pandas as pd
import pytest

from labkit import paths
from labkit.experiments.ladder.reproduce import DIFFERS, record, table, write
from labkit.experiments.results import head_of
from tests.helpers.rungs import made
from tests.helpers.studies import study_of

PART = study_of([("a good film", 0), ("a bad film", 1)], [("so so", 2)])


def test_the_table_gives_the_mean_and_its_interval():
    shown = table(made("student_kd", [0.8, 0.9, 0.85]) + made("teacher", [0.95]))
    assert shown.loc["student_kd", "accuracy"] == pytest.approx(0.85)
    assert shown.loc["student_kd", "low"] < 0.85 < shown.loc["student_kd", "high"]
    assert shown.loc["teacher", "seeds"] == 1
    assert "note" not in shown


def test_the_table_says_what_is_not_above_the_floor():
    shown = table(made("majority", [0.5]) + made("teacher", [0.5]))
    assert shown["note"].tolist() == ["", "not above majority"]


def test_a_record_has_the_five_values_that_other_programs_read():
    (one,) = made("student_kd", [0.8])
    assert json.loads(json.dumps(record(one))) == {
        "arm": "student_kd", "seed": 0, "accuracy": 0.8, "macro_f1": 0.8, "seconds": 1.0,
    }  # fmt: skip


def test_a_ladder_is_read_back_with_how_it_was_made_above_it(tmp_path):
    rungs = made("student_labels", [0.7, 0.72, 0.71]) + made("student_kd", [0.9, 0.91, 0.92])
    write(tmp_path / "a.csv", PART, rungs, "labkit ladder trec")
    read = pd.read_csv(tmp_path / "a.csv", comment="#")
    assert read["accuracy"].tolist() == [0.7, 0.72, 0.71, 0.9, 0.91, 0.92]
    assert set(read["dataset"]) == {"made up"}
    head = head_of(tmp_path / "a.csv")
    assert head["command"] == "labkit ladder trec"
    assert head["data"] == "a test"
    assert "copies, loss and batch size" in head["what differs"]
    assert head["verdict 1"].startswith("soft labels on copies is better than labels only")


def test_the_shipped_ladders_say_in_what_their_arms_differ():
    for name in ("ladder_trec", "ladder_trec_published"):
        assert head_of(paths.results("ladder") / f"{name}.csv")["what differs"] == DIFFERS
