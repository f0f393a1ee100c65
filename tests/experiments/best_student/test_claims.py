"""Whether the teacher's answers beat the labels."""

import numpy as np
import pytest

from labkit.experiments.best_student.claims import gain
from labkit.experiments.best_student.plan import BestRun
from labkit.experiments.result import Result, pack
from labkit.experiments.sweep import key_of


def result(arm, seed, share, validation=0.5, dropout=0.2):
    run = BestRun("made up", arm, dropout, 4e-3, seed, 1, 1, "", 64, "", "rows")
    correct = pack(np.arange(200) < 200 * share)
    outcome = {"validation": validation, "accuracy": share, "tests": 200, "correct": correct}
    return Result(key_of(run), run, outcome)


def test_the_chosen_students_are_compared_seed_by_seed():
    results = [result("distilled", seed, 0.9 + seed / 100) for seed in (2, 0, 1)]
    results += [result("labels", seed, 0.7 + seed / 100) for seed in (0, 1, 2)]
    found = gain("made up", results)
    assert (found.word, found.seeds) == ("better", 3)
    assert found.difference == pytest.approx(0.2)


def test_a_try_that_validation_did_not_choose_has_no_say():
    results = [result("distilled", 0, 0.9), result("labels", 0, 0.7)]
    results.append(result("labels", 0, 1.0, validation=0.4, dropout=0.4))
    assert gain("made up", results).difference == pytest.approx(0.2)


def test_seeds_that_only_one_arm_has_are_left_out():
    results = [result("distilled", seed, 0.9) for seed in range(3)] + [result("labels", 0, 0.7)]
    assert gain("made up", results).seeds == 1
