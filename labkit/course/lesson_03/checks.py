"""Checks of lesson 03: the order of a route, its budget, and what is handed on along it."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from labkit.course.check import CheckFailed, answered, check, holds, same

CLASSES = ("HUM", "LOC", "NUM")
LABELS = torch.tensor([0, 1, 2, 0, 1, 2])
# wrong on texts 1, 2, 3 and 5; below repeats 1 and 5, errs otherwise on 3, is right on 2
ABOVE = torch.nn.functional.one_hot(torch.tensor([0, 0, 1, 1, 1, 0]), 3).float()
BELOW = torch.nn.functional.one_hot(torch.tensor([0, 0, 2, 2, 0, 0]), 3).float()


@check("03-order")
def order(answer: Callable[[Mapping[str, int], Mapping[str, Sequence[str]]], list[str]]) -> None:
    """ordered(parameters, classes) -> names, largest first; ValueError for a bad route."""
    sizes = {"b": 5_000, "a": 90, "c": 70_000}
    same_classes = {name: CLASSES for name in sizes}
    got = answer(sizes, same_classes)
    answered(got, "ordered")
    same(list(got), ["c", "b", "a"], "names from the most parameters to the fewest")
    two = answer({"small": 1, "large": 2}, {"small": CLASSES, "large": CLASSES})
    same(list(two), ["large", "small"], "two models are the shortest route: a direct one")
    swapped = {**same_classes, "a": ("LOC", "HUM", "NUM")}
    _refuses(lambda: answer(sizes, swapped), "the same class names in another order")
    fewer = {**same_classes, "b": ("HUM", "LOC")}
    _refuses(lambda: answer(sizes, fewer), "a model with fewer classes")
    _refuses(lambda: answer({"c": 3}, {"c": CLASSES}), "a route of one model")


def _refuses(call: Callable[[], object], what: str) -> None:
    try:
        got = call()
    except ValueError as error:
        holds(bool(str(error)), f"the ValueError for {what} is empty: say what was got and wanted")
        return
    raise CheckFailed(f"got {got} for {what}, wanted a ValueError")


@check("03-passed-on")
def passed_on(answer: Callable[[Tensor, Tensor, Tensor], float]) -> None:
    """errors_passed_on(above, below, labels) -> share of above's mistakes that below repeats."""
    got = answer(ABOVE, BELOW, LABELS)
    answered(got, "errors_passed_on")
    clues = {
        0.75: "a mistake is repeated when below gives the *same* wrong class",
        2 / 6: "divide by the mistakes of the model above, not by all texts",
        2 / 4: "",
        3 / 6: "",
        4 / 6: "",
    }
    clue = next((hint for value, hint in clues.items() if abs(float(got) - value) < 1e-4), "")
    same(float(got), 0.5, clue or "4 mistakes above, 2 of them repeated below")
    same(float(answer(ABOVE, ABOVE, LABELS)), 1.0, "a copy of the model repeats every mistake")
    turned = float(answer(BELOW[:4], ABOVE[:4], LABELS[:4]))
    same(turned, 0.5, "the mistakes counted are those of the first argument, the model above")
    perfect = torch.nn.functional.one_hot(LABELS, 3).float()
    same(float(answer(ABOVE, perfect, LABELS)), 0.0, "a perfect model below repeats none")
    none = float(answer(perfect, BELOW, LABELS))
    holds(none != none, f"got {none} where above makes no mistake, wanted nan: 0 of 0 is unknown")


@check("03-budget")
def budget(answer: Callable[[Sequence[tuple[int, int]], int], int]) -> None:
    """direct_epochs(links, rows) -> epochs that take as many steps as the whole chain."""
    got = answer([(4, 32), (6, 32)], 640)
    answered(got, "direct_epochs")
    clue = {6: "add the steps of the assistant's link", 200: "epochs are wanted, not steps"}
    same(got, 10, clue.get(int(got), "80 steps + 120 steps, at 20 steps an epoch"))
    holds(isinstance(got, int), f"got a {type(got).__name__}, wanted a whole number (int)")
    hint = "a step is a batch: the assistant's batches of 16 are twice as many"
    same(answer([(4, 16), (6, 32)], 640), 14, hint)
    same(answer([(3, 8), (2, 8), (5, 16)], 160), 15, "every link counts, three here")
    hint = "the last batch of an epoch may be short, and is a step: round up"
    same(answer([(10, 60), (1, 100)], 101), 11, hint)
    same(answer([(3, 100), (1, 30)], 100), 2, "round to the nearest whole epoch: 7 steps / 4")


@check("03-least")
def least(answer: Callable[[Sequence[float]], float]) -> None:
    """least_agreement(agreements) -> the smallest agreement that first and last stop can have."""
    got = answer([0.9, 0.8])
    answered(got, "least_agreement")
    clue = {0.72: "that is what independent links give, not the worst case"}
    hint = clue.get(round(float(got), 4), "in the worst case the links disagree on other texts")
    same(float(got), 0.7, hint)
    same(float(answer([0.85])), 0.85, "one link: its own agreement")
    same(float(answer([1.0, 1.0, 0.6])), 0.6, "a link that always agrees loses nothing")
    same(float(answer([0.5, 0.3, 0.9])), 0.0, "a share is never below 0")
    _worst_case(answer)


def _worst_case(answer: Callable[[Sequence[float]], float]) -> None:
    """Ten texts on which two links disagree on different ones: the bound is met."""
    first, second = torch.zeros(10), torch.zeros(10)
    second[:2] = 1
    third = second.clone()
    third[2:5] = 1
    links = [float((a == b).float().mean()) for a, b in ((first, second), (second, third))]
    met = float((first == third).float().mean())
    same(float(answer(links)), met, "ten texts can do this, so the bound must allow it")


@check("03-agreement")
def agreement(answer: Callable[[Tensor, Tensor], float]) -> None:
    """agreement(student, teacher) -> share of texts with the same first choice."""
    student = torch.tensor([[2.0, 1.0, 0.0], [0.0, 5.0, 1.0], [1.0, 0.0, 3.0], [9.0, 1.0, 2.0]])
    teacher = torch.tensor([[7.0, 0.0, 0.0], [0.0, 0.1, 0.0], [3.0, 0.0, 1.0], [0.2, 0.1, 0.0]])
    got = answer(student, teacher)
    answered(got, "agreement")
    clue = {3.0: "that is a count, wanted a share", 0.25: "that is the share where they differ"}
    hint = clue.get(round(float(got), 4), "compare the first choices, `argmax(dim=-1)`")
    same(float(got), 0.75, hint)
    same(float(answer(student, student * 3 + 1)), 1.0, "scale and shift change no first choice")
    same(float(answer(student[:2], student[:2].flip(0))), 0.0, "two texts changed places")
