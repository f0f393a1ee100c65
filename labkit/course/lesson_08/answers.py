"""What the exercises of lesson 08 ask for, as labkit writes it: the cells below them go on here."""

import time
from collections.abc import Callable, Mapping, Sequence
from math import sqrt

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


def card(facts: Mapping[str, object]) -> str:
    """A model card in Markdown of the facts that `checks.FACTS` lists."""
    low, high = float(str(facts["low"])), float(str(facts["high"]))
    shown = "the gain is shown" if low > 0 else "a loss is shown" if high < 0 else "not shown"
    return "\n".join([
        f"# {facts['model']} for {facts['data']}",
        "",
        f"- classes: {facts['classes']}",
        f"- right: {float(str(facts['accuracy'])):.3f} of {facts['texts']} test texts",
        f"- over the floor, {facts['floor']}: {float(str(facts['gain'])):+.1f} points, 95 % "
        f"interval {low:+.1f} to {high:+.1f}: {shown}",
        f"- cost: {float(str(facts['mib'])):.1f} MiB, {float(str(facts['ms'])):.2f} ms a text",
        f"- limits: {facts['limits']}",
    ])  # fmt: skip
