"""How far a measured accuracy strays: test questions, seeds, and what they share."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel
from labkit.plots.looks import ROLES, style

PAPERS = 4000
BIN = 0.01
AROUND = 0.13
"""How far the axis goes to both sides of the true accuracy, so that widths can be compared."""
EDGES = np.arange(0.3049, 1.02, BIN)
"""Between two hundredths, so that no share of a round number of questions falls on an edge."""


def measured(
    questions: int, accuracy: float, seeds: int, luck: float, papers: int = PAPERS, start: int = 0
) -> NDArray[np.float64]:
    """The mean test accuracy of each of many imagined papers, (papers,), shares in [0, 1].

    Every paper draws new test questions and trains the same method with new seeds. A question is
    decided by luck with probability `luck`: then each seed has it right with the probability
    `accuracy`. Any other question is right, or wrong, for all seeds of a paper.

    questions, seeds: at least 1; accuracy, luck: in [0, 1]; start: seed of the imagined draws
    The standard deviation is sqrt(accuracy * (1 - accuracy) * (1 - luck + luck / seeds) /
    questions): more seeds shrink only the part that luck decides.
    """
    if questions < 1 or seeds < 1:
        raise ValueError(f"got {questions} questions and {seeds} seeds, wanted at least 1 of each")
    if not (0 <= accuracy <= 1 and 0 <= luck <= 1):
        raise ValueError(f"got accuracy {accuracy} and luck {luck}, wanted both in [0, 1]")
    chance = np.random.default_rng(start)
    sure, unsure = (1 - luck) * accuracy, (1 - luck) * (1 - accuracy)
    kinds = chance.multinomial(questions, [sure, unsure, max(0.0, 1 - sure - unsure)], papers)
    lucky = chance.binomial(kinds[:, 2] * seeds, accuracy)
    return np.asarray((kinds[:, 0] + lucky / seeds) / questions)


def middle(values: NDArray[np.float64], share: float = 0.95) -> tuple[float, float]:
    """Between which two values the middle `share` of them lies."""
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def draw_spread(
    axes: Axes,
    questions: float,
    accuracy: float,
    seeds: float,
    luck: float,
    before: dict[str, Any] | None = None,
) -> str:
    """Bars: which share of the imagined papers measures which accuracy; the truth as a line."""
    values = measured(round(questions), accuracy, round(seeds), luck)
    low, high = middle(values)
    shares = _shares(values)
    label = "imagined papers"
    axes.stairs(shares, EDGES, fill=True, color=ROLES["student"].color, label=label)
    axes.axvline(accuracy, color="black", linewidth=1.5, label="true accuracy")
    if before:
        _outline(axes, before)
    top = max(0.4, 1.05 * float(shares.max()))
    axes.set(xlim=(accuracy - AROUND, accuracy + AROUND), ylim=(0, top), ylabel="share of papers")
    axes.set_xlabel("accuracy that a paper reports, share")
    axes.set_title(f"95 % report {low:.3f} to {high:.3f}: {100 * (high - low):.1f} points wide")
    axes.legend(frameon=False, loc="upper left", fontsize=8)
    runs = "1 seed" if round(seeds) == 1 else f"{round(seeds)} seeds"
    return (
        f"Bars of the accuracy that imagined papers report, with {round(questions)} test "
        f"questions, {runs} and a luck share of {luck:g}: 95 % of them lie between "
        f"{low:.3f} and {high:.3f}, around the true accuracy of {accuracy:g}."
    )


def panel() -> Panel:
    """The panel: test questions, true accuracy, seeds, and the share that luck decides."""
    return Panel(
        draw_spread,
        questions=number("test questions", 500, 100, 5000, 100),
        accuracy=number("true accuracy", 0.85, 0.5, 0.95, 0.01),
        seeds=number("seeds", 1, 1, 10, 1),
        luck=number("luck share", 0.3, 0, 1, 0.05),
    )


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.histogram(values, EDGES)[0] / len(values)


def _outline(axes: Axes, before: dict[str, Any]) -> None:
    """The bars of the previous picture as a grey line."""
    rounded = {name: round(before[name]) for name in ("questions", "seeds")}
    values = measured(**(before | rounded))
    axes.stairs(_shares(values), EDGES, linewidth=1.5, label="previous picture", **style("before"))
