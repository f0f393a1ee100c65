"""A difference of arms with its error: over chains, over texts, and over data sets.

The unit of chance is the chain: its teachers, assistants and students are drawn together, and the
students of one chain are averaged first. Chains and texts both count as drawn at random.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.evaluation.verdict import FEWEST_SEEDS, two_way_variance
from labkit.experiments.confirm.plan import chain_of

Answers = Mapping[str, Mapping[int, NDArray[np.bool_]]]
"""Arm with its option -> seed -> (texts,) right or wrong; of one data set."""
POWER = 0.8
"""How often the smallest detectable difference is to be found."""
SMALLEST_ERROR = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A mean difference in [-1, 1], its standard error and degrees of freedom."""

    difference: float
    error: float
    freedom: float
    chains: int = 0
    """Of the set with the fewest."""
    texts: int = 0

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The range of the true difference, by Student's t."""
        from scipy import stats

        half = float(stats.t.ppf((1 + level) / 2, self.freedom)) * self.error
        return self.difference - half, self.difference + half

    def p(self, of: float = 0.0) -> float:
        """Two-sided p value of the true difference being `of`."""
        from scipy import stats

        distance = abs(self.difference - of) / max(self.error, SMALLEST_ERROR)
        return float(2 * stats.t.sf(distance, self.freedom))

    def p_outside(self, margin: float) -> float:
        """p value of the true difference lying outside plus and minus `margin`.

        Source: Schuirmann 1987, two one-sided tests; small where the arms are equivalent.
        """
        from scipy import stats

        inside = (margin - abs(self.difference)) / max(self.error, SMALLEST_ERROR)
        return float(stats.t.sf(inside, self.freedom))

    def smallest(self, tests: int, level: float = 0.05) -> float:
        """The difference that would pass Holm's first step of so many tests, 8 times in 10."""
        from scipy import stats

        sure = stats.t.ppf(1 - level / (2 * tests), self.freedom)
        return float((sure + stats.t.ppf(POWER, self.freedom)) * self.error)


def of_set(answers: Answers, first: Sequence[str], second: Sequence[str]) -> Estimate | None:
    """First arms minus second arms on one data set; None with fewer than three chains."""
    table = by_chain(answers, first, second)
    if len(table) < FEWEST_SEEDS:
        return None
    mean, variance, freedom = two_way_variance(table)
    return Estimate(mean, math.sqrt(variance), freedom, *table.shape)


def by_chain(answers: Answers, first: Sequence[str], second: Sequence[str]) -> NDArray[np.float64]:
    """(chains, texts): first minus second, averaged over arms and over the seeds of a chain."""
    arms = [answers.get(arm, {}) for arm in (*first, *second)]
    seeds = sorted(set.intersection(*(set(arm) for arm in arms)))
    chains = sorted({chain_of(seed) for seed in seeds})
    rows = [
        np.mean([_difference(answers, first, second, s) for s in seeds if chain_of(s) == c], axis=0)
        for c in chains
    ]
    return np.array(rows)


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """The mean over data sets, which share no texts and no models."""
    count = len(estimates)
    parts = [(one.error / count) ** 2 for one in estimates]
    variance = sum(parts)
    freedom = sum(part**2 / one.freedom for part, one in zip(parts, estimates, strict=True))
    return Estimate(
        sum(one.difference for one in estimates) / count,
        math.sqrt(variance),
        variance**2 / freedom if freedom else 1.0,
        min(one.chains for one in estimates),
        sum(one.texts for one in estimates),
    )


def beside(ours: Estimate, printed: float, error: float) -> Estimate:
    """Ours minus a printed number that has an error of its own."""
    variance = ours.error**2 + error**2
    freedom = variance**2 / (ours.error**4 / ours.freedom) if ours.error else math.inf
    return Estimate(
        ours.difference - printed, math.sqrt(variance), freedom, ours.chains, ours.texts
    )


def level(answers: Answers, arms: Sequence[str]) -> float:
    """Mean accuracy of some arms over all their seeds, in [0, 1]."""
    means = [np.mean([right.mean() for right in answers[arm].values()]) for arm in arms]
    return float(np.mean(means))


def _difference(
    answers: Answers, first: Sequence[str], second: Sequence[str], seed: int
) -> NDArray[np.float64]:
    ours, theirs = (
        np.mean([answers[arm][seed] for arm in side], axis=0) for side in (first, second)
    )
    return np.asarray(ours - theirs, dtype=np.float64)
