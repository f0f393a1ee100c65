"""What a ladder shows, and when it can show nothing."""

import pytest

from labkit.experiments.ladder.claims import doubts, gains, notes, verdict_lines
from tests.helpers.rungs import made

ALONE = made("student_labels", [0.70, 0.71, 0.70, 0.72, 0.71])
FLOOR = made("majority", [0.4]) + made("tfidf", [0.6])


def test_a_large_gain_is_called_better_and_none_is_called_noise():
    (found,) = gains(made("student_kd", [0.9] * 5) + ALONE)
    assert (found.word, found.name_b) == ("better", "labels only")
    same = made("student_kd", [0.71, 0.70, 0.72, 0.70, 0.71])
    assert [verdict.word for verdict in gains(same + ALONE)] == ["inside the noise"]
    assert gains(ALONE) == []


def test_a_climb_that_stopped_in_the_last_arm_compares_the_seeds_that_both_have():
    (found,) = gains(ALONE + made("student_kd", [0.9, 0.91, 0.9]))
    assert found.seeds == 3


@pytest.mark.parametrize(
    ("teacher", "said"),
    [
        (0.3, ["majority", "bag of words"]),
        (0.5, ["bag of words"]),
        (0.6, ["bag of words"]),
        (0.61, []),
    ],
)
def test_a_teacher_that_is_not_above_the_floor_is_reported(teacher, said):
    found = doubts(FLOOR + made("teacher", [teacher]))
    assert len(found) == len(said)
    for name, line in zip(said, found, strict=True):
        assert f"The teacher ({teacher:.3f}) is not above {name}" in line


def test_doubts_come_before_the_verdicts():
    rungs = FLOOR + made("student_kd", [0.9] * 5) + ALONE + made("teacher", [0.4])
    lines = verdict_lines(rungs)
    assert "not above majority" in lines[0]
    assert lines[-1].startswith("soft labels on copies is better")


@pytest.mark.parametrize(("tests", "few"), [(18, True), (195, True), (196, False)])
def test_a_test_split_too_small_to_tell_is_reported(tests, few):
    rungs = made("majority", [0.5], tests) + made("teacher", [1.0], tests)
    found = doubts(rungs)
    assert bool(found) == few
    if few:
        assert f"The test split has {tests} texts: each is {100 / tests:.1f} points" in found[0]
    assert notes(rungs)["majority"] == (f"only {tests} test texts" if few else "")


def test_the_note_of_an_arm_names_the_floor_that_it_is_not_above():
    rungs = FLOOR + made("swem", [0.4]) + made("student_kd", [0.55]) + made("teacher", [0.9])
    assert notes(rungs) == {
        "majority": "", "tfidf": "", "swem": "not above majority",
        "student_kd": "not above bag of words", "teacher": "",
    }  # fmt: skip
