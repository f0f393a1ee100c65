"""What an arm hands back: a level for each pass, the same run twice, the right first stage."""

import pytest

from labkit.experiments import testbed as testbeds
from labkit.experiments.forensics import arms
from labkit.experiments.trial import Trial
from tests.helpers import tiny_testbed


@pytest.fixture(autouse=True)
def tiny_things(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)


def outcome(arm, option="plain", seed=0):
    return arms.run(Trial("sst2", arm, seed, option=option, scale="tiny"))


def test_every_pass_has_its_numbers_and_the_last_one_counts():
    found = outcome("zscore")
    notes = found["notes"]
    assert set(notes) == {f"{name} {place}" for name in arms.CURVE for place in (1, 2, 3, 4)}
    assert found["accuracy"] == pytest.approx(notes["accuracy 4"])


def test_the_second_stage_goes_on_from_the_first():
    second = outcome("then_raw")
    assert {name for name in second["notes"] if name.startswith("accuracy")} == {
        f"accuracy {place}" for place in range(1, arms.SECOND_PASSES + 1)
    }
    kept = {
        file.stem for file in testbeds.testbed_named("sst2", "tiny").folder.glob("*.safetensors")
    }
    assert any("zscored_both" in name for name in kept)


def test_the_labs_own_student_learns_in_the_labs_loop():
    assert "accuracy 1" not in outcome("labels", "lab")["notes"]
    assert outcome("labels", "lab")["correct"] == outcome("labels", "lab")["correct"]


def test_levels_need_no_student():
    assert 0 <= outcome("tfidf", "")["accuracy"] <= 1
    assert outcome("teacher", "")["tests"] == 40
