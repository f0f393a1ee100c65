from math import nan

import pytest

from labkit.experiments.claims import (
    NOT_REPRODUCED,
    REPRODUCED,
    UNKNOWN,
    against,
    fact,
    on_average,
    share_of_teacher,
    word_for,
    write_lines,
)
from labkit.experiments.results import read_rows
from labkit.experiments.trial import Trial
from tests.helpers import made_runs


@pytest.mark.parametrize(
    ("low", "high", "claimed", "word"),
    [
        (0.01, 0.03, 0.02, REPRODUCED),
        (0.001, 0.004, 0.25, REPRODUCED),
        (-0.01, 0.01, 0.02, NOT_REPRODUCED),
        (-0.01, 0.03, 0.02, UNKNOWN),
        (-0.05, -0.01, 0.02, NOT_REPRODUCED),
        (-0.05, -0.01, -0.02, REPRODUCED),
        (-0.01, 0.01, -0.02, NOT_REPRODUCED),
        (-0.03, 0.01, -0.02, UNKNOWN),
        (-0.03, 0.01, 0.0, UNKNOWN),
        (-0.03, -0.01, 0.0, NOT_REPRODUCED),
        (nan, nan, 0.02, UNKNOWN),
    ],
)
def test_the_word_follows_from_the_interval_and_the_claimed_effect(low, high, claimed, word):
    assert word_for(low, high, claimed) == word


def arm(name, accuracies):
    return [
        made_runs.run(Trial("trec", name, seed), value) for seed, value in enumerate(accuracies)
    ]


HIGH, LOW = arm("stage_two", [0.9, 0.91, 0.9]), arm("stage_one", [0.7, 0.71, 0.7])


def test_a_clear_gain_is_reproduced_and_the_line_holds_what_it_is_read_beside():
    beside = [*arm("tfidf", [0.6]), *arm("labels", [0.65, 0.66, 0.67]), *arm("teacher", [0.95])]
    line = against("table8", "trec", "It helps.", 0.02, beside, HIGH, LOW, ("a", "b"))
    assert line.word == REPRODUCED
    assert float(line.ours) == pytest.approx(0.2, abs=1e-3)
    assert float(line.low) > 0
    assert (line.floor, line.labels_only, line.teacher) == ("0.6000", "0.6600", "0.9500")


def test_two_seeds_are_too_few_to_tell():
    names = ("a", "b")
    assert against("t", "trec", "c", 0.02, [], HIGH[:2], LOW[:2], names).word == UNKNOWN
    assert on_average("t", "trec", "c", 0.02, [], HIGH[:2], LOW[:2], names).word == UNKNOWN


def test_means_over_cells_are_compared_seed_by_seed():
    line = on_average("t", "trec", "c", 0.02, [], HIGH + arm("x", [0.7] * 3), LOW, ("a", "b"))
    assert float(line.ours) == pytest.approx(0.1, abs=5e-3)


def test_arms_without_a_common_seed_are_refused():
    with pytest.raises(ValueError, match="no seed in common"):
        against("t", "trec", "c", 0.02, [], HIGH[:1], LOW[1:], ("a", "b"))


def test_a_teacher_measured_once_is_compared_with_every_seed():
    line = against("t", "trec", "c", 0.02, [], HIGH, arm("teacher", [0.8]), ("a", "teacher"))
    assert "3 seeds" in line.basis


@pytest.mark.parametrize(
    ("student", "word"),
    [
        ([0.9, 0.9, 0.905], REPRODUCED),
        ([0.6, 0.6, 0.605], NOT_REPRODUCED),
        ([0.75, 0.8, 0.85], UNKNOWN),
    ],
)
def test_a_share_of_the_teacher_is_reached_or_not(student, word):
    runs = arm("teacher", [0.95])
    found = share_of_teacher("figure4", "trec", "c", 0.85, runs, arm("stage_two", student))
    assert found.word == word


def test_new_lines_take_the_place_of_the_older_ones_of_their_table_only(tmp_path):
    file = tmp_path / "verdicts.csv"
    write_lines(file, [fact("table3", "trec", "old", 1, 2, False, "")], {"rule": "r"})
    write_lines(file, [fact("table1", "", "other", 1, 1, True, "")], {"rule": "r"})
    new = [fact("table3", "trec", "new", 1, 1, True, "")]
    write_lines(file, new, {"rule": "r"}, order=["table1", "table3"])
    rows = read_rows(file)
    assert [(row["table"], row["claim"]) for row in rows] == [
        ("table1", "other"),
        ("table3", "new"),
    ]
    assert file.read_text().startswith("# rule: r\n")
    assert not list(tmp_path.glob("*.lock"))
