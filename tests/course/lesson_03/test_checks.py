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


def asserts(sizes, classes):
    assert len({tuple(each) for each in classes.values()}) == 1
    return by_size(sizes)


def three_or_more(sizes, classes):
    if len(sizes) < 3:
        raise ValueError("too few")
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
    "asserts": (asserts, "stopped with AssertionError .*, wanted a ValueError"),
    "two refused": (three_or_more, "refused two models .* they are the shortest route"),
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


def mistakes(above, below, labels):
    return int((above.argmax(-1) != labels).sum())


def divides(above, below, labels):
    a, b = choices(above, below)
    return int(((a == b) & (a != labels)).sum()) / mistakes(above, below, labels)


def below_right(above, below, labels):
    return float((below.argmax(-1) == labels)[above.argmax(-1) != labels].float().mean())


PASSED_ON = {
    "both wrong": (both_wrong, "the \\*same\\* wrong class"),
    "of all texts": (of_all, "not by all texts"),
    "zero for none": (zero_for_none, "makes no mistake, wanted `float..nan"),
    "divides by zero": (divides, "divided by zero where above makes no mistake"),
    "None for none": (lambda *a: divides(*a) if mistakes(*a) else None, "got None where above"),
    "word for none": (lambda *a: divides(*a) if mistakes(*a) else "nan", "got a str, wanted one"),
    "of below's mistakes": (of_below, "those of the first argument, the model above"),
    "agreement": (everywhere, "how often the two agree"),
    "count": (lambda *a: divides(*a) * mistakes(*a), "this is a count"),
    "below is right": (below_right, r"where below is \*right\*"),
}


def steps_of(links, rows, place=0):
    return sum(link[place] * -(-rows // link[1 - place]) for link in links)


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
    "whole batches only": (
        lambda links, rows: round(sum(e * (rows // b) for e, b in links) / (rows // links[-1][1])),
        "for the assistant's batches too"),
    "always up": (
        lambda links, rows: -(-steps_of(links, rows) // -(-rows // links[-1][1])),
        "nearest whole epoch: 5 steps / 4"),
    "first link's epoch": (
        lambda links, rows: round(steps_of(links, rows) / -(-rows // links[0][1])),
        "epoch of the \\*student\\* counts"),
    "batches first": (
        lambda links, rows: round(steps_of(links, rows, 1) / -(-rows // links[-1][0])),
        "epochs, batch size"),
    "not whole": (
        lambda links, rows: sum(e * -(-rows // b) for e, b in links) / -(-rows // links[-1][1]),
        "whole number"),
}  # fmt: skip

LEAST = {
    "product": (lambda a: math.prod(a), "independent"),
    "smallest": (min, "weakest link alone"),
    "lost": (lambda a: sum(1 - one for one in a), "share that can be lost"),
    "first minus rest": (lambda a: max(0.0, 2 * a[0] - sum(a)), r"add \*dis\*agreements"),
    "mean": (lambda a: sum(a) / len(a), "mean of the links"),
    "percent": (lambda a: 100 - 100 * sum(1 - one for one in a), "in percent"),
    "two links only": (lambda a: max(0.0, sum(a[:2]) - len(a[:2]) + 1), "every link|loses"),
    "below zero": (lambda a: 1 - sum(1 - one for one in a), "never below 0"),
    "twice": (lambda a: max(0.0, 1 - 2 * sum(1 - one for one in a)), "worst case"),
    "last two": (lambda a: max(0.0, 1 - (1 - a[0]) - (1 - a[-1])), "one link"),
}

AGREEMENT = {
    "count": (lambda s, t: float((s.argmax(-1) == t.argmax(-1)).sum()), "a count"),
    "differ": (lambda s, t: float((s.argmax(-1) != t.argmax(-1)).float().mean()), "they differ"),
    "percent": (lambda s, t: 100 * (s.argmax(-1) == t.argmax(-1)).float().mean(), "percent"),
    "a row each": (lambda s, t: s.argmax(-1) == t.argmax(-1), r"got a tensor of shape \(5,\)"),
    "equal logits": (lambda s, t: float((s == t).float().mean()), "compares single logits"),
    "over the batch": (
        lambda s, t: float((s.argmax(0) == t.argmax(0)).float().mean()),
        "wanted 0.6",
    ),
    "always": (lambda s, t: 0.6, "scale and shift"),
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
