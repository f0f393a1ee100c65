"""Differences with their errors: known by hand, and in simulation as often right as they say."""

import math

import numpy as np
import pytest

from labkit.evaluation.verdict import compare
from labkit.experiments.confirm.estimates import (
    Estimate,
    beside,
    by_chain,
    level,
    mean_of,
    of_set,
)
from tests.helpers.confirm import made_answers

FIRST, SECOND = ["second_stage differ"], ["second_stage without"]


def test_students_of_a_chain_are_averaged_first_and_arms_too():
    right = {
        "stage_one": {0: [True, True], 5: [False, True], 1: [True, True], 2: [True, True]},
        "direct": {0: [False, True], 5: [False, False], 1: [True, True], 2: [True, True]},
        "labels": {0: [False, False], 5: [False, False], 1: [True, True], 2: [False, False]},
    }
    answers = {
        arm: {seed: np.array(row) for seed, row in own.items()} for arm, own in right.items()
    }
    table = by_chain(answers, ["stage_one"], ["direct", "labels"])
    assert table.tolist() == [[0.5, 0.75], [0.0, 0.0], [0.5, 0.5]]
    assert level(answers, ["stage_one"]) == pytest.approx(7 / 8)


def test_one_seed_per_chain_gives_the_interval_of_the_paired_test():
    answers = made_answers.answers({FIRST[0]: 0.82})
    ours = of_set(answers, FIRST, SECOND)
    stacks = [np.stack(list(answers[arm].values())) for arm in (FIRST[0], SECOND[0])]
    wanted = compare("a", stacks[0], "b", stacks[1])
    assert ours.interval() == pytest.approx((wanted.low, wanted.high))
    assert ours.p() == pytest.approx(wanted.p)
    assert (ours.chains, ours.texts) == (5, 2000)


def test_two_chains_say_nothing():
    assert of_set(made_answers.answers(seeds=2), FIRST, SECOND) is None
    assert of_set({}, FIRST, SECOND) is None


def test_the_mean_of_equal_sets_halves_the_variance():
    one = Estimate(0.02, 0.01, 10, 5, 100)
    both = mean_of([one, Estimate(0.04, 0.01, 10, 3, 200)])
    assert both.difference == pytest.approx(0.03)
    assert both.error == pytest.approx(0.01 / math.sqrt(2))
    assert both.freedom == pytest.approx(20)
    assert (both.chains, both.texts) == (3, 300)
    assert mean_of([one]) == one


def test_a_printed_number_widens_the_error():
    gap = beside(Estimate(0.02, 0.003, 10), 0.05, 0.004)
    assert gap.difference == pytest.approx(-0.03)
    assert gap.error == pytest.approx(0.005)
    assert gap.freedom > 10


def test_equivalence_needs_a_small_difference_and_a_small_error():
    assert Estimate(0.0, 0.002, 20).p_outside(0.01) < 0.001
    assert Estimate(0.0, 0.02, 20).p_outside(0.01) > 0.2
    assert Estimate(-0.02, 0.002, 20).p_outside(0.01) > 0.99


def test_the_smallest_difference_grows_with_the_list():
    one = Estimate(0.0, 0.002, 30)
    assert one.smallest(12) > one.smallest(1)
    # normal values: 1.96 + 0.84 standard errors at 5 % and 80 %
    assert Estimate(0.0, 1.0, 1e6).smallest(1) == pytest.approx(2.80, abs=0.01)


@pytest.mark.parametrize("chain_spread", [0.0, 0.02])
def test_the_interval_holds_the_truth_as_often_as_it_says(chain_spread):
    chance, inside = np.random.default_rng(1), 0
    for _ in range(300):
        ease = chance.normal(size=(1, 200))
        answers = {}
        for arm in (FIRST[0], SECOND[0]):
            skill = 1 + chain_spread * 10 * chance.normal(size=(5, 1))
            right = ease + skill + chance.normal(size=(5, 200)) > 0
            answers[arm] = dict(enumerate(right))
        low, high = of_set(answers, FIRST, SECOND).interval()
        inside += low <= 0 <= high
    assert 0.92 <= inside / 300 <= 1.0
