"""Checks of lesson 08: leaks, a choice on validation, int8, latency, a threshold, a model card."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import numpy as np

from labkit.course.check import CheckFailed, answered, check, holds, number, same
from labkit.course.lesson_08.answers import Right
from labkit.course.lesson_08.received import of_booleans

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
    train = ["How far is it?", "how far is it?", "who  wrote Hamlet ?", "Why not?",
             "When was  it?", "Where   is Rome?", "how FAR is it?", "HOW far is it?"]  # fmt: skip
    test = [" WHY not?", "Why  not?", "who wrote    Hamlet ?", "Why not?", "how  far is it?",
            "who wrote hamlet ?", "why not?", "where is rome?", "Where is Rome?", "far is it?",
            "not?", "is it? how far", "what is moss?"]  # fmt: skip
    got = answer(train, test)
    number(got)
    clues = {
        9 / 13: "a count, not a share: how many test texts",
        7: "count test texts, not train texts: it is they that are judged wrongly",
        4: "each test text counts, also one that stands twice",
        1: "compare without case and with every run of spaces as one",
        5: "compare without case",
        2: "spaces too: every run of them counts as one, those at the ends as none",
        3: "spaces inside a text, too: every run of them counts as one",
        8: "spaces at the ends count as none: `split` and `join`, or `strip`",
        6: "three spaces in a row are one, too: `split` and `join` know every run",
        10: "the same words in another order are another text",
        11: "a part of a text is another text",
        12: "each test text counts once, however often it stands in train",
    }
    same(got, 9, clues.get(got, "test texts whose key stands among the keys of train"))
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
        "costs less. Is your difference 1, 0 or -1 for each text?",
        "few steps": "the cheapest one is far below the best: divide the standard deviation of "
        "the differences by the square root of the number of texts",
        "T 1": "the same texts are judged, so take the error of the paired differences, "
        "best - other, and not that of one accuracy",
    }
    for names in (list(right), list(reversed(right))):
        got = of_booleans(answer, {name: right[name] for name in names}, seconds)
        answered(got)
        holds(isinstance(got, str), f"got {got!r}, wanted the name of a setting")
        same(got, "T 4", clues.get(str(got), "the cheapest of those close to the best"))
    apart = {"best": rows < 90, "worse": rows < 20}
    hint = "the best is close to itself: at most one standard error, and 0 is at most 0"
    try:
        got = answer(apart, {"best": 2.0, "worse": 1.0})
    except ValueError as error:
        raise CheckFailed(f"stopped with {error} where all others are far behind: {hint}") from None
    same(got, "best", hint)


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
    holds(whole.shape == (3, 3), f"got whole numbers of shape {whole.shape}, wanted (3, 3): they "
          "come first, the scales second")  # fmt: skip
    hint = "one scale for each column: the largest size in it"
    hint += ", without `keepdims`" if scale.shape == (1, 3) else ""
    holds(scale.shape == (3,), f"got scales of shape {scale.shape}, wanted (3,): {hint}")
    holds(whole.dtype == np.int8, f"got {whole.dtype}, wanted int8: astype(np.int8) at the end")
    holds(bool(np.isfinite(scale).all() and scale[2] > 0) and not whole[:, 2].any(),
          "a column of zeros: its scale must not be 0, or 0 / 0 comes out; take 1")  # fmt: skip
    most = np.abs(weights).max(0)[:2]
    holds(not np.allclose(scale[:2], most / 128, rtol=1e-4),
          "128 does not fit into int8, which ends at 127: divide by 127")  # fmt: skip
    holds(not np.allclose(scale[:2], most, rtol=1e-4),
          "the largest weight of a column becomes 127: divide its size by 127")  # fmt: skip
    holds(not np.allclose(scale[:2], 127 / most, rtol=1e-4),
          "that is one over the scale: divide the largest size by 127")  # fmt: skip
    holds(not np.allclose(scale[:2], weights.max(0)[:2] / 127, rtol=1e-4),
          "-20 is larger in size than 12.6: `np.abs` before `max`")  # fmt: skip
    same(scale[:2], most / 127, hint)
    back = whole[:, :2] * scale[:2]
    off = np.abs(back - weights[:, :2]) / scale[:2]
    holds(off.max() < 1, "whole number times scale gives the weight back: divide the weights by "
          "the scale, then round")  # fmt: skip
    holds(off.max() <= 0.501, f"a weight is {off.max():.2g} steps away from its whole number, "
          "wanted at most half a step: round before astype, which cuts")  # fmt: skip


class _Clock:
    """Seconds that pass only while texts are answered; the first call and one other are slow."""

    def __init__(self) -> None:
        self.now, self.sizes, self.looks = 5.0, list[int](), 0
        self.seen = set[str]()
        self.waits = cycle([0.011, 0.010, 0.090, 0.013, 0.012])

    def __call__(self) -> float:
        self.looks += 1
        return self.now

    def answer(self, texts: Sequence[str]) -> list[str]:
        self.now += next(self.waits) if self.sizes else 1.0
        self.sizes.append(len(texts))
        self.seen.update(texts)
        return ["a class"] * len(texts)


@check("08-latency")
def latency(answer: Callable[..., float]) -> None:
    """ms_per_text(answer, texts, size, clock) -> milliseconds per text."""
    clock, texts = _Clock(), [f"text {place}" for place in range(40)]
    got = number(answer(clock.answer, texts, 8, clock))
    holds(bool(clock.sizes), "the model was never called: answer(texts[place : place + size])")
    holds(set(clock.sizes) == {8},
          f"got {sorted(set(clock.sizes))} texts at once, wanted 8, the size")  # fmt: skip
    holds(len(clock.sizes) >= 5, f"{len(clock.sizes)} calls for 40 texts: take all of them")
    holds(len(clock.seen) == 40, f"only {len(clock.seen)} of 40 texts were read: the slice moves "
          "as the loop does, texts[place : place + size]")  # fmt: skip
    holds(clock.looks > 0, "the seconds come from `clock()`, which you never asked")
    clues = {
        12.0: "that is per call: divide by the number of texts in it",
        0.0015: "milliseconds: 1000 times the seconds of the clock",
        0.012: "milliseconds per text: 1000 times the seconds, divided by the size",
        1.625: "the first call loads and plans: make one that is not counted",
        1.5625: "the first call loads and plans: the one that warms up is not counted",
        1.25: "the median, not the fastest call",
        1000 * 0.0272 / 8: "one slow call moves the mean: take the median",
        1000 * 0.031 / 8: "one slow call moves the mean: take the median",
        1000 * 1.124 / 40: "the first call loads and plans, and a mean follows it: leave it out, "
        "and take the median",
    }
    said = next((says for wrong, says in clues.items() if np.isclose(got, wrong, rtol=1e-3)), "")
    same(got, 1.5, said or "median over the calls of milliseconds divided by the size", 1e-6)


@check("08-threshold")
def threshold(answer: Callable[[np.ndarray, float], float]) -> None:
    """threshold(sure, share) -> the highest number that answers at least this share."""
    sure = np.array([0.512, 0.934, 0.741, 0.628, 0.857])
    for share, wanted in ((0.6, 3), (0.5, 3), (0.2, 1), (1.0, 5), (0.7, 4)):
        got = number(answer(sure, share))
        count, highest = int((sure >= got).sum()), float(np.sort(sure)[-wanted])
        said = f"at {got:.3g} it answers {count} of 5 texts, wanted {wanted} for {share:g}"
        clue = "too few: at least that share shall be answered"
        between = (
            "`quantile` takes a number between two texts: sort, and take the last answered one"
        )
        if count > wanted:
            clue = "too many: take the highest threshold that answers enough"
        if np.isclose(got, np.quantile(sure, share)):
            clue = "the answered ones lie above the threshold, so count from the surest down"
        is_quantile = np.isclose(got, np.quantile(sure, 1 - share))
        holds(count == wanted, f"{said}: {between if is_quantile else clue}")
        clue = between if is_quantile else "that is what the last answered text has"
        holds(abs(got - highest) < 1e-6, f"at {got:.4g} it answers enough, and at {highest:.4g} it "
              f"still would: {clue}")  # fmt: skip


@check("08-card")
def card(answer: Callable[[Mapping[str, object]], str]) -> None:
    """card(facts) -> a model card in Markdown."""
    other = dict(FACTS, data="trec", accuracy=0.6543, texts=77, gain=1.4, low=-0.9, high=3.6)
    for facts in (FACTS, other):
        got = answer(facts)
        holds(isinstance(got, str), f"got {type(got).__name__}, wanted a text: `return` it")
        holds(got.lstrip().startswith("#"), "begin with a heading: # and what the model is for")
        for section in SECTIONS:
            holds(f"\n## {section}\n" in got, f"the section ## {section} is missing: a line of its "
                  "own, with nothing before or behind it")  # fmt: skip
        words = len(got.split())
        holds(words >= FEWEST_WORDS, f"{words} words, wanted {FEWEST_WORDS} or more: say for whom "
              "it is, for whom not, and what was never tried")  # fmt: skip
        for name, value in facts.items():
            hint = ", with one decimal place or more" if isinstance(value, float) else ""
            holds(
                _stands_in(value, got), f"{name} is missing: {value!r} must stand in the card{hint}"
            )
    holds(bool(_unsure(answer(other))),
          "an interval from -0.9 to 3.6 holds 0: then the card must say that a gain is not "
          "shown, in these words")  # fmt: skip
    said = _unsure(answer(FACTS))
    holds(not said, "an interval from 1.2 to 7.5 lies above 0: this gain is shown, yet the card "
          f"says {said!r}")  # fmt: skip
    said = _unsure(answer(dict(other, gain=-3.1, low=-5.2, high=-1.1)))
    holds(not said, "an interval from -5.2 to -1.1 holds no 0: that loss is shown, yet the card "
          f"says {said!r}")  # fmt: skip


def _unsure(card: str) -> str:
    """The words of a card that deny a gain, "" without any."""
    return next((words for words in NOT_SHOWN if words in card.lower()), "")


def _stands_in(value: object, text: str) -> bool:
    if not isinstance(value, float):
        return str(value) in text
    forms = {f"{value:g}", f"{value:.1f}", f"{value:.2f}", f"{value:.3f}", f"{100 * value:.1f}"}
    return any(form in text for form in forms)
