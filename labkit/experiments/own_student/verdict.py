"""The sentence of the report: what to take, what it gains on test texts, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labkit.evaluation.verdict import (
    Comparison,
    mcnemar,
    paired_bootstrap,
    proportion_interval,
)
from labkit.experiments.own_student.choose import Candidate, Choice
from labkit.experiments.own_student.plan import FLOOR, Wishes

Correct = dict[str, NDArray[np.bool_]]
"""`Row.key` -> right or wrong of each test text."""


@dataclass(frozen=True)
class Judgement:
    """What is delivered and why, once the test split is open."""

    taken: Candidate
    """The floor where the test does not confirm what validation chose."""
    sentence: str
    gain: Comparison | None
    """Of the network over the floor on the test texts; None without a network or a floor."""
    p: float
    """McNemar's exact test of the same two, in [0, 1]; not a number without a comparison."""


def judge(
    choice: Choice, floor: Candidate, correct: Correct, wishes: Wishes, usual: float
) -> Judgement:
    """Compare the one network that validation named with the floor, on the test texts, once.

    One comparison is made, so no p value needs a correction. It speaks of these two files, not of
    the methods: another seed gives other weights.
    floor: TF-IDF, also where it is over the limits
    usual: how often the most frequent class of train is right on test, in [0, 1]
    """
    rival = choice.rival
    if rival is None:
        said = f"Take {floor.name}: {_rate(correct, floor)}; no network comes near it."
        said += _beside_chance(correct, floor, usual)
        return Judgement(floor, said, None, float("nan"))
    gain = paired_bootstrap(correct[_key(rival)], correct[_key(floor)])
    p = mcnemar(correct[_key(rival)], correct[_key(floor)]).p
    numbers = (
        f"{100 * gain.difference:+.1f} points (95 % interval {100 * gain.low:+.1f} to "
        f"{100 * gain.high:+.1f}, McNemar's p = {p:.2g}, {gain.n} test texts)"
    )
    floor_fits = floor.allowed(wishes)
    taken = choice.taken if gain.low > 0 or not floor_fits else floor
    said = _sentence(choice, taken, floor, correct, numbers, gain)
    return Judgement(taken, said + _beside_chance(correct, taken, usual), gain, p)


def _sentence(
    choice: Choice,
    taken: Candidate,
    floor: Candidate,
    correct: Correct,
    numbers: str,
    gain: Comparison,
) -> str:
    rival = choice.rival
    assert rival is not None
    if taken.arm == FLOOR:
        enough = choice.taken.arm == FLOOR
        why = (
            f"on validation {rival.name} gains {100 * (rival.accuracy - floor.accuracy):+.1f} "
            f"points over it, too little; on test {numbers}"
            if enough
            else f"{rival.name}, which led on validation, is behind it on test, {numbers}"
            if gain.high < 0
            else f"the gain of {rival.name} is inside the noise, {numbers}"
        )
        return f"Take {floor.name}, {_rate(correct, floor)}: {why}."
    cost = f"{taken.ms:.2f} ms a text, {taken.mib:.1f} MiB"
    if gain.low > 0:
        return f"Take {taken.name}: {_rate(correct, taken)}, {numbers} over TF-IDF; {cost}."
    so = "which is a loss" if gain.high < 0 else "so a gain is not shown"
    return (
        f"Take {taken.name}, since TF-IDF is over the limits: {_rate(correct, taken)}, {numbers} "
        f"against TF-IDF, {so}; {cost}."
    )


def _beside_chance(correct: Correct, taken: Candidate, usual: float) -> str:
    """A floor that no network beats may itself know nothing of the question."""
    hits = correct[_key(taken)]
    told = f" Always the most frequent class: {usual:.3f}"
    if proportion_interval(int(hits.sum()), len(hits)).low > usual:
        return f"{told}."
    return f"{told}; this file is not shown to do better, so do not rely on it."


def _rate(correct: Correct, one: Candidate) -> str:
    return f"{correct[_key(one)].mean():.3f} of the test texts right"


def _key(one: Candidate) -> str:
    return f"{one.arm}:{one.file}"
