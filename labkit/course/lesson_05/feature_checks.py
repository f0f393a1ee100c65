"""Checks of lesson 05 about features: nats before training, rank, correlation beside its noise."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from labkit.course.check import CheckFailed, answered, check, holds, pair, same, same_shape
from labkit.course.clues import clue


@check("05-nats")
def nats(answer: Callable[[Tensor, float], Tensor]) -> None:
    """predicted(eigenvalues, beta) -> nats of each dimension of a linear VAE."""
    values = torch.tensor([math.e**4, math.e**2, 1.0, 0.5, 0.0])
    got = _of_all_at_once(answer, values)
    hint = "one number for each eigenvalue, not their sum"
    kept = "one number for each eigenvalue, and 0 for those that carry nothing"
    same_shape(got, (5,), kept if getattr(got, "shape", ()) == (2,) else hint)
    clues = {
        "one half is missing": values.clamp(min=1).log(),
        "no dimension carries less than 0 nats: max(0, ...)": 0.5 * values.log(),
        "a negative number becomes 0, it does not turn its sign": (0.5 * values.log()).abs(),
        "the half stands in front of the logarithm": (0.5 * values).clamp(min=1).log(),
        "`log` is the natural logarithm, not `log10`": 0.5 * values.clamp(min=1).log10(),
        "`log` is the natural logarithm: nats, not bits": 0.5 * values.clamp(min=1).log2(),
        "ln(eigenvalue), not ln(1 + eigenvalue)": 0.5 * values.log1p(),
    }  # fmt: skip
    hint = "max(0, 1/2 ln(eigenvalue / beta))"
    hint = next((says for says, wrong in clues.items() if _same_or_nan(got, wrong)), hint)
    holds(not bool((got < 0).any()), f"got {_listed(got)}: no dimension carries less than 0 nats: "
          "max(0, ...)")  # fmt: skip
    holds(bool(torch.isfinite(got).all()), f"got {_listed(got)}: {hint}")
    same(got, torch.tensor([2.0, 1.0, 0, 0, 0]), hint)
    got = answer(values, math.e**2)
    hint = "beta is the price of a nat: a larger beta lets fewer dimensions live"
    outside = torch.allclose(got, 0.5 * values.clamp(min=1).log() / math.e**2, atol=1e-4)
    hint = "divide by beta inside the logarithm" if outside else hint
    same(got, torch.tensor([1.0, 0, 0, 0, 0]), hint)
    got = answer(values, math.e**-2)
    wanted = torch.tensor([3.0, 2.0, 1.0, 0.5 * math.log(0.5 * math.e**2)])
    same(got[:4], wanted, "divide by beta first, then compare with 0")


def _of_all_at_once(answer: Callable[[Tensor, float], Tensor], values: Tensor) -> Tensor:
    """What the answer gives at beta 1; Python's own `max` stops with an error that misleads."""
    try:
        return answer(values, 1.0)
    except RuntimeError as error:
        if "Boolean value of Tensor" not in str(error):
            raise
        hint = "Python's `max` and `if` compare two numbers, not all eigenvalues: `clamp(min=...)`"
        raise CheckFailed(hint) from None


def _same_or_nan(got: Tensor, other: Tensor) -> bool:
    return bool(torch.allclose(got, other, atol=1e-4, equal_nan=True))


def _listed(got: Tensor) -> list[float]:
    return [round(float(value), 4) for value in got]


@check("05-rank")
def rank(answer: Callable[[Tensor, Tensor], int]) -> None:
    """rank_of_both(head, mean_head) -> how many directions the classes are read from."""
    chance = torch.Generator().manual_seed(0)
    head = torch.randn(3, 5, generator=chance)
    wide = torch.randn(5, 8, generator=chance)
    _rank(answer(head, wide), 3, "three classes have at most three directions")
    narrow = torch.randn(3, 2, generator=chance), torch.randn(2, 8, generator=chance)
    hint = "only two numbers are let through; rounding leaves a third singular value above 0"
    _rank(answer(*narrow), 2, hint)
    twice = torch.cat([head[:1], head[:1], head[1:2]])
    hint = "two classes are read from the same direction: count singular values, not rows"
    _rank(answer(twice, wide), 2, hint)
    flat = wide.clone()
    flat[1:] = wide[:1]
    hint = "the mean head gives five times the same number: multiply the two first"
    _rank(answer(head, flat), 1, hint)
    hint = "each map has rank 2, but only one direction passes both: multiply the two first"
    _rank(answer(torch.eye(3)[:2], torch.diag(torch.tensor([1.0, 0.0, 1.0]))), 1, hint)
    hint = "the rank does not depend on the size of the numbers: compare with the largest"
    _rank(answer(1e-4 * head, 1e-4 * wide), 3, hint)
    _rank(answer(1e4 * twice, 1e4 * wide), 2, hint)


def _rank(got: Any, wanted: int, hint: str) -> None:
    answered(got, "rank_of_both")
    holds(getattr(got, "shape", ()) == (), f"got {got}, wanted one whole number: count them")
    holds(float(got) % 1 == 0, f"got {float(got):.4g}, wanted a whole number: count the singular "
          "values, do not add them")  # fmt: skip
    same(float(got), float(wanted), hint)


@check("05-noise")
def noise(answer: Callable[[Tensor], tuple[float, float]]) -> None:
    """correlated(features) -> mean absolute correlation off the diagonal, and its noise level."""
    chance = torch.Generator().manual_seed(1)
    drawn = torch.randn(50, 4, generator=chance)
    features = torch.stack(
        [drawn[:, 0], -drawn[:, 0] + drawn[:, 1], 3 * drawn[:, 2] + 7, drawn[:, 3]], dim=1
    )
    value, level = pair(answer(features), "first, second")
    matrix, covariance = torch.corrcoef(features.T), torch.cov(features.T)
    beside = ~torch.eye(4, dtype=torch.bool)
    clues = {
        matrix.abs().mean(): "the diagonal is 1 by definition: leave it out",
        matrix[beside].mean(): "the absolute value first, or plus and minus cancel",
        covariance.abs()[beside].mean(): "that is the covariance: divide by both spreads",
        matrix.abs()[beside].sum(): "the mean, not the sum",
        matrix.square()[beside].mean(): "the absolute value, not the square",
        matrix[beside].mean().abs(): "the absolute value of each r first, then the mean",
        torch.triu(matrix.abs(), 1).mean(): "the mean counts the zeros of `triu` too: divide by "
        "the number of pairs",
        _cosines(features): "take the mean off each dimension first, as `corrcoef` does",
        math.sqrt(2 / (math.pi * 50)): "the mean of |r| comes first, the noise second",
        (matrix.abs().sum() - 4) / 16: "4 x 4 has 12 values beside the diagonal, not 16",
        _of_rows(features): "correlate the dimensions: `corrcoef` wants them as rows (`.T`)",
    }
    same(value, float(matrix.abs()[beside].mean()), clue(value, clues) or "mean of |r|, i not j")
    levels = {
        1 / math.sqrt(50): "1/sqrt(n) is the spread; the mean *absolute* value is smaller",
        math.sqrt(2 / math.pi) / 50: "the root of the number of rows: sqrt(2 / (pi n))",
        2 / (math.pi * 50): "the square root is missing",
        2 / math.sqrt(math.pi * 50): "2 stands under the root, too: brackets",
        2 / math.pi / math.sqrt(50): "2 / pi stands under the root, too: brackets",
        math.sqrt(2 / (math.pi * 200)): "n is the number of rows, not of all entries",
        math.sqrt(2 / (math.pi * 4)): "n is the number of rows, not of dimensions",
    }
    same(level, math.sqrt(2 / (math.pi * 50)), clue(level, levels) or "sqrt(2 / (pi rows))")
    again, _ = pair(answer(features * torch.tensor([2.0, 0.5, 100.0, 1.0]) + 3), "first, second")
    same(again, value, "another unit of a dimension changes no correlation")


def _cosines(features: Tensor) -> Tensor:
    unit = features / features.norm(dim=0)
    return (unit.T @ unit).abs()[~torch.eye(unit.shape[1], dtype=torch.bool)].mean()


def _of_rows(features: Tensor) -> Tensor:
    matrix = torch.corrcoef(features)
    return matrix.abs()[~torch.eye(len(matrix), dtype=torch.bool)].mean()
