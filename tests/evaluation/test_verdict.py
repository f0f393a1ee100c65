"""Intervals and verdicts: against another way of computing them, and against simulated truth."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from labkit.evaluation.verdict import compare, holm, interval, proportion_interval


def arms(
    seeds: int, examples: int, gap: float, seed: int, spread: float = 0.02
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two arms whose accuracies differ by `gap`; examples differ in difficulty, seeds in luck."""
    chance = np.random.default_rng(seed)
    easy = chance.beta(4, 1, size=examples)
    luck = chance.normal(scale=spread, size=(2, seeds, 1))
    draw = chance.random((2, seeds, examples))
    return draw[0] < easy + gap + luck[0], draw[1] < easy + luck[1]


def test_interval_agrees_with_scipy() -> None:
    values = [0.90, 0.92, 0.91, 0.95, 0.89]
    found = interval(values)
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert (found.mean, found.n) == (pytest.approx(np.mean(values)), 5)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert interval(values, 0.5).high < found.high


def test_interval_of_two_values_worked_by_hand() -> None:
    # deviation sqrt(0.02), divided by sqrt(2) 0.1, times t = tan(0.475 pi) at one degree
    found = interval([0.0, 0.2])
    assert found.high - found.mean == pytest.approx(0.1 * math.tan(0.475 * math.pi))


def test_interval_of_one_run_says_that_it_cannot_be_known() -> None:
    found = interval([0.9])
    assert found.mean == 0.9
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert "cannot be known" in found.method
    assert "cannot be known" in str(found)


def test_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance = np.random.default_rng(0)
    found = [interval(chance.normal(0.9, 0.02, size=5).tolist()) for _ in range(1500)]
    assert np.mean([one.low <= 0.9 <= one.high for one in found]) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("values", [[], [0.1, float("nan")], [[0.1, 0.2]]])
def test_interval_refuses_what_is_no_list_of_numbers(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"got .*wanted"):
        interval(values)


def test_level_must_lie_between_zero_and_one() -> None:
    for level in (0, 1, 95):
        with pytest.raises(ValueError, match="level"):
            interval([0.1, 0.2], level)


def test_proportion_interval_solves_wilsons_equation() -> None:
    found = proportion_interval(450, 500)
    z = stats.norm.ppf(0.975)
    for edge in (found.low, found.high):
        assert abs(0.9 - edge) == pytest.approx(z * math.sqrt(edge * (1 - edge) / 500))
    assert found.mean == 0.9


def test_proportion_interval_is_open_where_all_are_right() -> None:
    found = proportion_interval(20, 20)
    assert found.high == pytest.approx(1)
    assert found.low == pytest.approx(1 / (1 + stats.norm.ppf(0.975) ** 2 / 20))
    for correct, n in ((5, 4), (-1, 4), (0, 0)):
        with pytest.raises(ValueError, match="wanted"):
            proportion_interval(correct, n)


def test_five_true_points_over_five_seeds_and_500_examples_are_better() -> None:
    a, b = arms(5, 500, 0.05, seed=1)
    found = compare("distilled", a, "plain", b)
    assert found.word == "better"
    assert 0 < found.low < found.difference < found.high
    assert found.p < 0.05
    assert (found.seeds, found.examples) == (5, 500)
    assert found.sentence.startswith("distilled is better than plain: +")
    assert "5 seeds, 500 test examples" in found.sentence


def test_the_mirror_image_is_worse_with_the_same_numbers() -> None:
    a, b = arms(5, 500, 0.05, seed=1)
    found, mirror = compare("a", a, "b", b), compare("b", b, "a", a)
    assert mirror.word == "worse"
    assert "b is worse than a" in mirror.sentence
    assert mirror.low == pytest.approx(-found.high)
    assert mirror.p == pytest.approx(found.p)


def test_identical_arms_are_inside_the_noise() -> None:
    a, _ = arms(5, 500, 0.0, seed=0)
    found = compare("a", a, "b", a.copy())
    assert (found.word, found.difference, found.low, found.high) == ("inside the noise", 0, 0, 0)
    assert found.p == 1
    assert "The difference between a and b is inside the noise" in found.sentence


@pytest.mark.parametrize("seeds", [1, 2])
def test_fewer_than_three_seeds_cannot_be_told_however_large_the_gap(seeds: int) -> None:
    a, b = np.ones((seeds, 100), dtype=bool), np.zeros((seeds, 100), dtype=bool)
    found = compare("a", a, "b", b)
    assert found.word == "cannot be told"
    assert found.difference == 1
    assert math.isnan(found.p)
    assert math.isnan(found.low)
    assert "run at least 3" in found.sentence
    assert compare("a", a[0], "b", b[0]).word == "cannot be told"


def test_a_gap_in_every_answer_is_better() -> None:
    found = compare("a", np.ones((3, 50)), "b", np.zeros((3, 50)))
    assert (found.word, found.p) == ("better", 0)


@pytest.mark.parametrize("spread", [0.0, 0.05])
@pytest.mark.parametrize("seeds", [3, 5])
def test_equal_methods_are_told_apart_no_more_often_than_allowed(seeds: int, spread: float) -> None:
    words = []
    for seed in range(400):
        a, b = arms(seeds, 400, 0.0, seed, spread)
        words.append(compare("a", a, "b", b).word)
    assert words.count("inside the noise") / 400 > 0.93


def test_lucky_seeds_alone_are_no_evidence() -> None:
    # A is +9, +1 and -4 points away from B: significant over examples, luck over seeds
    b = np.zeros((3, 10_000), dtype=bool)
    b[:, :5000] = True
    a = b.copy()
    a[0, 5000:5900], a[1, 5000:5100], a[2, 4600:5000] = True, True, False
    assert compare("a", a, "b", b).word == "inside the noise"


def test_an_interval_never_leaves_what_two_shares_can_differ_by() -> None:
    """One seed collapses: Student's t over three seeds alone would reach beyond 100 points."""
    a = np.zeros((3, 40))
    a[0] = 1
    found = compare("a", a, "b", np.zeros((3, 40)))
    assert found.low < -0.9 and found.high == 1.0
    turned = compare("b", np.zeros((3, 40)), "a", a)
    assert (turned.low, turned.high) == (-1.0, -found.low)


def test_interval_is_that_of_the_t_test_when_seeds_differ_most() -> None:
    a, b = arms(6, 3000, 0.0, seed=3, spread=0.2)
    found = compare("a", a, "b", b)
    by_seed = a.mean(axis=1) - b.mean(axis=1)
    wanted = stats.ttest_1samp(by_seed, 0).confidence_interval(0.95)
    assert found.low == pytest.approx(wanted.low, rel=0.1)
    assert found.high == pytest.approx(wanted.high, rel=0.1)


def test_interval_is_that_of_the_examples_when_all_seeds_agree() -> None:
    a, b = (np.repeat(arm[:1], 4, axis=0) for arm in arms(1, 600, 0.02, seed=4))
    found = compare("a", a, "b", b)
    wanted = stats.ttest_1samp(a[0].astype(float) - b[0], 0).confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(wanted.low), pytest.approx(wanted.high))


def parts(difference: NDArray[np.float64]) -> list[float]:
    """The variance of the mean of a two-way table due to seeds, to examples and to the rest."""
    seeds, examples = difference.shape
    rows, columns = difference.mean(axis=1), difference.mean(axis=0)
    rest = difference - rows[:, None] - columns + difference.mean()
    of_rest = (rest**2).sum() / ((seeds - 1) * (examples - 1)) / difference.size
    return [rows.var(ddof=1) / seeds, columns.var(ddof=1) / examples, float(of_rest)]


LUCKY_SEEDS = [[0, 0, 0, 1], [1, 0, 1, 1], [1, 1, 1, 0], [0, 1, 0, 0]]
"""Four seeds that differ, on four examples that are equal on the whole."""
LUCKY_EXAMPLES = [[1, 0, 1, 1], [1, 1, 0, 1], [1, 0, 1, 1]]
"""Three seeds that are equal on the whole, on four examples that differ."""


@pytest.mark.parametrize(("table", "larger"), [(LUCKY_SEEDS, 0), (LUCKY_EXAMPLES, 1)])
def test_the_variance_is_never_below_its_larger_part(table: list[list[int]], larger: int) -> None:
    a = np.array(table, dtype=bool)
    of = parts(a.astype(float))
    assert max(of[0] + of[1] - of[2], of[1 - larger]) < of[larger]
    seeds, examples = a.shape
    freedoms = [seeds - 1, examples - 1, (seeds - 1) * (examples - 1)]
    freedom = of[larger] ** 2 / sum(p**2 / f for p, f in zip(of, freedoms, strict=True))
    half = stats.t.ppf(0.975, freedom) * math.sqrt(of[larger])
    found = compare("a", a, "b", np.zeros_like(a))
    assert found.difference - found.low == pytest.approx(half)


def test_holm_worked_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([0.02]) == pytest.approx([0.02])
    assert holm([]) == []


def test_holm_counts_what_cannot_be_told_and_refuses_other_numbers() -> None:
    found = holm([float("nan"), 0.01, 0.2])
    assert math.isnan(found[0])
    assert found[1:] == pytest.approx([0.03, 0.4])
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        holm([0.1, 1.2])
