"""Checks of lesson 04: the game between the sides, and the weights."""

import functools
import math
from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

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
