"""Shipped runs of KDFD are read as tables and intervals, and what is missing is named."""

import pytest

from labkit.course.lesson_05 import shipped
from labkit.experiments.online.claim_list import CLAIMS
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.online.runs_table import write_table
from labkit.experiments.result import Result


def outcome(score, nll):
    numbers = {"score": score, "nll": nll, "ece": 0.1, "off_diagonal": 0.2, "nats": None}
    return {
        "student": numbers,
        "teacher": {**numbers, "score": 0.9, "nll": nll / 2},
        "cpu_seconds": 1.0,
        "seconds": 1.0,
    }


@pytest.fixture
def folder(tmp_path):
    """A table 3 of two arms and a figure 5 of two widths, three seeds each."""
    runs = [
        Result(f"{arm} {seed}", OnlineRun("trec", arm, seed), outcome(score + seed / 100, 0.5))
        for seed in range(3)
        for arm, score in (("kd", 0.7), ("online", 0.8))
    ]
    write_table(tmp_path, "kdfd_table3", runs, {})
    widths = [
        Result(
            f"{latent} {seed}",
            OnlineRun("trec", "online_vae_teacher", seed, latent=latent),
            outcome(0.6 + latent / 1000 + seed / 100, 0.5),
        )
        for latent in (64, 4)
        for seed in range(3)
    ]
    write_table(tmp_path, "kdfd_figure5", widths, {})
    return tmp_path


def test_arms_are_intervals_over_seeds(folder):
    found = shipped.arms("kdfd_table3", "trec", folder=folder)
    assert list(found) == ["kd", "online"]
    assert found["online"].mean == pytest.approx(0.81) and found["online"].n == 3
    teacher = shipped.arms("kdfd_table3", "trec", column="teacher_nll", folder=folder)
    assert teacher["kd"].mean == pytest.approx(0.25)


def test_a_sweep_is_sorted_by_its_values_and_leaves_out_the_usual_arms(folder):
    found = shipped.sweep("latent", "trec", folder=folder)
    assert list(found) == [4.0, 64.0]
    assert found[64.0].mean == pytest.approx(0.674)
    assert shipped.arms("kdfd_figure5", "trec", folder=folder).keys() == {"online_vae_teacher"}


def test_verdict_lines_become_a_table_in_points_with_the_smallest_difference_seen(folder):
    lines = shipped.verdict_lines("kdfd_table3", folder=folder)
    row = next(line for line in lines if line["said"] == "online beats the frozen teacher")
    frame = shipped.as_frame([row])
    assert frame.loc[0, "ours"] == "+10.0" and frame.loc[0, "seeds"] == "3"
    assert frame.columns[0] == "word", "the verdict stands where a narrow window shows it"
    assert frame.loc[0, "word"] == row["word"] and frame.loc[0, "claim"] == row["said"]
    assert "online beats the frozen teacher" in shipped.as_html(lines)
    assert shipped.counted(lines).startswith(f"{len(lines)} lines: ")


def test_what_is_not_there_is_named_with_its_command(folder):
    said = shipped.missing("kdfd_table3", "kdfd_table2", folder=folder)
    assert said == "not here yet: kdfd_table2 (`labkit reproduce kdfd_table2` makes them)"
    assert shipped.missing("kdfd_table3", folder=folder) == ""
    assert shipped.verdict_lines("kdfd_table2", folder=folder) == []
    assert shipped.arms("kdfd_table2", "trec", folder=folder) == {}
    assert shipped.as_html([]) == "<p>no lines to show</p>"


def test_losses_are_told_in_nats():
    line = {"measured": "teacher nll", "dataset": "trec", "student": "two_layers", "said": "x",
            "ours": "0.0284", "low": "0.01", "high": "0.04", "paper": "", "smallest": "0.02",
            "seeds": "10", "word": "reproduced"}  # fmt: skip
    row = shipped.as_frame([line]).loc[0]
    assert (row["ours"], row["95 % interval"]) == ("+0.028", "+0.010 to +0.040")
    assert (row["student"], row["paper"], row["seen from"]) == ("two layers", "", "0.020")


def test_the_lines_that_are_shown_first_are_claims_of_the_study():
    assert set(shipped.KEY_CLAIMS) <= {claim.said for claim in CLAIMS}
