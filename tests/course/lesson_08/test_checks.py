"""Every check of lesson 08 rejects the usual mistakes, says why, and takes other right answers."""

import re
import time
from collections import Counter
from math import sqrt

import numpy as np
import pytest

from labkit.course.check import CheckFailed
from labkit.course.lesson_08 import answers, checks
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def key(text):
    return " ".join(text.lower().split())


def shared(train, test, of=key):
    known = {of(text) for text in train}
    return [text for text in test if of(text) in known]


LEAKS = {
    "exact": (lambda a, b: len(shared(a, b, str)), "compare without case"),
    "case alone": (lambda a, b: len(shared(a, b, str.lower)), "spaces too"),
    "train texts": (lambda a, b: len(shared(b, a)), "not train texts"),
    "distinct": (lambda a, b: len({key(text) for text in shared(a, b)}), "stands twice"),
    "a share": (lambda a, b: len(shared(a, b)) / max(len(b), 1), "not a share"),
    "spaces alone": (
        lambda a, b: len(shared(a, b, lambda text: " ".join(text.split()))),
        "without case",
    ),
    "ends alone": (
        lambda a, b: len(shared(a, b, lambda text: text.lower().strip())),
        "inside a text",
    ),
    "no ends": (
        lambda a, b: len(shared(a, b, lambda text: re.sub(r"\s+", " ", text.lower()))),
        "spaces at the ends",
    ),
    "two at once": (
        lambda a, b: len(shared(a, b, lambda text: text.lower().strip().replace("  ", " "))),
        "three spaces in a row",
    ),
    "words": (
        lambda a, b: len(shared(a, b, lambda text: frozenset(text.lower().split()))),
        "another order",
    ),
    "part": (
        lambda a, b: sum(any(key(text) in key(one) for one in a) for text in b),
        "a part of a text",
    ),
    "pairs": (lambda a, b: sum(key(one) == key(text) for one in a for text in b), "counts once"),
    "texts": (shared, "got a list, wanted one number"),
    "no spaces": (
        lambda a, b: len(shared(a, b, lambda text: "".join(text.lower().split()))),
        "keep one",
    ),
}


def close(right, seconds, error, cost=min):
    best = max(right, key=lambda name: right[name].mean())
    near = [
        name
        for name, found in right.items()
        if right[best].mean() - found.mean() <= error(right[best], found)
    ]
    return cost(near, key=lambda name: seconds[name])


def paired(best, found):
    behind = best.astype(float) - found
    return behind.std(ddof=1) / sqrt(len(behind))


CHOOSE = {
    "best": (lambda r, s: max(r, key=lambda name: r[name].mean()), "that is the best one"),
    "cheapest": (lambda r, s: min(r, key=lambda name: s[name]), "far below the best"),
    "no root": (
        lambda r, s: close(r, s, lambda best, found: (best.astype(float) - found).std()),
        "square root",
    ),
    "error of one": (
        lambda r, s: close(r, s, lambda best, found: sqrt(best.mean() * (1 - best.mean()) / 100)),
        "paired differences",
    ),
    "dearest": (lambda r, s: close(r, s, paired, max), "costs less"),
    "accuracy": (lambda r, s: 0.9, "wanted the name"),
    "booleans": (
        lambda r, s: close(r, s, lambda best, found: (best - found).std()),
        "`.astype\\(float\\)` first",
    ),
    "either": (
        lambda r, s: close(r, s, lambda best, found: -1 + (best ^ found).mean()),
        "min\\(\\) .*empty|Is your difference",
    ),
    "best falls out": (
        lambda r, s: close(r, s, lambda best, found: paired(best, found) - 1e-9),
        "close to itself",
    ),
}


def scaled(weights, divisor=127.0, axis=0, rounded=np.round, zero=1.0):
    most = np.abs(weights).max(axis)
    scale = np.where(most > 0, most / divisor, zero)
    with np.errstate(all="ignore"):
        found = rounded(weights / (scale if axis == 0 else scale[:, None]))
        return np.nan_to_num(found).astype(np.int8), scale


def one_scale(weights):
    scale = np.abs(weights).max() / 127
    return np.round(weights / scale).astype(np.int8), scale


INT8 = {
    "one scale": (one_scale, "one scale for each column"),
    "rows": (lambda w: scaled(w, axis=1), "largest size in it"),
    "128": (lambda w: scaled(w, 128.0), "divide by 127"),
    "not divided": (lambda w: scaled(w, 1.0), "becomes 127"),
    "cut": (lambda w: scaled(w, rounded=np.trunc), "round before astype"),
    "zero": (lambda w: scaled(w, zero=np.nan), "column of zeros"),
    "floats": (lambda w: (scaled(w)[0].astype(float), scaled(w)[1]), "wanted int8"),
    "numbers alone": (lambda w: None, "wanted a pair"),
    "turned": (lambda w: scaled(w)[::-1], "they come first"),
    "zero scale": (lambda w: scaled(w, zero=0.0), "its scale must not be 0"),
    "a dimension kept": (lambda w: (scaled(w)[0], scaled(w)[1][None]), "without `keepdims`"),
    "largest": (
        lambda w: (scaled(w)[0], np.where(w.max(0) > 0, w.max(0) / 127, 1)),
        "`np.abs` before",
    ),
    "upside down": (
        lambda w: (scaled(w)[0], np.where(scaled(w)[1] == 1, 1, 1 / scaled(w)[1])),
        "one over the scale",
    ),
    "multiplied": (
        lambda w: (np.round(w * scaled(w)[1]).astype(np.int8), scaled(w)[1]),
        "divide the weights",
    ),
}


def waits(answer, texts, size, clock, warm=True):
    if warm:
        answer(texts[:size])
    found = []
    for place in range(0, len(texts), size):
        begun = clock()
        answer(texts[place : place + size])
        found.append(clock() - begun)
    return np.array(found)


def all_at_once(answer, texts, size, clock):
    answer(texts)
    begun = clock()
    answer(texts)
    return 1000 * (clock() - begun) / len(texts)


LATENCY = {
    "per call": (lambda *a: 1000 * np.median(waits(*a)), "divide by the number"),
    "seconds": (lambda *a: np.median(waits(*a)) / 8, "1000 times"),
    "seconds per call": (lambda *a: np.median(waits(*a)), "milliseconds per text"),
    "cold": (lambda *a: 125 * np.median(waits(*a, warm=False)), "not counted"),
    "mean": (lambda *a: 125 * waits(*a).mean(), "take the median"),
    "cold mean": (lambda *a: 125 * waits(*a, warm=False).mean(), "first call loads"),
    "at once": (all_at_once, "wanted 8, the size"),
    "fastest": (lambda *a: 125 * waits(*a).min(), "not the fastest"),
    "warm-up counted": (
        lambda *a: 125 * np.median([1.0, *waits(*a)]),
        "the one that warms up is not counted",
    ),
    "own clock": (
        lambda answer, t, n, clock: 125 * np.median(waits(answer, t, n, time.perf_counter)),
        "never asked",
    ),
    "first texts": (
        lambda answer, t, n, clock: 125 * np.median(waits(lambda _: answer(t[:n]), t, n, clock)),
        "only 8 of 40",
    ),
    "each": (lambda *a: 125 * waits(*a), "wanted one number"),
    "never": (lambda *a: 1.5, "never called"),
    "once": (lambda answer, t, n, clock: 1.5 if answer(t[:n]) else 0, "take all of them"),
}


FILLER = "It is for letters and for nothing that decides about a person. " * 10


def listed(facts, said="", without="", filler=FILLER):
    lines = [f"- {name}: {value}" for name, value in facts.items() if name != without]
    kept = [one for one in checks.SECTIONS if one != without]
    return "\n".join(["# A card", said, *lines, *(f"## {one}\n{filler}" for one in kept)])


CARD = {
    "no heading": (lambda facts: "text " + listed(facts), "begin with a heading"),
    "no floor": (lambda facts: listed(facts, without="floor"), "floor is missing"),
    "no interval": (lambda facts: listed(facts, without="high"), "high is missing"),
    "no limits": (lambda facts: listed(facts, without="Limits"), "## Limits is missing"),
    "short": (lambda facts: listed(facts, filler="Good."), "wanted 100 or more"),
    "an example": (lambda facts: listed(checks.FACTS), "must stand in the card"),
    "always sure": (lambda facts: listed(facts), "a gain is not shown"),
    "never sure": (lambda facts: listed(facts, "not shown"), "this gain is shown"),
    "a list": (lambda facts: [listed(facts)], "wanted a text"),
    "a loss": (
        lambda facts: listed(facts, "" if facts["low"] > 0 else "not shown"),
        "that loss is shown",
    ),
    "another thing unclear": (
        lambda facts: listed(facts, "The licence is unclear."),
        "yet the card says 'unclear'",
    ),
    "no digits": (
        lambda facts: listed(facts | {"accuracy": f"{facts['accuracy']:.0%}"}),
        "one decimal place or more",
    ),
    "a colon": (lambda facts: listed(facts).replace("## Cost", "## Cost:"), "a line of its own"),
}

THRESHOLD = {
    "quantile": (lambda sure, share: np.quantile(sure, share), "from the surest down"),
    "turned quantile": (lambda sure, share: np.quantile(sure, 1 - share), "between two texts"),
    "middle": (lambda sure, share: answers.threshold(sure, share) - 0.02, "at 0.741 it still"),
    "all of them": (lambda sure, share: sure >= share, "wanted one number"),
    "one too few": (lambda sure, share: np.sort(sure)[::-1][int(share * 5) - 1], "too few"),
    "lowest": (lambda sure, share: 0.0, "too many"),
    "never": (lambda sure, share: 1.0, "too few"),
}

WRONG = [
    *refused(checks.leaks, LEAKS),
    *refused(checks.choose, CHOOSE),
    *refused(checks.int8, INT8),
    *refused(checks.latency, LATENCY),
    *refused(checks.threshold, THRESHOLD),
    *refused(checks.card, CARD),
]


@pytest.mark.parametrize(("check", "answer", "words"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_says_why(check, answer, words):
    with pytest.raises(CheckFailed, match=words):
        check(answer)


def by_counting(train, test):
    known = Counter(map(key, train))
    return sum(1 for text in test if known[key(text)])


def first_call_dropped(answer, texts, size, clock):
    return 125 * float(np.median(waits(answer, texts, size, clock, warm=False)[1:]))


def in_percent(facts):
    unsure = "no gain is shown" if facts["low"] <= 0 <= facts["high"] else ""
    return listed(facts | {"accuracy": f"{facts['accuracy']:.1%}"}, unsure)


RIGHT = [
    (checks.leaks, by_counting),
    (checks.leaks, answers.leaks),
    (checks.choose, lambda right, seconds: close(right, seconds, paired)),
    (checks.choose, answers.cheapest_close),
    (checks.int8, scaled),
    (checks.int8, answers.to_int8),
    (checks.latency, first_call_dropped),
    (checks.latency, answers.ms_per_text),
    (checks.threshold, lambda sure, share: max(x for x in sure if (sure >= x).mean() >= share)),
    (checks.threshold, answers.threshold),
    (checks.card, in_percent),
    (checks.card, answers.card),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_other_right_answers_pass(check, answer):
    check(answer)
