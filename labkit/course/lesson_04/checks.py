"""Checks of lesson 04: the game between the sides, the weights, the leaks, what is shared."""

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.course.check import (
    CheckFailed,
    answered,
    check,
    holds,
    number,
    refuses,
    same,
    same_shape,
)
from labkit.course.clues import clue

TIE = 2 * math.log(2)
PARTS = ("ce", "kd", "gan")


@check("04-smallest")
def smallest(answer: Callable[[Tensor, Tensor], float]) -> None:
    """smallest_loss(real, fake) -> nats, for two rows of shares that sum to 1."""
    real, fake = torch.tensor([0.6, 0.3, 0.1]), torch.tensor([0.1, 0.4, 0.5])
    equal = number(answer(real, real))
    clues = {
        TIE / 2: "that is one side, or the mean of both: add the losses of the two sides",
        TIE / 3: "a mean over texts is a *sum* over bins, each weighed by its share",
        -TIE: "a loss is minus the log of the probability given to the truth",
        2.0: "`log` is the natural logarithm, so that the unit is nats",
    }
    hint = "equal sides leave D at 1/2, and it loses log 2 on each side"
    same(equal, TIE, clue(equal, clues, 1e-3) or hint)
    got, wanted = number(answer(real, fake)), _by_divergence(real, fake)
    holds(got >= wanted - 1e-4, f"got {got:.4f} nats, less than any discriminator can reach")
    hint = "D says real / (real + fake) in each bin, and no D does better"
    same(got, wanted, clue(got, _weighed_otherwise(real, fake)) or hint)
    same(number(answer(fake, real)), wanted, "nothing changes when the sides change their names")
    sides = torch.tensor([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.3, 0.7]])
    apart = number(answer(*sides))
    holds(apart == apart, "got nan where a side never uses a bin: there 0 * log(...) counts as 0")
    same(apart, 0.0, "sides without a common bin are always told apart: no loss")


def _weighed_otherwise(real: Tensor, fake: Tensor) -> dict[float, str]:
    """Losses of the best D in which the bins have other weights than each side's own."""
    best = real / (real + fake)
    of_real, of_fake = -best.log(), -(1 - best).log()
    both = (real + fake) / 2
    return {
        float((fake * of_real + real * of_fake).sum()): "each side's loss is weighed by the other "
        "side's shares: weigh -log D by real, -log(1 - D) by fake",
        float((of_real + of_fake).mean()): "each bin counts as much as its side falls into it: "
        "weigh by real and by fake",
        float((both * (of_real + of_fake)).sum()): "each side has its own shares: weigh -log D by "
        "real, -log(1 - D) by fake",
    }


def _by_divergence(real: Tensor, fake: Tensor) -> float:
    """2 log 2 minus twice the Jensen-Shannon divergence, for shares above 0."""
    middle = (real + fake) / 2
    divergence = (real * (real / middle).log()).sum() + (fake * (fake / middle).log()).sum()
    return TIE - float(divergence)


@check("04-guide")
def guide(answer: Callable[[Tensor], Tensor]) -> None:
    """guide(scores) -> mean of -log D, D = sigmoid(score), also far from 0."""
    scores = torch.tensor([-3.0, 0.0, 2.0])
    got = answer(scores)
    same_shape(got, (), "one number for the batch: the mean over the rows")
    wanted = F.binary_cross_entropy_with_logits(scores, torch.ones(3))
    clues = {
        float(wanted) * 3: "the mean over the batch, not the sum",
        -float(wanted): "minus the logarithm: the guided model *lowers* its loss",
        float(F.softplus(scores).mean()): "-log(1 - D) is the discriminator's part",
        -float(F.softplus(scores).mean()): "log(1 - D) is the saturating form; wanted -log D",
        float((1 - scores.sigmoid()).mean()): "the logarithm is missing: -log D, not 1 - D",
        -float(scores.sigmoid().mean().log()): "the logarithm comes first, then the mean",
    }
    same(got, wanted, clue(float(got), clues, 1e-3) or "the mean of -log(sigmoid(score))")
    _slopes(answer)


def _slopes(answer: Callable[[Tensor], Tensor]) -> None:
    """The gradient is (D - 1) / n and stays a number at any score."""
    scores = torch.tensor([-200.0, -1.0, 0.0, 200.0], requires_grad=True)
    loss = answer(scores)
    holds(loss.requires_grad, "no gradient reaches the scores: `detach` or `item` on the way?")
    far = float(loss.detach())
    holds(
        math.isfinite(far),
        f"got {far} for a score of -200, wanted about 50: the sigmoid is rounded to 0 there; "
        "`F.softplus(-scores)` and `F.logsigmoid(scores)` are exact",
    )
    cut = "-log D is near 200 at a score of -200, and nothing may cut it off: no clamp, no 1e-8"
    same(far, float(F.softplus(-scores).mean().detach()), cut, 1e-2)
    loss.backward()
    assert scores.grad is not None
    wanted = (scores.detach().sigmoid() - 1) / 4
    same(scores.grad, wanted, "the slope of each row must be (D - 1) / rows, also at a score of 0")


@check("04-shares")
def shares(answer: Callable[[float, float], Mapping[str, float]]) -> None:
    """shares(alpha, beta) -> {"ce", "kd", "gan"} of eq. 6; ValueError for impossible pairs."""
    got = answer(0.5, 0.2)
    answered(got, "shares")
    names = sorted(got) if isinstance(got, Mapping) else type(got).__name__
    holds(names == sorted(PARTS), f"got {names}, wanted a dict with the keys {', '.join(PARTS)}")
    row = [float(got[part]) for part in PARTS]
    clues = {0.2: "beta weighs the adversary in eq. 6, alpha the teacher", 0.5: "", 0.3: ""}
    clue = clues[0.2] if abs(row[1] - 0.2) < 1e-6 else "alpha KD + beta GAN, the rest to the labels"
    if abs(row[0] - 0.5) < 1e-6:
        clue = "alpha weighs the soft loss in eq. 6, not the labels as in eq. 4"
    same(torch.tensor(row), torch.tensor([0.3, 0.5, 0.2]), clue)
    for alpha, beta in ((0.8, 0.3), (-0.1, 0.5), (0.5, -0.1), (1.2, -0.4), (0.0, 1.01)):
        refuses(functools.partial(answer, alpha, beta), f"alpha {alpha}, beta {beta}")
    for alpha, beta in ((0.7, 0.3), (0.0, 1.0), (0.0, 0.0), (0.9, 0.1), (0.33, 0.31)):
        _accepts(answer, alpha, beta)


def _accepts(
    answer: Callable[[float, float], Mapping[str, float]], alpha: float, beta: float
) -> None:
    try:
        got = [float(answer(alpha, beta)[part]) for part in PARTS]
    except ValueError as error:
        raise CheckFailed(
            f"refused alpha {alpha}, beta {beta} ({error}), wanted weights: the sum is not "
            f"above 1. Test `alpha + beta > 1`; a computer's `1 - {alpha} - {beta}` is a little off"
        ) from None
    same(sum(got), 1.0, f"the three weights sum to 1, here for alpha {alpha}, beta {beta}")
    holds(
        min(got) >= 0,
        f"alpha {alpha}, beta {beta} gave a weight of {min(got):.1g}, wanted none below 0: "
        f"`1 - {alpha} - {beta}` is rounded, so take `max(0.0, ...)` of the rest",
    )


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


@check("04-share")
def share(answer: Callable[[nn.Module, nn.Module, str], nn.Module]) -> None:
    """shared(first, fresh, how) -> fresh with none, the body or all of first's weights."""
    first = _Small(seed=0)
    first_values = _copied(first)
    for how, wanted in (("none", ()), ("partial", ("body",)), ("full", ("body", "classifier"))):
        fresh = _Small(seed=1)
        before = _copied(fresh)
        got = answer(first, fresh, how)
        answered(got, "shared")
        what = "another model" if isinstance(got, nn.Module) else f"a {type(got).__name__}"
        holds(got is fresh, f"got {what} for {how!r}; copy into `fresh` and return it")
        untouched = all(
            torch.equal(first_values[name], one) for name, one in _copied(first).items()
        )
        holds(untouched, "stage 1's weights changed: copy from `first` into `fresh`")
        _same_parts(fresh, first_values, before, wanted, how)
    _stands_alone(answer, first, first_values)


class _Small(nn.Module):
    """A model with a body and a classifier, as every student has."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.body, self.classifier = nn.Linear(4, 3), nn.Linear(3, 2)


def _copied(model: nn.Module) -> dict[str, Tensor]:
    return {name: weight.detach().clone() for name, weight in model.state_dict().items()}


def _same_parts(
    fresh: nn.Module, first: Mapping[str, Tensor], before: Mapping[str, Tensor],
    shared: tuple[str, ...], how: str,
) -> None:  # fmt: skip
    for name, weight in fresh.state_dict().items():
        part = name.partition(".")[0]
        source, whose = (first, "stage 1's") if part in shared else (before, "its own first")
        hint = f"with {how!r}, `{name}` must have {whose} values"
        holds(torch.equal(weight, source[name]), hint)


def _stands_alone(
    answer: Callable[..., Any], first: nn.Module, first_values: Mapping[str, Tensor]
) -> None:
    """Training the fresh model must not move stage 1's weights."""
    fresh = answer(first, _Small(seed=2), "full")
    with torch.no_grad():
        for weight in fresh.parameters():
            weight.add_(1)
    for name, weight in first.state_dict().items():
        hint = f"stage 1's `{name}` moved when the fresh model learned: copy values, do not share"
        holds(torch.equal(weight, first_values[name]), hint)
