"""Which runs a ladder has."""

from collections import Counter

import pytest

from labkit.experiments.ladder.arms import Budget
from labkit.experiments.ladder.plan import ARMS, LadderRun, floor_runs, trained_runs
from tests.helpers.studies import study_of

PART = study_of([("a good film", 0), ("a bad film", 1)], [("so so", 2)])


def test_arms_with_chance_get_every_seed_and_the_others_one():
    runs = [*floor_runs(PART, 64), *trained_runs(PART, 64, "t", 3, Budget(), 8)]
    assert list(dict.fromkeys(run.arm for run in runs)) == list(ARMS)
    alone = ("majority", "tfidf", "teacher")
    counts = Counter(run.arm for run in runs)
    assert counts == {arm: 1 if arm in alone else 3 for arm in ARMS}
    assert {run.rows for run in runs} == {PART.mark}


def test_the_floor_does_not_depend_on_teacher_and_budget():
    for run in floor_runs(PART, 64):
        assert (run.teacher, run.variants, run.epochs, run.width) == ("", 0, 0, 0)


def test_what_there_is_not_is_refused():
    with pytest.raises(ValueError, match="arm must be one of majority"):
        LadderRun("trec", "0", "guess", 0, 64)
    with pytest.raises(ValueError, match="seed must be at least 0"):
        LadderRun("trec", "0", "swem", -1, 64)
    with pytest.raises(ValueError, match="seeds must be at least 1, got 0"):
        list(trained_runs(PART, 64, "t", 0, Budget(), 8))
