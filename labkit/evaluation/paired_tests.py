"""Paired tests of two arms of an experiment: over examples, over seeds, and over both."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 10_000


@dataclass(frozen=True)
class Comparison:
    """A minus B, its range, and how often chance alone gives a gap of this size."""

    difference: float
    low: float
    high: float
    p: float
    """Two-sided, in [0, 1]."""
    n: int
    """How many pairs were compared."""
    method: str


def paired_bootstrap(
    correct_a: ArrayLike,
    correct_b: ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> Comparison:
    """Accuracy of A minus B over the same examples, with the range when examples are redrawn.

    Source: Efron 1979; paired, as in Koehn 2004. With several seeds, seeds and examples are
    redrawn together (Owen 2007, the pigeonhole bootstrap).

    correct_a, correct_b: (examples,) or (seeds, examples), true where the answer was right
    returns a Comparison; p is twice the smaller tail of the redrawn differences around 0
    errors: ValueError for shapes that differ or entries that are neither 0 nor 1

    Traps: from one run it speaks of these two sets of weights, not of the methods. With few seeds
    that differ much it is too sure of itself: its 95 % is then 75 to 90 %. `compare` is not.
    """
    check_level(level)
    if resamples < 100:
        raise ValueError(f"got {resamples} resamples, wanted at least 100 (10,000 are usual)")
    difference = differences(correct_a, correct_b)
    drawn = _redraw(difference, resamples, np.random.default_rng(seed))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    below, above = np.count_nonzero(drawn <= 0), np.count_nonzero(drawn >= 0)
    p = float(min(1.0, 2 * (min(below, above) + 1) / (resamples + 1)))
    rows, examples = difference.shape
    method = "paired bootstrap over examples" + (" and seeds" if rows > 1 else "")
    return Comparison(float(difference.mean()), float(low), float(high), p, examples, method)


def mcnemar(correct_a: ArrayLike, correct_b: ArrayLike, level: float = 0.95) -> Comparison:
    """Whether two models differ, from the examples that only one of them got right.

    Source: McNemar 1947, with the exact binomial test in place of the chi-square.

    correct_a, correct_b: (examples,), true where the answer was right
    returns a Comparison; low and high follow from the exact interval of A's share among the
    examples on which the two disagree, that number taken as given
    errors: ValueError for shapes that differ or entries that are neither 0 nor 1

    Trap: it compares two sets of weights, one run each, and says nothing about other seeds.
    """
    from scipy import stats

    check_level(level)
    difference = differences(correct_a, correct_b)
    if len(difference) != 1:
        raise ValueError(
            f"got {len(difference)} seeds, wanted one row (examples,); use compare for several"
        )
    n = difference.shape[1]
    only_a, only_b = int((difference > 0).sum()), int((difference < 0).sum())
    apart = only_a + only_b
    method = f"McNemar, exact ({only_a} against {only_b})"
    if apart == 0:
        return Comparison(0.0, 0.0, 0.0, 1.0, n, method)
    test = stats.binomtest(only_a, apart, 0.5)
    share = test.proportion_ci(level, method="exact")
    low, high = (float((2 * edge - 1) * apart / n) for edge in (share.low, share.high))
    return Comparison((only_a - only_b) / n, low, high, float(test.pvalue), n, method)


def paired_seeds(
    values_a: Sequence[float], values_b: Sequence[float], level: float = 0.95
) -> Comparison:
    """A minus B seed by seed, with Student's t over the differences.

    Source: Student 1908, the paired t test.

    values_a, values_b: one number per seed, the same seeds in the same order
    returns a Comparison; with one seed low, high and p are not a number
    errors: ValueError for lengths that differ or numbers that are not finite

    Trap: it takes the test examples as given. Differences without any spread give p = 0 (1 when
    they are 0): that usually means that the same run was counted several times.
    """
    from scipy import stats

    check_level(level)
    a, b = finite_row(values_a, "values_a"), finite_row(values_b, "values_b")
    if len(a) != len(b):
        raise ValueError(f"got {len(a)} and {len(b)} values, wanted one of each arm per seed")
    mean, n = float((a - b).mean()), len(a)
    if n == 1:
        return Comparison(mean, nan, nan, nan, 1, "one seed: its spread cannot be known")
    error = float((a - b).std(ddof=1)) / sqrt(n)
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * error
    p = two_sided(mean, error, n - 1)
    return Comparison(mean, mean - half, mean + half, p, n, "paired t over seeds")


def two_sided(mean: float, error: float, freedom: float) -> float:
    """How often |mean| or more comes by chance when the true mean is 0, by Student's t."""
    from scipy import stats

    if error == 0:
        return float(mean == 0)
    return float(2 * stats.t.sf(abs(mean) / error, freedom))


def check_level(level: float) -> None:
    """ValueError unless the level lies in (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"got level {level}, wanted a number between 0 and 1, such as 0.95")


def finite_row(values: Sequence[float], name: str) -> NDArray[np.float64]:
    """The values as an array; ValueError when there are none or one is not finite."""
    given = np.asarray(values, dtype=float)
    if given.ndim != 1 or len(given) == 0 or not np.isfinite(given).all():
        raise ValueError(f"got {name} {values}, wanted a list of finite numbers, one per seed")
    return given


def differences(correct_a: ArrayLike, correct_b: ArrayLike) -> NDArray[np.float64]:
    """A minus B for each seed and example, (seeds, examples), each entry -1, 0 or 1."""
    a, b = (np.asarray(correct, dtype=float) for correct in (correct_a, correct_b))
    if a.shape != b.shape or a.ndim not in (1, 2):
        raise ValueError(
            f"got shapes {a.shape} and {b.shape}, wanted (examples,) or (seeds, examples) twice; "
            "give the row of an arm without randomness once per seed"
        )
    if a.size == 0 or a.shape[-1] < 2:
        raise ValueError(f"got shape {a.shape}, wanted at least 2 examples")
    if not all(np.isin(arm, (0, 1)).all() for arm in (a, b)):
        raise ValueError("got entries other than 0 and 1, wanted true where the answer was right")
    return np.atleast_2d(a - b)


def _redraw(
    difference: NDArray[np.float64], resamples: int, chance: np.random.Generator
) -> NDArray[np.float64]:
    """Means of redrawn seeds and examples, (resamples,).

    Examples with the same outcomes are drawn as one heap: the same distribution as drawing them
    one by one, at a cost that does not grow with their number.
    """
    seeds, examples = difference.shape
    heaps, sizes = np.unique(difference, axis=1, return_counts=True)
    drawn = chance.multinomial(examples, sizes / examples, size=resamples) @ heaps.T / examples
    if seeds == 1:
        return drawn[:, 0]
    often = chance.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples)
    return (drawn * often).sum(axis=1) / seeds
