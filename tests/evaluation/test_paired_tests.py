"""Paired tests against hand-worked cases, normal theory and scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from labkit.evaluation.verdict import mcnemar, paired_bootstrap, paired_seeds

CHANCE = np.random.default_rng(0)
A = CHANCE.random(800) < 0.9
B = np.where(CHANCE.random(800) < 0.1, CHANCE.random(800) < 0.5, A)


def test_mcnemar_worked_by_hand() -> None:
    # 6 right only in A, 1 only in B: 2 * (C(7,0) + C(7,1)) / 2^7
    a = np.array([1] * 6 + [0] + [1] * 13)
    b = np.array([0] * 6 + [1] + [1] * 13)
    found = mcnemar(a, b)
    assert found.p == pytest.approx(2 * (1 + 7) / 128)
    assert found.difference == pytest.approx(5 / 20)
    assert found.n == 20
    assert found.low < 0 < found.high
    assert "6 against 1" in found.method


def test_mcnemar_interval_leaves_out_zero_exactly_when_p_is_small() -> None:
    for only_a in range(13):
        a = np.array([1] * only_a + [0] * (12 - only_a) + [1])
        b = np.array([0] * only_a + [1] * (12 - only_a) + [1])
        found = mcnemar(a, b)
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)
        assert found.low <= found.difference <= found.high


def test_identical_answers_give_p_one_everywhere() -> None:
    for test in (mcnemar, paired_bootstrap):
        found = test(A, A)
        assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_bootstrap_agrees_with_the_normal_approximation() -> None:
    found = paired_bootstrap(A, B)
    gap = A.astype(float) - B
    error = gap.std() / math.sqrt(len(gap))
    assert found.difference == pytest.approx(gap.mean())
    assert found.low == pytest.approx(gap.mean() - 1.96 * error, abs=0.1 * error)
    assert found.high == pytest.approx(gap.mean() + 1.96 * error, abs=0.1 * error)
    wanted = 2 * stats.norm.sf(abs(gap.mean()) / error)
    assert found.p == pytest.approx(wanted, rel=0.25, abs=0.01)


def test_bootstrap_agrees_with_drawing_examples_one_by_one() -> None:
    gap = A.astype(float) - B
    rows = np.random.default_rng(5).integers(0, len(gap), size=(4000, len(gap)))
    low, high = np.quantile(gap[rows].mean(axis=1), [0.025, 0.975])
    found = paired_bootstrap(A, B)
    width = high - low
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06 * width)


def test_bootstrap_over_seeds_and_examples_is_wider_than_over_examples_alone() -> None:
    chance = np.random.default_rng(2)
    luck = chance.normal(scale=0.05, size=(6, 1))
    a = chance.random((6, 1000)) < 0.85 + luck
    b = chance.random((6, 1000)) < 0.85
    both = paired_bootstrap(a, b)
    single = paired_bootstrap(a.ravel(), b.ravel())
    assert both.difference == pytest.approx(single.difference)
    assert both.high - both.low > 1.3 * (single.high - single.low)
    assert "seeds" in both.method


def test_bootstrap_is_the_same_for_the_same_seed_only() -> None:
    first, again, other = (paired_bootstrap(A, B, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_bootstrap_sees_a_large_gap() -> None:
    worse = A & (np.random.default_rng(9).random(800) < 0.9)
    found = paired_bootstrap(A, worse)
    assert found.low > 0
    assert found.p < 0.001


def test_paired_seeds_agrees_with_scipy() -> None:
    a, b = [0.90, 0.92, 0.91, 0.95], [0.88, 0.91, 0.92, 0.90]
    found, wanted = paired_seeds(a, b), stats.ttest_rel(a, b)
    span = wanted.confidence_interval(0.95)
    assert found.p == pytest.approx(wanted.pvalue)
    assert (found.low, found.high) == pytest.approx((span.low, span.high))
    assert found.n == 4


def test_paired_seeds_with_one_seed_or_without_spread() -> None:
    single = paired_seeds([0.9], [0.8])
    assert single.difference == pytest.approx(0.1)
    assert math.isnan(single.p)
    assert "cannot be known" in single.method
    assert paired_seeds([0.5, 0.5], [0.5, 0.5]).p == 1
    assert paired_seeds([0.75, 0.75], [0.5, 0.5]).p == 0


def test_tests_refuse_what_is_not_paired() -> None:
    with pytest.raises(ValueError, match="shapes"):
        paired_bootstrap(A, B[:-1])
    with pytest.raises(ValueError, match="0 and 1"):
        mcnemar(A * 2, B)
    with pytest.raises(ValueError, match="several"):
        mcnemar(A.reshape(2, -1), B.reshape(2, -1))
    with pytest.raises(ValueError, match="at least 2 examples"):
        paired_bootstrap(A[:1], B[:1])
    with pytest.raises(ValueError, match="resamples"):
        paired_bootstrap(A, B, resamples=10)
    with pytest.raises(ValueError, match="per seed"):
        paired_seeds([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="got values_b"):
        paired_seeds([0.1], [float("inf")])
