"""Checks of lesson 04: what gives a side of the game away, and how to take it away."""

from collections.abc import Callable

import torch
from torch import Tensor

from labkit.course.check import check, holds, number, same, same_shape
from labkit.course.clues import clue


@check("04-threshold")
def threshold(answer: Callable[[Tensor, Tensor], float]) -> None:
    """threshold_accuracy(real, fake) -> share that the best single number gets right."""
    real, fake = torch.tensor([4.0, 5.0, 6.0, 20.0]), torch.tensor([1.0, 3.0, 2.5, 5.5])
    got, wanted = number(answer(real, fake)), _by_distance(real, fake)
    cuts = {
        float(cut): "that is a threshold; wanted the share it gets right" for cut in (*real, *fake)
    }
    clues = {2 * wanted: "each side counts one half: take half of the sum"} | cuts
    clues |= {1 - wanted: "that is the *worst* rule: wanted the best"}
    every = "try each number of both sides as the threshold; it belongs to one side, `>` and `<=`"
    same(got, wanted, clue(got, clues) or every)
    few, many = torch.tensor([1.0, 2.0]), torch.tensor([1.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    hint = "each side counts one half, however many rows it has"
    counted = _by_rows(few, many)
    halves = number(answer(few, many))
    holds(abs(halves - counted) > 1e-4, f"got {halves:.4g}, the share of all rows: {hint}")
    one_way = {0.5: "the fake side may be the larger one: try the rule in both directions"}
    turned = number(answer(fake, real))
    same(turned, wanted, clue(turned, one_way) or every)
    same(halves, _by_distance(few, many), hint)
    constant = torch.full((3,), 2.0)
    hint = "equal numbers on both sides can only be guessed"
    same(number(answer(constant, constant)), 0.5, hint)
    same(number(answer(real + 100, fake)), 1.0, "no overlap: a number in the gap tells all apart")
    hint = "only the order of the numbers matters, so their cubes give the same: no even grid"
    same(number(answer(real**3, fake**3)), wanted, hint)


def _by_rows(real: Tensor, fake: Tensor) -> float:
    """What a threshold gets right when every row counts the same, whichever side it is of."""
    cuts = torch.cat([real, fake])
    right = [int((real > cut).sum() + (fake <= cut).sum()) for cut in cuts]
    return max(max(count, len(cuts) - count) for count in right) / len(cuts)


def _by_distance(real: Tensor, fake: Tensor) -> float:
    """Half of 1 plus the largest distance of the two cumulative curves, by scipy."""
    from scipy.stats import ks_2samp

    return (1 + float(ks_2samp(real.numpy(), fake.numpy()).statistic)) / 2


@check("04-one-scale")
def one_scale(answer: Callable[[Tensor], Tensor]) -> None:
    """one_scale(logits) -> rows centred, and all rows divided by one and the same number."""
    logits = torch.tensor([[4.0, 0.0, -1.0], [0.5, 0.4, 0.0], [-2.0, 1.0, 7.0], [1.0, 1.5, 2.0]])
    got = answer(logits)
    same_shape(got, (4, 3), "one row per text, one number per class")
    hint = "the mean of each row must be 0: `mean(dim=1, keepdim=True)`"
    same(got.mean(dim=1), torch.zeros(4), hint)
    lengths, wanted = got.norm(dim=1), (logits - logits.mean(dim=1, keepdim=True)).norm(dim=1)
    hint = "that is a z-score: divide by one number for all rows, so that sure rows stay larger"
    holds(float(lengths.max() - lengths.min()) > 1e-3, hint)
    hint = "every row is divided by the same number, so the lengths keep their proportions"
    same(lengths / lengths.sum(), wanted / wanted.sum(), hint)
    mean, raw = (lengths_of.square().sum() / 12 for lengths_of in (wanted, logits))
    clues = {
        11 / 12: "`std` divides by one less: the root of the *mean* of all squares",
        1 / mean: "the root is missing",
        1 / 12: "that is the root of the sum of squares; wanted that of their mean",
        mean / raw: "measure the size after centring",
    }
    hint = "divide by the root of that mean"
    squares = got.square().mean()
    same(
        squares,
        1.0,
        f"the mean of all squares must be 1 afterwards: {clue(squares, clues) or hint}",
    )
    shift = torch.tensor([[3.0], [-1.0], [0.5], [10.0]])
    same(answer(8 * logits + shift), got, "eight times the logits, shifted by rows: the same")
    two = answer(torch.tensor([[1.0, -1.0], [3.0, -3.0]]))
    same(two[1], 3 * two[0], "with two classes too, a sure row stays larger than a doubtful one")
