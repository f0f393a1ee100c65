"""What the long chain is to show, test text by test text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labkit.evaluation.verdict import Verdict, compare, holm
from labkit.experiments.long_chain.plan import PAIRS
from labkit.experiments.selection import Runs, correctness
from labkit.plots import roles


def verdicts(results: Runs) -> list[Verdict]:
    """One verdict for each of `PAIRS`, seeds in the same order on both sides."""
    found = []
    for first, second in PAIRS:
        names = [roles.with_budget(arm, option) for arm, option in (first, second)]
        found.append(compare(names[0], _right(results, first), names[1], _right(results, second)))
    return found


def _right(results: Runs, arm: tuple[str, str]) -> NDArray[np.bool_]:
    own = [one for one in results if (one.config.arm, one.config.option) == arm]
    return correctness(sorted(own, key=lambda one: one.config.seed))


def verdict_lines(found: Sequence[Verdict]) -> dict[str, str]:
    """The verdicts as lines for the head of a file, with p adjusted for their number."""
    adjusted = holm([verdict.p for verdict in found])
    return {
        f"verdict {number}": f"{verdict.sentence} p adjusted (Holm, {len(found)} read): {p:.2g}"
        for number, (verdict, p) in enumerate(zip(found, adjusted, strict=True), start=1)
    }
