"""Checks of lesson 08: leaks, a choice on validation, a gain, int8, latency, a model card."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import numpy as np

from labkit.course.check import CheckFailed, answered, check, holds, same
from labkit.course.lesson_08.answers import Right

FACTS: Mapping[str, object] = {
    "model": "BiLSTM int8",
    "data": "letters.csv",
    "classes": "praise, complaint",
    "accuracy": 0.8125,
    "texts": 320,
    "floor": "TF-IDF",
    "gain": 4.3,
    "low": 1.2,
    "high": 7.5,
    "mib": 4.6,
    "ms": 0.37,
    "limits": "short English letters of one firm, one seed",
}
"""What a card must say, with an example."""
SECTIONS = ("Data", "Verdict", "Cost", "Export", "Limits")
FEWEST_WORDS = 100
NOT_SHOWN = ("not shown", "inside the noise", "cannot be told", "no gain is shown", "unclear")


@check("08-leaks")
def leaks(answer: Callable[[Sequence[str], Sequence[str]], int]) -> None:
    """leaks(train, test) -> how many test texts also stand in train."""
    train = ["How far is it?", "how far is it?", "HOW far is it?", "who  wrote Hamlet ?", "Why?"]
    test = ["How Far is it?", "Who wrote Hamlet ?", "What is a quark?", "how far is it? "]
    got = answer(train, test)
    answered(got)
    clues = {
        0.75: "a count, not a share: how many test texts",
        4: "count test texts, not train texts: it is they that are judged wrongly",
        2: "each test text counts, also one that stands twice",
        0: "compare without case and with every run of spaces as one",
        1: "spaces too: every run of them counts as one, those at the ends as none",
    }
    same(got, 3, clues.get(got, "test texts whose key stands among the keys of train"))
    same(answer(["a b"], ["ab"]), 0, "a space between two words is not nothing: keep one")
    same(answer([], ["a"]), 0, "nothing stands in an empty train split")


@check("08-choose")
def choose(answer: Callable[[Mapping[str, Right], Mapping[str, float]], str]) -> None:
    """cheapest_close(right, seconds) -> the name of the setting to take."""
    rows = np.arange(100)
    right = {
        "T 4, copies": rows < 90,
        "T 4": (rows >= 5) & (rows < 94),
        "T 1": rows < 88,
        "few steps": rows < 70,
    }
    seconds = {"T 4, copies": 9.0, "T 4": 3.0, "T 1": 2.0, "few steps": 1.0}
    clues = {
        "T 4, copies": "that is the best one; another is as good within one standard error and "
        "costs less",
        "few steps": "the cheapest one is far below the best: divide the standard deviation of "
        "the differences by the square root of the number of texts",
        "T 1": "the same texts are judged, so take the error of the paired differences, "
        "best - other, and not that of one accuracy",
    }
    for names in (list(right), list(reversed(right))):
        got = answer({name: right[name] for name in names}, seconds)
        answered(got)
        holds(isinstance(got, str), f"got {got!r}, wanted the name of a setting")
        same(got, "T 4", clues.get(got, "the cheapest of those close to the best"))


@check("08-gain")
def gain(answer: Callable[..., tuple[float, float, float]]) -> None:
    """gain(first, second, draws) -> (mean, low, high), percentage points."""
    chance = np.random.default_rng(0)
    first, second = chance.random(80) < 0.9, chance.random(80) < 0.8
    draws = chance.integers(0, 80, (400, 80))
    got = _numbers(answer(first, second, draws), ("mean", "low", "high"))
    ahead = np.where(first & ~second, 100.0, np.where(second & ~first, -100.0, 0.0))
    means = np.array([ahead[row].mean() for row in draws])
    wanted = (ahead.mean(), *np.percentile(means, [2.5, 97.5]))
    own = (np.percentile(means, [5, 95]), (means.min(), means.max()))
    apart = [np.percentile(100 * one[draws].mean(1), [2.5, 97.5]) for one in (first, second)]
    clues = {
        "points, not shares: 100 times as much": tuple(np.array(wanted) / 100),
        "first minus second: the sign is turned": (-wanted[0], -wanted[2], -wanted[1]),
        "95 % lie between the quantiles 0.025 and 0.975": (wanted[0], *own[0]),
        "lowest and highest draw are no interval: take quantiles": (wanted[0], *own[1]),
        "take the differences of each draw, not two intervals that know nothing of one another": (
            wanted[0],
            apart[0][0] - apart[1][1],
            apart[0][1] - apart[1][0],
        ),
        "the mean over the texts of a draw, axis 1": (
            wanted[0],
            *np.percentile(ahead[draws].mean(0), [2.5, 97.5]),
        ),
    }
    said = next((says for says, wrong in clues.items() if np.allclose(got, wrong, atol=1e-3)), "")
    same(np.array(got), np.array(wanted), said or "mean difference, then two quantiles of draws")


@check("08-int8")
def int8(answer: Callable[..., tuple[np.ndarray, np.ndarray]]) -> None:
    """to_int8(weights) -> (whole numbers (in, out) int8, scale (out,))."""
    weights = np.array([[0.5, -20.0, 0.0], [-1.0, 12.6, 0.0], [0.29, 0.0, 0.0]], np.float32)
    with np.errstate(all="ignore"):
        got = answer(weights)
    try:
        whole, scale = (np.asarray(one) for one in got)
    except (TypeError, ValueError):
        raise CheckFailed(
            f"got {type(got).__name__}, wanted a pair: whole numbers, and their scales"
        ) from None
    hint = "one scale for each column: the largest size in it"
    holds(scale.shape == (3,), f"got scales of shape {scale.shape}, wanted (3,): {hint}")
    holds(whole.dtype == np.int8, f"got {whole.dtype}, wanted int8: astype(np.int8) at the end")
    holds(bool(np.isfinite(scale).all()) and not whole[:, 2].any(),
          "a column of zeros: its scale must not be 0, or 0 / 0 comes out; take 1")  # fmt: skip
    most = np.abs(weights).max(0)[:2]
    holds(not np.allclose(scale[:2], most / 128, rtol=1e-4),
          "128 does not fit into int8, which ends at 127: divide by 127")  # fmt: skip
    holds(not np.allclose(scale[:2], most, rtol=1e-4),
          "the largest weight of a column becomes 127: divide its size by 127")  # fmt: skip
    same(scale[:2], most / 127, hint)
    back = whole[:, :2] * scale[:2]
    off = np.abs(back - weights[:, :2]) / scale[:2]
    holds(off.max() <= 0.501, f"a weight is {off.max():.2g} steps away from its whole number, "
          "wanted at most half a step: round before astype, which cuts")  # fmt: skip


class _Clock:
    """Seconds that pass only while texts are answered; the first call and one other are slow."""

    def __init__(self) -> None:
        self.now, self.sizes = 5.0, list[int]()
        self.waits = cycle([0.012, 0.012, 0.090, 0.012])

    def __call__(self) -> float:
        return self.now

    def answer(self, texts: Sequence[str]) -> list[str]:
        self.now += next(self.waits) if self.sizes else 1.0
        self.sizes.append(len(texts))
        return ["a class"] * len(texts)


@check("08-latency")
def latency(answer: Callable[..., float]) -> None:
    """ms_per_text(answer, texts, size, clock) -> milliseconds per text."""
    clock = _Clock()
    got = answer(clock.answer, ["a text"] * 32, 8, clock)
    answered(got)
    holds(bool(clock.sizes), "the model was never called: answer(texts[place : place + size])")
    holds(set(clock.sizes) == {8},
          f"got {sorted(set(clock.sizes))} texts at once, wanted 8, the size")  # fmt: skip
    holds(len(clock.sizes) >= 4, f"{len(clock.sizes)} calls for 32 texts: take all of them")
    clues = {
        12.0: "that is per call: divide by the number of texts in it",
        0.0015: "milliseconds: 1000 times the seconds of the clock",
        0.012: "milliseconds per text: 1000 times the seconds, divided by the size",
        1000 * 0.051 / 8: "the first call loads and plans: make one that is not counted",
        1000 * 0.0315 / 8: "one slow call moves the mean: take the median",
        1000 * 0.038 / 8: "one slow call moves the mean: take the median",
        1000 * 1.114 / 32: "the first call loads and plans, and a mean follows it: leave it out, "
        "and take the median",
    }
    said = next((says for wrong, says in clues.items() if np.isclose(got, wrong, rtol=1e-3)), "")
    same(got, 1.5, said or "median over the calls of milliseconds divided by the size", 1e-6)


@check("08-threshold")
def threshold(answer: Callable[[np.ndarray, float], float]) -> None:
    """threshold(sure, share) -> the highest number that answers at least this share."""
    sure = np.array([0.5, 0.9, 0.7, 0.6, 0.8])
    for share, wanted in ((0.6, 3), (0.5, 3), (0.2, 1), (1.0, 5)):
        got = answer(sure, share)
        answered(got)
        count = int((sure >= float(got)).sum())
        said = f"at {float(got):.3g} it answers {count} of 5 texts, wanted {wanted} for {share:g}"
        clue = "too few: at least that share shall be answered"
        if count > wanted:
            clue = "too many: take the highest threshold that answers enough"
        if np.isclose(got, np.quantile(sure, share)):
            clue = "the answered ones lie above the threshold, so it is a quantile of 1 - share"
        holds(count == wanted, f"{said}: {clue}")


@check("08-card")
def card(answer: Callable[[Mapping[str, object]], str]) -> None:
    """card(facts) -> a model card in Markdown."""
    other = dict(FACTS, data="trec", accuracy=0.6543, texts=77, gain=1.4, low=-0.9, high=3.6)
    for facts in (FACTS, other):
        got = answer(facts)
        holds(isinstance(got, str), f"got {type(got).__name__}, wanted a text")
        holds(got.lstrip().startswith("#"), "begin with a heading: # and what the model is for")
        for section in SECTIONS:
            holds(f"\n## {section}\n" in got, f"the section ## {section} is missing")
        words = len(got.split())
        holds(words >= FEWEST_WORDS, f"{words} words, wanted {FEWEST_WORDS} or more: say for whom "
              "it is, for whom not, and what was never tried")  # fmt: skip
        for name, value in facts.items():
            holds(_stands_in(value, got), f"{name} is missing: {value!r} must stand in the card")
    unsure = answer(other).lower()
    holds(any(word in unsure for word in NOT_SHOWN),
          "an interval from -0.9 to 3.6 holds 0: then the card must say that a gain is not "
          "shown")  # fmt: skip
    sure = answer(FACTS).lower()
    holds(not any(word in sure for word in NOT_SHOWN),
          "an interval from 1.2 to 7.5 lies above 0: this gain is shown")  # fmt: skip


def _stands_in(value: object, text: str) -> bool:
    if not isinstance(value, float):
        return str(value) in text
    forms = {f"{value:g}", f"{value:.1f}", f"{value:.2f}", f"{value:.3f}", f"{100 * value:.1f}"}
    return any(form in text for form in forms)


def _numbers(got: object, names: tuple[str, ...]) -> tuple[float, ...]:
    """Numbers as floats, or a sentence that says which ones are wanted."""
    answered(got)
    try:
        found = tuple(float(one) for one in got)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        found = ()
    if len(found) != len(names):
        raise CheckFailed(f"got {got!r}, wanted the numbers {', '.join(names)}")
    return found
