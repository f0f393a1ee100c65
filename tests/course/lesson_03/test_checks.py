"""Every check of lesson 03 rejects the usual mistakes, says why, and takes other right answers."""

import math
from itertools import pairwise

import pytest

from labkit.course.check import CheckFailed
from labkit.course.lesson_03 import checks
from labkit.evaluation import inheritance, measures
from labkit.methods import chain
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def by_size(sizes, reverse=True):
    return sorted(sizes, key=sizes.get, reverse=reverse)


def as_sets(sizes, classes):
    if len(sizes) < 2 or len({frozenset(each) for each in classes.values()}) > 1:
        raise ValueError("other classes")
    return by_size(sizes)


def how_many(sizes, classes):
    if len(sizes) < 2 or len({len(each) for each in classes.values()}) > 1:
        raise ValueError("other classes")
    return by_size(sizes)


def lone(sizes, classes):
    if len({tuple(each) for each in classes.values()}) > 1:
        raise ValueError("other classes")
    return by_size(sizes)


def silent(sizes, classes):
    if len(sizes) < 2 or len({tuple(each) for each in classes.values()}) > 1:
        raise ValueError
    return by_size(sizes)


ORDER = {
    "smallest first": (lambda s, c: by_size(s, False), "from the most parameters"),
    "as given": (lambda s, c: list(s), "from the most parameters"),
    "by name": (lambda s, c: sorted(s, reverse=True), "two models are the shortest route|got"),
    "no look at classes": (lambda s, c: by_size(s), "in another order, wanted a ValueError"),
    "sets": (as_sets, "in another order, wanted a ValueError"),
    "how many": (how_many, "in another order, wanted a ValueError"),
    "one model": (lone, "a route of one model, wanted a ValueError"),
    "silent": (silent, "is empty"),
}


def choices(above, below):
    return above.argmax(-1), below.argmax(-1)


def both_wrong(above, below, labels):
    a, b = choices(above, below)
    return float((b != labels)[a != labels].float().mean())


def of_all(above, below, labels):
    a, b = choices(above, below)
    return float(((a == b) & (a != labels)).float().mean())


def zero_for_none(above, below, labels):
    a, b = choices(above, below)
    wrong = a != labels
    return float((a == b)[wrong].float().mean()) if wrong.any() else 0.0


def of_below(above, below, labels):
    a, b = choices(above, below)
    return float((a == b)[b != labels].float().mean())


def everywhere(above, below, labels):
    a, b = choices(above, below)
    return float((a == b).float().mean())


PASSED_ON = {
    "both wrong": (both_wrong, "the \\*same\\* wrong class"),
    "of all texts": (of_all, "not by all texts"),
    "zero for none": (zero_for_none, "wanted nan"),
    "of below's mistakes": (of_below, "mistakes"),
    "agreement": (everywhere, "wanted"),
}

BUDGET = {
    "own epochs": (lambda links, rows: links[-1][0], "assistant's link"),
    "steps": (lambda links, rows: sum(e * -(-rows // b) for e, b in links), "not steps"),
    "epochs added": (lambda links, rows: sum(e for e, _ in links), "twice as many"),
    "first and last": (
        lambda links, rows: round((links[0][0] / links[0][1] + links[-1][0] / links[-1][1])
        * links[-1][1]), "every link counts"),
    "rounded down": (
        lambda links, rows: round(sum(e / b for e, b in links) * links[-1][1]), "round up"),
    "cut off": (
        lambda links, rows: sum(e * -(-rows // b) for e, b in links) // -(-rows // links[-1][1]),
        "nearest"),
    "not whole": (
        lambda links, rows: sum(e * -(-rows // b) for e, b in links) / -(-rows // links[-1][1]),
        "whole number"),
}  # fmt: skip

LEAST = {
    "product": (lambda a: math.prod(a), "independent"),
    "smallest": (min, "worst case"),
    "below zero": (lambda a: 1 - sum(1 - one for one in a), "never below 0"),
    "twice": (lambda a: max(0.0, 1 - 2 * sum(1 - one for one in a)), "worst case"),
    "last two": (lambda a: max(0.0, 1 - (1 - a[0]) - (1 - a[-1])), "one link"),
}

AGREEMENT = {
    "count": (lambda s, t: float((s.argmax(-1) == t.argmax(-1)).sum()), "a count"),
    "differ": (lambda s, t: float((s.argmax(-1) != t.argmax(-1)).float().mean()), "they differ"),
    "equal logits": (lambda s, t: float((s == t).float().mean()), "wanted 0.75"),
    "over the batch": (
        lambda s, t: float((s.argmax(0) == t.argmax(0)).float().mean()),
        "wanted 0.75",
    ),
    "always": (lambda s, t: 0.75, "scale and shift"),
}

WRONG = [
    *refused(checks.order, ORDER),
    *refused(checks.passed_on, PASSED_ON),
    *refused(checks.budget, BUDGET),
    *refused(checks.least, LEAST),
    *refused(checks.agreement, AGREEMENT),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


def by_pairs(sizes, classes):
    names = by_size(sizes)
    if len(names) < 2:
        raise ValueError("one model")
    for first, second in pairwise(names):
        if list(classes[first]) != list(classes[second]):
            raise ValueError(f"{first} and {second} differ")
    return tuple(names)


def counted(above, below, labels):
    a, b = choices(above, below)
    mistakes = [place for place in range(len(labels)) if a[place] != labels[place]]
    if not mistakes:
        return float("nan")
    return sum(int(a[place] == b[place]) for place in mistakes) / len(mistakes)


def in_numpy(student, teacher):
    return (student.numpy().argmax(1) == teacher.numpy().argmax(1)).mean()


def with_ceil(links, rows):
    steps = sum(epochs * math.ceil(rows / batch) for epochs, batch in links)
    return round(steps / math.ceil(rows / links[-1][1]))


RIGHT = {
    checks.order: (by_pairs, chain.ordered),
    checks.passed_on: (counted, inheritance.errors_passed_on),
    checks.budget: (with_ceil, chain.direct_epochs),
    checks.least: (
        lambda a: max(0.0, sum(a) - len(a) + 1),
        inheritance.least_agreement,
    ),
    checks.agreement: (in_numpy, measures.agreement),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
