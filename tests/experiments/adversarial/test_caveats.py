"""Heads that say what in the method is not the paper's."""

import json

import pytest

from labkit import paths
from labkit.experiments.adversarial.caveats import caveats
from labkit.experiments.adversarial.reproduce import VERDICTS
from labkit.experiments.results import head_of, read_table
from labkit.experiments.scales import SCALES, Scale

FOLDER = paths.results("adversarial")
TABLES = [
    path for path in sorted(FOLDER.glob("*.csv")) if "scale" in head_of(path)
    and not path.stem.endswith("_curves") and path.stem not in ("table1", "table3")
]  # fmt: skip
CLASSROOM = SCALES["classroom"]


@pytest.mark.parametrize("file", TABLES, ids=lambda path: path.stem)
def test_the_head_of_a_shipped_table_says_what_its_arms_make_true(file):
    table, head = read_table(file, ["gan"]), head_of(file)
    played = table[table["gan"] > 0]["arm"].unique()
    arms = {arm: arm in played for arm in table["arm"].unique()}
    two = [dataset for dataset in table["dataset"].unique() if dataset in ("sst2", "subj")]
    said = caveats(arms, two, Scale(**json.loads(head["scale"])))
    assert said.items() <= head.items()
    assert said


def test_the_verdicts_point_to_the_heads():
    assert head_of(FOLDER / "verdicts.csv") == VERDICTS


def test_a_grid_says_all_five_things():
    said = caveats({"tfidf": False, "stage_two": True}, ["sst2"], CLASSROOM)
    assert said["stage 2"].startswith("no assistant takes part")
    assert "resemble the teacher; no generator plays" in said["adversary"]
    assert "guided for 15 steps" in said["guided teacher"]
    assert "batch-scaled KL on sst2, in place of the z-score" in said["soft loss"]


def test_each_arm_makes_its_own_line_true():
    alone = caveats({"student_student": True}, [], CLASSROOM)
    assert alone["adversary"].startswith("the student is asked to differ")
    assert "guided teacher" not in alone
    shared = caveats({"stage_two": False}, [], CLASSROOM)
    assert shared["adversary"].startswith("the student has none of its own; the guided teacher")
    assert (
        "assistant that the guided teacher taught"
        in caveats({"three_modules": True}, [], CLASSROOM)["stage 2"]
    )
    assert set(caveats({"guided_teacher": True}, ["sst2"], CLASSROOM)) == {
        "adversary", "guided teacher",
    }  # fmt: skip
    assert caveats({"labels": False, "tfidf": False}, ["sst2"], CLASSROOM) == {}
    assert set(caveats({"direct": False}, ["subj"], CLASSROOM)) == {"soft loss"}
