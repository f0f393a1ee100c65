"""The checks of lesson 00 accept different right answers and refuse the usual wrong ones."""

from math import comb, sqrt

import pytest
import torch
from scipy import stats
from sklearn.metrics import f1_score

from labkit.course.check import CheckFailed
from labkit.course.lesson_00 import checks
from labkit.evaluation.measures import macro_f1


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))


def count_majority(train, test):
    return float((test == torch.bincount(train).argmax()).float().mean())


def list_majority(train, test):
    train, test = train.tolist(), test.tolist()
    return test.count(max(set(train), key=train.count)) / len(test)


def f1_by_hand(logits, labels, classes=None, rate=None):
    chosen, scores = logits.argmax(dim=-1), []
    for number in labels.unique() if classes is None else classes(chosen):
        hit = ((chosen == number) & (labels == number)).sum()
        bottom = (chosen == number).sum() + (labels == number).sum()
        scores.append(2 * hit / bottom if rate is None else rate(hit, chosen, labels, number))
    return float(torch.stack(scores).mean())


def sklearn_f1(logits, labels, average="macro"):
    return f1_score(labels, logits.argmax(-1), average=average, zero_division=0)


def precision(hit, chosen, labels, number):
    return hit / (chosen == number).sum()


def recall(hit, chosen, labels, number):
    return hit / (labels == number).sum()


def error(accuracy, n):
    return sqrt(accuracy * (1 - accuracy) / n)


def half_by_scipy(accuracy, n):
    return stats.norm.ppf(0.975) * error(accuracy, n)


def half_of_wilson(accuracy, n):
    found = stats.binomtest(round(accuracy * n), n).proportion_ci(method="wilson")
    return (found.high - found.low) / 2


def tail(right_a, right_b):
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    n, most = only_a + only_b, max(only_a, only_b)
    return sum(comb(n, k) for k in range(most, n + 1)) / 2**n


def point(right_a, right_b):
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    return comb(only_a + only_b, only_a) / 2 ** (only_a + only_b)


def scipy_mcnemar(right_a, right_b, n=None):
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    return stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0


def chi_square(right_a, right_b, correction=1):
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    gap = max(0, abs(only_a - only_b) - correction)
    return stats.chi2.sf(gap**2 / max(1, only_a + only_b), df=1)


def without_ties(right_a, right_b):
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    return stats.binomtest(only_a, only_a + only_b).pvalue


def unpaired(right_a, right_b):
    table = [[int(r.sum()), int((~r).sum())] for r in (right_a, right_b)]
    return stats.fisher_exact(table).pvalue


RIGHT = {
    "majority_rate": (count_majority, list_majority),
    "macro_f1": (f1_by_hand, sklearn_f1, macro_f1),
    "half_width": (
        lambda a, n: 1.96 * error(a, n),
        half_by_scipy,
    ),
    "lucky_gain": (lambda a, b: max(a) - min(b), lambda a, b: sorted(a)[-1] - sorted(b)[0]),
    "mcnemar_p": (lambda a, b: min(1.0, 2 * tail(a, b)), scipy_mcnemar),
}


@pytest.mark.parametrize(
    ("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers]
)
def test_right_answers_pass(name, answer, capsys):
    getattr(checks, name)(answer)
    assert "well done" in capsys.readouterr().out


def stub(*given):
    raise NotImplementedError("write it")


WRONG = {
    "majority_rate": {
        "stub": (stub, "not yet: write it"),
        "nothing": (lambda train, test: None, "returned None"),
        "class": (lambda train, test: train.mode().values, "a class number"),
        "peeks": (lambda train, test: count_majority(test, test), "peeking"),
        "in train": (lambda train, test: count_majority(train, train), "its share in train"),
        "count": (lambda train, test: len(test) * count_majority(train, test), "divide by"),
        "percent": (lambda train, test: 100 * count_majority(train, test), "got 20.*in percent"),
        "by train": (
            lambda train, test: len(test) / len(train) * count_majority(train, test),
            r"number of \*test\* labels",
        ),
        "largest count": (
            lambda train, test: float((test == train.bincount().max()).float().mean()),
            "`argmax` names the class",
        ),
        "others": (lambda train, test: 1 - count_majority(train, test), r"\*not\* the favourite"),
        "table": (lambda train, test: test == 2, r"got a tensor of shape \(5,\), wanted one"),
        "two": (lambda train, test: (2, 0.2), "got a tuple, wanted one number"),
        "truth values": (lambda train, test: (test == 2).mean(), r"`\.float\(\)` makes numbers"),
        "constant": (lambda train, test: 0.2, "three of five"),
    },
    "macro_f1": {
        "accuracy": (lambda x, y: sklearn_f1(x, y, "micro"), "this is accuracy"),
        "weighted": (lambda x, y: sklearn_f1(x, y, "weighted"), "this is the mean of F1 weighted"),
        "recall": (lambda x, y: f1_by_hand(x, y, rate=recall), "this is the mean recall"),
        "precision": (lambda x, y: f1_by_hand(x, y, rate=precision), "never divide by 0"),
        "only chosen": (
            lambda x, y: f1_by_hand(x, y, lambda c: c.unique()),
            "two classes that were chosen; F1",
        ),
        "no two": (lambda x, y: f1_by_hand(x, y) / 2, "the 2 of the formula is missing"),
        "sum": (lambda x, y: len(y.unique()) * f1_by_hand(x, y), "this is the sum"),
        "first class": (
            lambda x, y: f1_by_hand(x, y, lambda _: [0]),
            "F1 of the first class alone",
        ),
        "absent class": (
            lambda x, y: f1_by_hand(x, y) * len(y.unique()) / x.shape[1],
            "a fourth class that occurs in no label must not count",
        ),
        "nothing": (lambda x, y: None, "returned None"),
        "threshold": (lambda x, y: sklearn_f1((x > 0.5).float(), y), "largest logit"),
    },
    "half_width": {
        "standard error": (error, "standard error"),
        "whole": (lambda a, n: 3.92 * error(a, n), "whole interval"),
        "percent": (lambda a, n: 196 * error(a, n), "not percent"),
        "no root": (lambda a, n: 1.96 * error(a, n) ** 2, "the root is missing"),
        "root of a part": (lambda a, n: 1.96 * sqrt(a * (1 - a)) / n, "n stands under it too"),
        "half of power 1": (lambda a, n: 1.96 * error(a, n) ** 2 / 2, r"write `\*\* 0.5`"),
        "1.96 inside": (lambda a, n: sqrt(1.96) * error(a, n), "before the root, not under it"),
        "upper end": (lambda a, n: a + 1.96 * error(a, n), "this is the upper end"),
        "rounded": (lambda a, n: round(1.96 * error(a, n), 2), "do not round"),
        "n outside": (lambda a, n: 1.96 * sqrt(a * (1 - a)) / 10, "four times"),
        "no 1 - a": (lambda a, n: 1.96 * sqrt(a / 2 / n), "equally uncertain"),
        "worst case": (lambda a, n: 0.98 / sqrt(n), "at 0.9"),
        "both ends": (
            lambda a, n: (a - 1.96 * error(a, n), a + 1.96 * error(a, n)),
            "wanted one number: the half-width",
        ),
        "Wilson": (half_of_wilson, "half of Wilson's interval"),
        "90 %": (lambda a, n: 1.645 * error(a, n), "1.96 times"),
    },
    "lucky_gain": {
        "honest": (lambda a, b: sum(a) / len(a) - sum(b) / len(b), "difference of the means"),
        "best": (lambda a, b: max(a) - max(b), "best against best"),
        "turned": (lambda a, b: min(b) - max(a), "sign is turned"),
        "first": (lambda a, b: a[0] - b[0], "best run of a minus"),
        "own range": (lambda a, b: max(a) - min(a), "both runs are of a"),
        "swapped": (lambda a, b: max(b) - min(a), "a and b have changed places"),
        "place by place": (
            lambda a, b: max(x - y for x, y in zip(a, b, strict=True)),
            "runs at the same place",
        ),
        "points": (lambda a, b: 100 * (max(a) - min(b)), "this is in points"),
        "relative": (lambda a, b: max(a) / min(b) - 1, "a part of b's accuracy"),
    },
    "mcnemar_p": {
        "one tail": (tail, "one tail"),
        "chi-square": (chi_square, "chi-square approximation with continuity correction; wanted"),
        "plain chi-square": (lambda a, b: chi_square(a, b, 0), "chi-square approximation; wanted"),
        "ends early": (lambda a, b: 2 * tail(a, b) - 2 / 2 ** int((a ^ b).sum()), "ends at n"),
        "starts late": (lambda a, b: 2 * (tail(a, b) - point(a, b)), "starts at m, included"),
        "one result": (lambda a, b: 2 * point(a, b), "chance of exactly 9 of 11"),
        "ways": (lambda a, b: 2 * tail(a, b) * 2 ** int((a ^ b).sum()), r"all 2\*\*n"),
        "behind": (lambda a, b: 1.0, "m is the side ahead"),
        "no tie": (without_ties, "when the two never differ, 0 against 0: p is 1"),
        "above one": (lambda a, b: 2 * tail(a, b), "never more"),
        "unpaired": (unpaired, "only one of the two"),
        "all": (
            lambda a, b: stats.binomtest(int((a & ~b).sum()), len(a)).pvalue,
            "only one of the two",
        ),
        "direction": (
            lambda a, b: min(1.0, 2 * stats.binom.sf((a & ~b).sum() - 1, (a ^ b).sum(), 0.5)),
            "swapped",
        ),
        "accuracies": (lambda a, b: float(a.float().mean() - b.float().mean()), "toss coins"),
    },
}


@pytest.mark.parametrize(
    ("name", "mistake"), [(name, mistake) for name, found in WRONG.items() for mistake in found]
)
def test_a_usual_mistake_is_refused_with_its_own_sentence(name, mistake):
    answer, sentence = WRONG[name][mistake]
    with pytest.raises(CheckFailed, match=sentence):
        getattr(checks, name)(answer)
