"""The check of a paired gain in lesson 08: its mean, and the interval from draws of texts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit.course.check import check, same
from labkit.course.lesson_08.received import numbers, of_booleans

Triple = tuple[float, float, float]
"""Mean, low and high."""


@check("08-gain")
def gain(answer: Callable[..., tuple[float, float, float]]) -> None:
    """gain(first, second, draws) -> (mean, low, high), percentage points."""
    chance = np.random.default_rng(0)
    first, second = chance.random(80) < 0.9, chance.random(80) < 0.8
    draws = chance.integers(0, 60, (400, 80))
    got = numbers(of_booleans(answer, first, second, draws), ("mean", "low", "high"))
    ahead = np.where(first & ~second, 100.0, np.where(second & ~first, -100.0, 0.0))
    means = np.array([ahead[row].mean() for row in draws])
    wanted = (ahead.mean(), *np.percentile(means, [2.5, 97.5]))
    apart = [np.percentile(100 * one[draws].mean(1), [2.5, 97.5]) for one in (first, second)]
    clues = _gain_clues(ahead, draws) | {
        "take the differences of each draw, not two intervals that know nothing of one another": (
            wanted[0],
            apart[0][0] - apart[1][1],
            apart[0][1] - apart[1][0],
        ),
    }
    said = next((says for says, wrong in clues.items() if np.allclose(got, wrong, atol=1e-3)), "")
    same(np.array(got), np.array(wanted), said or "mean difference, then two quantiles of draws")


def _gain_clues(ahead: NDArray[np.float64], draws: NDArray[np.int64]) -> dict[str, Triple]:
    """What the usual mistakes give; ahead: (texts,) 100, 0 or -100."""
    means = ahead[draws].mean(1)
    wanted = (ahead.mean(), *np.percentile(means, [2.5, 97.5]))
    own = (np.percentile(means, [5, 95]), (means.min(), means.max()))
    spread = 1.96 * means.std()
    return {
        "the first number is the mean over the texts as they are, not over the draws": (
            means.mean(),
            *wanted[1:],
        ),
        "the first number is the mean over the texts as they are, no median of draws": (
            np.median(means),
            *wanted[1:],
        ),
        "`np.percentile` counts in hundredths: 2.5 and 97.5, or `np.quantile`": (
            wanted[0],
            *np.percentile(means, [0.025, 0.975]),
        ),
        "low comes before high": (wanted[0], wanted[2], wanted[1]),
        "the quantiles of the draws, no 1.96 times their spread": (
            wanted[0],
            means.mean() - spread,
            means.mean() + spread,
        ),
        "the quantiles of the draws, no 1.96 times the spread": (
            wanted[0],
            wanted[0] - spread,
            wanted[0] + spread,
        ),
        "one mean for each draw (axis 1) comes before the quantiles": (
            wanted[0],
            *np.percentile(ahead[draws], [2.5, 97.5]),
        ),
        "True minus False is 1, False minus True -1: `^` makes both 1": (
            abs(ahead).mean(),
            *np.percentile(abs(ahead)[draws].mean(1), [2.5, 97.5]),
        ),
        "points, not shares: 100 times as much": tuple(np.array(wanted) / 100),
        "first minus second: the sign is turned": (-wanted[0], -wanted[2], -wanted[1]),
        "95 % lie between the quantiles 0.025 and 0.975": (wanted[0], *own[0]),
        "lowest and highest draw are no interval: take quantiles": (wanted[0], *own[1]),
        "the mean over the texts of a draw, axis 1": (
            wanted[0],
            *np.percentile(ahead[draws].mean(0), [2.5, 97.5]),
        ),
    }
