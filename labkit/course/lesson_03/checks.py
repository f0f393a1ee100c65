"""Checks of lesson 03: the order of a route, its budget, and what is handed on along it."""

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral

import torch
from torch import Tensor

from labkit.course.check import CheckFailed, answered, check, holds, number, refuses, same
from labkit.course.clues import clue

CLASSES = ("HUM", "LOC", "NUM")
LABELS = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2])
# wrong on texts 1, 2, 3 and 5; below repeats 1 and 5, errs otherwise on 3 and 4, is right on 2
ABOVE = torch.nn.functional.one_hot(torch.tensor([0, 0, 1, 1, 1, 0, 0, 1, 2]), 3).float()
BELOW = torch.nn.functional.one_hot(torch.tensor([0, 0, 2, 2, 0, 0, 2, 1, 2]), 3).float()


@check("03-order")
def order(answer: Callable[[Mapping[str, int], Mapping[str, Sequence[str]]], list[str]]) -> None:
    """ordered(parameters, classes) -> names, largest first; ValueError for a bad route."""
    sizes = {"b": 5_000, "a": 90, "c": 70_000}
    same_classes = {name: CLASSES for name in sizes}
    got = answer(sizes, same_classes)
    answered(got, "ordered")
    same(list(got), ["c", "b", "a"], "names from the most parameters to the fewest")
    try:
        two = answer({"small": 1, "large": 2}, {"small": CLASSES, "large": CLASSES})
    except ValueError as error:
        raise CheckFailed(f"refused two models ({error}): they are the shortest route") from None
    same(list(two), ["large", "small"], "two models are the shortest route: a direct one")
    swapped = {**same_classes, "a": ("LOC", "HUM", "NUM")}
    refuses(lambda: answer(sizes, swapped), "the same class names in another order")
    fewer = {**same_classes, "b": ("HUM", "LOC")}
    refuses(lambda: answer(sizes, fewer), "a model with fewer classes")
    refuses(lambda: answer({"c": 3}, {"c": CLASSES}), "a route of one model")


@check("03-passed-on")
def passed_on(answer: Callable[[Tensor, Tensor, Tensor], float]) -> None:
    """errors_passed_on(above, below, labels) -> share of above's mistakes that below repeats."""
    got = number(answer(ABOVE, BELOW, LABELS))
    clues = {
        3 / 4: "a mistake is repeated when below gives the *same* wrong class",
        2 / 9: "divide by the mistakes of the model above, not by all texts",
        1 / 4: "that is where below is *right*; count where it chooses the same wrong class",
        2 / 5: "the mistakes counted are those of the first argument, the model above",
        5 / 9: "that is how often the two agree; only the mistakes of the model above count",
        2.0: "this is a count, wanted a share of the mistakes above",
    }
    same(got, 0.5, clue(got, clues) or "4 mistakes above, 2 of them repeated below")
    same(number(answer(ABOVE, ABOVE, LABELS)), 1.0, "a copy of the model repeats every mistake")
    turned = number(answer(BELOW, ABOVE, LABELS))
    same(turned, 0.4, "the mistakes counted are those of the first argument, the model above")
    perfect = torch.nn.functional.one_hot(LABELS, 3).float()
    hint = "a perfect model below repeats none; agreement on right answers does not count"
    same(number(answer(ABOVE, perfect, LABELS)), 0.0, hint)
    says = "where above makes no mistake, wanted `float('nan')`: 0 of 0 is unknown"
    try:
        none = answer(perfect, BELOW, LABELS)
    except ZeroDivisionError:
        raise CheckFailed(f"divided by zero {says}") from None
    holds(none is not None, f"got None {says}")
    holds(number(none) != number(none), f"got {none} {says}")


@check("03-budget")
def budget(answer: Callable[[Sequence[tuple[int, int]], int], int]) -> None:
    """direct_epochs(links, rows) -> epochs that take as many steps as the whole chain."""
    got = answer([(4, 32), (6, 32)], 640)
    answered(got, "direct_epochs")
    clues = {
        6.0: "add the steps of the assistant's link",
        200.0: "epochs are wanted, not steps",
        80.0: "a link is (epochs, batch size), in this order",
    }
    same(number(got), 10, clue(number(got), clues) or "80 steps + 120 steps, at 20 steps an epoch")
    whole = isinstance(got, Integral)
    holds(whole, f"got a {type(got).__name__}, wanted a whole number: `round` makes an int")
    hint = "a step is a batch: the assistant's batches of 16 are twice as many"
    mixed = number(answer([(4, 16), (6, 32)], 640))
    other = {7.0: "an epoch of the *student* counts: divide by the steps of the last link"}
    same(mixed, 14, clue(mixed, other) or hint)
    same(answer([(3, 8), (2, 8), (5, 16)], 160), 15, "every link counts, three here")
    hint = "the last batch of an epoch may be short, and is a step: round up"
    same(answer([(10, 60), (1, 100)], 101), 11, hint)
    same(answer([(3, 60), (1, 100)], 101), 4, hint)
    same(answer([(10, 60), (1, 101)], 101), 21, f"{hint}, for the assistant's batches too")
    same(answer([(3, 100), (1, 30)], 100), 2, "round to the nearest whole epoch: 7 steps / 4")
    same(answer([(1, 100), (1, 30)], 100), 1, "round to the nearest whole epoch: 5 steps / 4")


@check("03-least")
def least(answer: Callable[[Sequence[float]], float]) -> None:
    """least_agreement(agreements) -> the smallest agreement that first and last stop can have."""
    got = number(answer([0.9, 0.8]))
    clues = {
        0.72: "that is what independent links give, not the worst case",
        0.8: "that is the weakest link alone; the other one can lose further texts",
        0.3: "that is the share that can be lost; wanted the share that is left",
        0.1: "add *dis*agreements, 0.1 and 0.2, and take them from 1",
        0.85: "that is the mean of the links, not the worst case",
        70.0: "that is in percent, wanted a share",
    }
    hint = "in the worst case the links disagree on other texts"
    same(got, 0.7, clue(got, clues) or hint)
    same(number(answer([0.85])), 0.85, "one link: its own agreement")
    same(number(answer([1.0, 1.0, 0.6])), 0.6, "a link that always agrees loses nothing")
    same(number(answer([0.9, 0.9, 0.9])), 0.7, "every link counts, three here")
    same(number(answer([0.5, 0.3, 0.9])), 0.0, "a share is never below 0")
    _worst_case(answer)


def _worst_case(answer: Callable[[Sequence[float]], float]) -> None:
    """Ten texts on which two links disagree on different ones: the bound is met."""
    first, second = torch.zeros(10), torch.zeros(10)
    second[:2] = 1
    third = second.clone()
    third[2:5] = 1
    links = [float((a == b).float().mean()) for a, b in ((first, second), (second, third))]
    met = float((first == third).float().mean())
    same(number(answer(links)), met, "ten texts can do this, so the bound must allow it")


@check("03-agreement")
def agreement(answer: Callable[[Tensor, Tensor], float]) -> None:
    """agreement(student, teacher) -> share of texts with the same first choice."""
    student = torch.tensor(
        [[2.0, 1.0, 0.0], [0.0, 5.0, 1.0], [1.0, 0.0, 3.0], [9.0, 1.0, 2.0], [0.0, 4.0, 1.0]]
    )
    teacher = torch.tensor(
        [[7.0, 0.5, 0.4], [0.3, 5.0, 0.2], [3.0, 0.0, 1.0], [0.2, 0.1, 0.0], [1.0, 2.0, 3.0]]
    )
    got = number(answer(student, teacher))
    clues = {
        3.0: "that is a count, wanted a share",
        0.4: "that is the share where they differ",
        60.0: "that is in percent, wanted a share",
        2 / 15: "that compares single logits; compare which class is the largest",
        0.2: "that compares the size of the largest logits; compare which class it is",
    }
    same(got, 0.6, clue(got, clues) or "compare the first choices, `argmax(dim=-1)`")
    same(number(answer(student, student * 3 + 1)), 1.0, "scale and shift change no first choice")
    same(number(answer(student[:2], student[:2].flip(0))), 0.0, "two texts changed places")
