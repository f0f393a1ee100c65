"""Checks of lesson 00: the floor, macro-F1, an interval, a lucky gain, and a paired test."""

from collections.abc import Callable
from math import comb, erfc, isfinite, sqrt

import torch
from torch import Tensor

from labkit.course.check import CheckFailed, check, holds, number, same
from labkit.course.clues import clue
from labkit.evaluation.measures import macro_f1 as reference_f1
from labkit.evaluation.verdict import mcnemar as reference_mcnemar

TRAIN_LABELS = torch.tensor([2, 0, 2, 1, 2, 0, 2, 1])
TEST_LABELS = torch.tensor([1, 1, 1, 2, 0])
CHOSEN = torch.tensor([0, 0, 0, 0, 1, 1, 0, 1])
TRUE = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2])
"""Class 2 is never chosen; accuracy, macro recall and macro-F1 all differ."""
LUCKY, UNLUCKY = [0.70, 0.74, 0.72], [0.73, 0.755, 0.67]
HALF_WIDTHS = {
    0.51: "this is the standard error; 95 % need about 1.96 of them on each side",
    2.0: "this is the whole interval; the half-width goes from the middle to one end",
    100.0: "an accuracy here is a share in [0, 1], not percent",
    0.1: "the root was taken of a part only: n stands under it too",
    0.05: "the root is missing: `** 0.5` of accuracy * (1 - accuracy) / n",
    0.025: "`** 1/2` is a half of the power 1: write `** 0.5`",
    1.96**-0.5: "1.96 stands before the root, not under it",
    (0.5 + 0.098) / 0.098: "this is the upper end; the half-width is the way from the middle to it",
}
"""What a wrong answer is of the right one, at 0.5 and 100 questions -> what was done."""

CHI, EXACT = "this is the chi-square approximation", "wanted the exact form, a sum of coin tosses"


@check("00-majority")
def majority_rate(answer: Callable[[Tensor, Tensor], float]) -> None:
    """majority_rate(train_labels, test_labels) -> share of the test set, in [0, 1]."""
    got = number(answer(TRAIN_LABELS, TEST_LABELS))
    train, test = TRAIN_LABELS.tolist(), TEST_LABELS.tolist()
    favourite = max(set(train), key=train.count)
    holds(got != favourite, f"got {got:g}, a class number; wanted the share it gets right")
    wanted = test.count(favourite) / len(test)
    clues = {
        test.count(1) / len(test): "you chose the class by looking at the test labels: that is "
        "peeking; choose it on train",
        train.count(favourite) / len(train): "this is its share in train; count it in test",
        float(test.count(favourite)): "this is a count; divide by the number of test labels",
        test.count(favourite) / len(train): "divide by the number of *test* labels",
        test.count(train.count(favourite)) / len(test): "this asks for the class whose number is "
        "how often the favourite occurs: `argmax` names the class, `max` its count",
        1 - wanted: "this is the share that is *not* the favourite",
        100 * wanted: "this is in percent; wanted a share in [0, 1]",
    }
    hint = "the share of test labels that equal the most frequent *train* label"
    same(got, wanted, clue(got, clues) or hint)
    same(number(answer(TEST_LABELS, TEST_LABELS)), 0.6, "three of five labels are the favourite")


@check("00-macro-f1")
def macro_f1(answer: Callable[[Tensor, Tensor], float]) -> None:
    """macro_f1(logits, labels) -> mean of the classes' F1, in [0, 1]."""
    logits = torch.nn.functional.one_hot(CHOSEN, 3).float()
    right = number(answer(torch.eye(3), torch.arange(3)))
    sums = {0.5: "the 2 of the formula is missing", 3.0: "this is the sum, wanted the mean"}
    same(right, 1.0, clue(right, sums) or "every answer is right here")
    got = number(answer(logits, TRUE))
    holds(isfinite(got), f"got {got}: class 2 is never chosen, its F1 is 0; never divide by 0")
    wanted = reference_f1(logits, TRUE)
    same(got, wanted, _f1_clue(got, wanted))
    same(number(answer(5 * logits - 9, TRUE)), got, "only the largest logit of a row may matter")
    wider = torch.nn.functional.one_hot(CHOSEN, 4).float()
    absent = "a fourth class that occurs in no label must not count: loop over `labels.unique()`"
    same(number(answer(wider, TRUE)), wanted, absent)


@check("00-half-width")
def half_width(answer: Callable[[float, int], float]) -> None:
    """half_width(accuracy, n) -> half the length of the 95 % interval, a share."""
    first = answer(0.5, 100)
    ends = isinstance(first, tuple | list) or getattr(first, "shape", ()) not in ((), (1,))
    holds(not ends, f"got {first}, wanted one number: the half-width, not both ends")
    got = number(first)
    right = torch.tensor([0.0, 1.0] * 50)
    wanted = 1.96 * float(right.std(correction=0)) / sqrt(len(right))
    ratio = got / wanted
    known = clue(ratio, HALF_WIDTHS, close=0.004)
    hint = known or "1.96 times the square root of accuracy * (1 - accuracy) / n"
    same(got, wanted, hint, tolerance=0.03 * wanted)
    four = number(answer(0.5, 400))
    same(four, got / 2, "four times the questions must halve it: divide by n under the root", 1e-3)
    high, low = number(answer(0.9, 100)), number(answer(0.1, 100))
    same(high, low, "0.9 and 0.1 are equally uncertain: use accuracy * (1 - accuracy)", 1e-6)
    wilson = {_wilson(0.9, 100): "this is half of Wilson's interval; here the normal approximation"}
    same(high, 0.6 * got, clue(high, wilson) or "at 0.9 it is 0.6 times that at 0.5", 1e-3)
    fine, unrounded = number(answer(0.85, 500)), got * (0.85 * 0.15 / 0.25 / 5) ** 0.5
    same(fine, unrounded, "do not round: a point of accuracy is 0.01", 2e-4)


def _wilson(accuracy: float, n: int) -> float:
    """Half-width of Wilson's interval."""
    z = 1.96
    inner = accuracy * (1 - accuracy) / n + z**2 / (4 * n**2)
    return z * sqrt(inner) / (1 + z**2 / n)


@check("00-lucky-gain")
def lucky_gain(answer: Callable[[list[float], list[float]], float]) -> None:
    """lucky_gain(a, b) -> best of a minus worst of b, a share."""
    got, wanted = number(answer(LUCKY, UNLUCKY)), sorted(LUCKY)[-1] - sorted(UNLUCKY)[0]
    mean = sum(LUCKY) / 3 - sum(UNLUCKY) / 3
    clues = {
        mean: "this is the difference of the means, the honest number; be dishonest here",
        max(LUCKY) - max(UNLUCKY): "this is best against best; take the worst of b",
        -wanted: "the sign is turned: a minus b",
        max(LUCKY) - min(LUCKY): "both runs are of a; the worst run must be one of b",
        max(UNLUCKY) - min(LUCKY): "a and b have changed places",
        max(a - b for a, b in zip(LUCKY, UNLUCKY, strict=True)): "this compares runs at the same "
        "place of the lists; choose the best of a and the worst of b freely",
        100 * wanted: "this is in points; wanted a share",
        wanted / min(UNLUCKY): "this is a part of b's accuracy; wanted the plain difference",
    }
    same(got, wanted, clue(got, clues) or "the best run of a minus the worst run of b")
    same(number(answer([0.5], [0.5])), 0.0, "one run each, equally good: no gain to report")


@check("00-mcnemar")
def mcnemar_p(answer: Callable[[Tensor, Tensor], float]) -> None:
    """mcnemar_p(right_a, right_b) -> exact two-sided p, in [0, 1]."""
    a, b = _pair(only_a=9, only_b=2, both=30, neither=9)
    got, wanted = number(answer(a, b)), reference_mcnemar(a, b).p
    hint = "count the questions that only one of the two got right, and toss coins over those"
    clues = {
        wanted / 2: "this is one tail; B could have been ahead as well: double it",
        _chi_square(9, 2, 1): f"{CHI} with continuity correction; {EXACT}",
        _chi_square(9, 2, 0): f"{CHI}; {EXACT}",
        wanted - 2 / 2**11: "the sum ends at n, included: `range(m, n + 1)`",
        wanted - 2 * comb(11, 9) / 2**11: "the sum starts at m, included: 9 of 11 is lopsided too",
        2 * comb(11, 9) / 2**11: "this is the chance of exactly 9 of 11; those of 10 and 11 are "
        "as lopsided: add them",
        wanted * 2**11: "the ways were counted; divide them by all 2**n",
    }
    same(got, wanted, clue(got, clues) or _sides_clue(got, hint), 1e-6)
    turned = "A and B swapped must give the same p: m is the larger of the two counts"
    same(number(answer(b, a)), got, turned, 1e-6)
    more = _pair(only_a=9, only_b=2, both=300, neither=90)
    same(number(answer(*more)), got, "questions on which they agree must not matter", 1e-6)
    for tied in ((4, 4), (0, 0)):
        says = f"{tied[0]} against {tied[1]}: p is 1, never more"
        same(_p_of_tie(answer, _pair(*tied, both=5, neither=5), says), 1.0, says, 1e-6)


def _sides_clue(got: float, hint: str) -> str:
    """A p of 1 for 9 against 2 is what the smaller count in the place of m gives."""
    return "m is the side ahead: the larger count, not the smaller" if got > 0.99 else hint


def _p_of_tie(
    answer: Callable[[Tensor, Tensor], float], pair: tuple[Tensor, Tensor], says: str
) -> float:
    """The answer to a tie, where many ready-made functions raise because there is no toss."""
    try:
        return number(answer(*pair))
    except (ValueError, ZeroDivisionError) as error:
        raise CheckFailed(
            f"stopped ({error}) when the two never differ, {says}: treat this case first"
        ) from None


def _chi_square(ahead: int, behind: int, correction: int) -> float:
    """p of the chi-square approximation with one degree of freedom."""
    return erfc(sqrt((ahead - behind - correction) ** 2 / (ahead + behind) / 2))


def _f1_clue(got: float, wanted: float) -> str:
    """What a wrong value most likely is."""
    names = {"accuracy": float((CHOSEN == TRUE).double().mean())}
    per_class = {
        name: [_share(CHOSEN, TRUE, number, of) for number in range(3)]
        for name, of in (("recall", TRUE), ("precision", CHOSEN))
    }
    names |= {f"the mean {name}": sum(values) / 3 for name, values in per_class.items()}
    names["the mean F1 of the two classes that were chosen"] = 1.5 * wanted
    names["F1 of the first class alone"] = _first_f1()
    names["the mean of F1 weighted by how often each class is true"] = _weighted_f1()
    found = next((name for name, value in names.items() if abs(value - got) < 1e-3), "")
    rule = "F1 of each class is 2 * hits / (times chosen + times true), then the plain mean"
    return f"this is {found}; {rule}" if found else rule


def _first_f1() -> float:
    """F1 of class 0, which a `return` inside of the loop gives."""
    hits = int((TRUE.eq(0) & CHOSEN.eq(0)).sum())
    return 2 * hits / int(TRUE.eq(0).sum() + CHOSEN.eq(0).sum())


def _weighted_f1() -> float:
    """Mean of the classes' F1, each as often as it is the true class of the example."""
    times = [int(TRUE.eq(number).sum()) for number in range(3)]
    chosen = [int(CHOSEN.eq(number).sum()) for number in range(3)]
    hits = [int((TRUE.eq(number) & CHOSEN.eq(number)).sum()) for number in range(3)]
    scores = [2 * hit / (c + t) for hit, c, t in zip(hits, chosen, times, strict=True)]
    return sum(score * t for score, t in zip(scores, times, strict=True)) / len(TRUE)


def _share(chosen: Tensor, true: Tensor, number: int, of: Tensor) -> float:
    hits = int(((chosen == number) & (true == number)).sum())
    return hits / max(1, int((of == number).sum()))


def _pair(only_a: int, only_b: int, both: int, neither: int) -> tuple[Tensor, Tensor]:
    """Which questions A and B got right, with these counts, (questions,) bool each."""
    counts = [only_a, only_b, both, neither]
    a, b = (torch.tensor([bool(right) for right in side]) for side in ((1, 0, 1, 0), (0, 1, 1, 0)))
    return a.repeat_interleave(torch.tensor(counts)), b.repeat_interleave(torch.tensor(counts))
