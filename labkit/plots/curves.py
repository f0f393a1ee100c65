"""Curves of runs over their steps: of one that trains now, of finished ones, of several seeds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from labkit.plots.looks import ROLES, style

if TYPE_CHECKING:
    from labkit.evaluation.curves import Behind, Point

EARLIER = (("--", "D"), (":", "s"), ("-.", "^"))
"""Line and mark of the earlier runs of a panel, in turn; grey alone would not tell them apart."""
POINTS = 400
"""The most points of one line: more are not seen, and take time to draw."""


def curve_over_steps(
    axes: Axes,
    seeds: Sequence[Sequence[float]],
    role: str = "student",
    ylabel: str = "loss, nats",
    label: str = "",
) -> None:
    """Thin lines, one per seed, and their bold median, against steps from 1.

    seeds: one sequence of values per seed; the median goes as far as the shortest
    """
    for values in seeds:
        axes.plot(*_thinned(values), linewidth=0.8, alpha=0.5, **style(role))
    shortest = min(len(values) for values in seeds)
    median = np.median([list(values[:shortest]) for values in seeds], axis=0)
    name = f"{label or role}, {len(seeds)} seeds"
    axes.plot(*_thinned(median), linewidth=2.5, label=name, **style(role))
    axes.set(xlabel="steps", ylabel=ylabel)
    axes.legend(frameon=False)


def live_curve(
    axes: Axes,
    now: Sequence[float],
    earlier: Sequence[Sequence[float]],
    ylabel: str,
    noisy: bool = False,
    names: Sequence[str] = (),
) -> None:
    """The values of a run so far, over grey lines of the runs before it, if there are any.

    noisy: draw it thin, because a bolder line of means goes over it
    names: of the earlier runs; without them all are "earlier runs"
    """
    for place, values in enumerate(earlier):
        name = names[place] if names else "_" if place else "earlier runs"
        look: dict[str, Any] = style("before") | {"linewidth": 1}
        if names:
            look |= {"linestyle": EARLIER[place % len(EARLIER)][0], "color": "0.5"}
        axes.plot(*_thinned(values), label=name, **look)
    look = {"linewidth": 0.8, "alpha": 0.6} if noisy else {"linewidth": 1.8}
    if now:
        name = "this run, each batch" if noisy else "this run"
        axes.plot(*_thinned(now), label=name, **look, **style("student"))
    axes.set(xlabel="steps", ylabel=ylabel, title="" if earlier or now else "not started")
    below = any(value < 0 for values in (now, *earlier) for value in values)
    axes.set_ylim(*((0, 1) if ylabel.startswith("accuracy") else (None if below else 0, None)))
    if earlier:
        axes.legend(frameon=False, fontsize=8 if names else None)


def earlier_validation(
    axes: Axes, place: int, places: Sequence[int], values: Sequence[float]
) -> None:
    """Accuracy of an earlier run on the validation rows, as open grey marks.

    place: which of the earlier runs it is, from 0; gives the mark
    """
    mark = EARLIER[place % len(EARLIER)][1]
    axes.plot(places, values, mark, color="0.4", fillstyle="none", markersize=6)


def curve_behind(axes: Axes, behind: "Behind", of: str) -> None:
    """Grey band and lines of finished runs, and where their validation accuracy stood.

    of: "loss" or "accuracy"
    """
    middles = [point.middle for point in behind.runs[0]]
    values = np.array([[getattr(point, of) for point in run] for run in behind.runs])
    axes.fill_between(middles, values.min(0), values.max(0), color="0.85", label=behind.name)
    axes.plot(middles, values.T, color="0.55", linewidth=1)
    if of == "accuracy":
        held = [(p.last, p.validation) for run in behind.runs for p in run]
        held = [(place, value) for place, value in held if value is not None]
        places, shares = zip(*held, strict=True) if held else ((), ())
        look: dict[str, Any] = {"color": "0.45", "fillstyle": "none", "markersize": 6}
        axes.plot(places, shares, "D", label="their validation", **look)


def block_means(axes: Axes, points: "Sequence[Point]", of: str) -> None:
    """Means over blocks of steps as a bold line with dots; of: "loss" or "accuracy"."""
    values = [getattr(point, of) for point in points]
    if values:
        middles = [point.middle for point in points]
        look: dict[str, Any] = {"color": ROLES["student"].color, "linewidth": 2, "markersize": 4}
        axes.plot(middles, values, "o-", label="this run, means", **look)


def validation_points(axes: Axes, places: Sequence[int], values: Sequence[float]) -> None:
    """Accuracy on the validation rows, as black diamonds at the steps where it was taken."""
    if values:
        axes.plot(places, values, "D", color="black", markersize=5, label="validation")
        few = len(axes.get_legend_handles_labels()[0]) < 4
        look: dict[str, Any] = {"frameon": False} if few else {"fontsize": 8, "framealpha": 0.85}
        axes.legend(loc="lower right", **look)


def _thinned(values: Sequence[float] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most POINTS places and values: means of neighbours, so that long runs draw fast."""
    numbers = np.asarray(values, dtype=float)
    every = max(1, -(-len(numbers) // POINTS))
    if every == 1:
        return np.arange(1, len(numbers) + 1), numbers
    starts = np.arange(0, len(numbers), every)
    means = np.add.reduceat(numbers, starts) / np.diff([*starts, len(numbers)])
    return starts + 1, means
