"""What the exercises of lesson 08 ask for, as labkit writes it: the cells below them go on here."""

import time
from collections.abc import Callable, Mapping, Sequence
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from labkit.data.splits import text_key

Right = NDArray[np.bool_]


def leaks(train: Sequence[str], test: Sequence[str]) -> int:
    """Test texts that also stand in train, compared without case and with every space as one."""
    known = {text_key(text) for text in train}
    return sum(text_key(text) in known for text in test)


def cheapest_close(right: Mapping[str, Right], seconds: Mapping[str, float]) -> str:
    """The cheapest setting that is at most one standard error below the best one.

    Source: the rule of one standard error, Breiman et al. 1984, on paired differences.

    right: setting -> (validation texts,), the same texts for all; seconds: setting -> its cost
    """
    best = max(right, key=lambda name: right[name].mean())
    close = []
    for name, found in right.items():
        behind = right[best].astype(float) - found
        if behind.mean() <= behind.std(ddof=1) / sqrt(len(behind)):
            close.append(name)
    return min(close, key=lambda name: seconds[name])


def gain(first: Right, second: Right, draws: NDArray[np.int64]) -> tuple[float, float, float]:
    """How many points the first model is ahead, and the range of 95 % over redrawn texts.

    Source: Efron 1979, the bootstrap of paired differences, by percentiles.

    first, second: (texts,) right or wrong of the same texts
    draws: (times, texts) row numbers, drawn with repetition
    returns mean, low and high, percentage points
    """
    ahead = 100 * (first.astype(float) - second)
    low, high = np.quantile(ahead[draws].mean(1), [0.025, 0.975])
    return float(ahead.mean()), float(low), float(high)


def to_int8(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights (in, out) as whole numbers from -127 to 127, and the scale of each column (out,).

    A column of zeros gets the scale 1. whole * scale is the weight, up to half a scale.
    """
    most = np.abs(weights).max(0)
    scale = np.where(most > 0, most / 127, 1).astype(np.float32)
    return np.round(weights / scale).astype(np.int8), scale


def ms_per_text(
    answer: Callable[[Sequence[str]], object],
    texts: Sequence[str],
    size: int,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Median milliseconds per text, `size` texts at once, after a first call that is not counted.

    clock: gives seconds
    """
    answer(texts[:size])
    waits = []
    for place in range(0, len(texts) - size + 1, size):
        begun = clock()
        answer(texts[place : place + size])
        waits.append(1000 * (clock() - begun) / size)
    return float(np.median(waits))


def threshold(sure: NDArray[np.float64], share: float) -> float:
    """The highest threshold at which at least this share of the texts is answered.

    sure: (texts,) largest probability of each; share: above 0, at most 1
    """
    count = max(1, ceil(share * len(sure)))
    return float(np.sort(sure)[::-1][count - 1])


def card(facts: Mapping[str, object]) -> str:
    """A model card in Markdown of the facts that `checks.FACTS` lists, its sections still bare."""
    number = {name: float(value) for name, value in facts.items() if isinstance(value, float)}
    low, high = number["low"], number["high"]
    shown = "the gain is shown" if low > 0 else "a loss is shown" if high < 0 else "not shown"
    return f"""# {facts["model"]} for {facts["data"]}

## Data
Classes: {facts["classes"]}. Texts that also stand in test were taken out of train.

## Verdict
Right: {number["accuracy"]:.3f} of {facts["texts"]} test texts, which were opened once, after all
settings had been chosen on validation. Over the floor, {facts["floor"]}: {number["gain"]:+.1f}
points, 95 % interval {low:+.1f} to {high:+.1f}: {shown}. Other weights of the same method may be
better or worse, since one seed was trained.

## Cost
{number["mib"]:.1f} MiB of file and {number["ms"]:.2f} ms from one text to its class, on one thread.

## Export
The weights are whole numbers of 8 bits. What flows between the layers shares one scale over the
batch, so a text's logits depend a little on the texts that are read with it.

## Limits
{facts["limits"]}.
"""
