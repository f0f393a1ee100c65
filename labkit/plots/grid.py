"""Pictures of results over weights: a surface of cells, curves, bars and dots with intervals."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from labkit.plots.looks import ROLES, SERIES
from labkit.plots.roles import look_of, role_of

if TYPE_CHECKING:
    from labkit.evaluation.verdict import Interval

Cell = tuple[float, float]
"""(kd, gan), the paper's (alpha, beta)."""


def accuracy_surface(
    axes: Axes,
    cells: "Mapping[Cell, Interval]",
    chosen: Cell | None = None,
    limits: tuple[float, float] | None = None,
) -> None:
    """Test accuracy over the grid as colours, each cell with its mean and half its interval.

    cells:  (kd, gan) -> Interval of accuracies in [0, 1]; a place without a cell stays empty
    chosen: the cell that gets a frame and a star
    limits: accuracies of the darkest and the lightest colour; None takes those of the cells
    """
    kds = sorted({kd for kd, _ in cells}, reverse=True)
    gans = sorted({gan for _, gan in cells})
    table = np.full((len(kds), len(gans)), np.nan)
    for (kd, gan), spread in cells.items():
        table[kds.index(kd), gans.index(gan)] = spread.mean
    low, high = limits or (float(np.nanmin(table)), float(np.nanmax(table)))
    image = axes.imshow(table, cmap="cividis", vmin=low, vmax=high, aspect="auto")
    middle = (low + high) / 2
    for (kd, gan), spread in cells.items():
        place = gans.index(gan), kds.index(kd)
        ink = "white" if spread.mean < middle else "black"
        star = "★ " if (kd, gan) == chosen else ""
        axes.text(*place, star + _percent(spread), ha="center", va="center", color=ink, fontsize=9)
    if chosen in cells:
        assert chosen is not None
        corner = gans.index(chosen[1]) - 0.5, kds.index(chosen[0]) - 0.5
        axes.add_patch(_frame(corner))
    axes.set_xticks(range(len(gans)), [f"{gan:g}" for gan in gans])
    axes.set_yticks(range(len(kds)), [f"{kd:g}" for kd in kds])
    axes.set(xlabel=r"$\beta$, weight of the adversary", ylabel=r"$\alpha$, weight of the teacher")
    axes.figure.colorbar(image, ax=axes, label="test accuracy, share")


def grouped_bars(
    axes: Axes,
    by_set: "Mapping[str, Mapping[str, Interval]]",
    levels: Mapping[str, Mapping[str, float]],
) -> None:
    """A group of bars per data set, each with its interval over seeds, and lines across the group.

    by_set: data set -> arm's name for people -> Interval in [0, 1], the same arms everywhere
    levels: data set -> name -> accuracy, such as the teacher's and the floor's
    """
    arms = list(next(iter(by_set.values())))
    width = 0.8 / len(arms)
    for place, arm in enumerate(arms):
        spreads = [of_set[arm] for of_set in by_set.values()]
        lefts = np.arange(len(by_set)) - 0.4 + width * (place + 0.5)
        halves = [spread.mean - spread.low for spread in spreads]
        axes.bar(
            lefts, [spread.mean for spread in spreads], width, label=arm, edgecolor="white",
            color=look_of(arm).color, hatch=look_of(arm).hatch,
        )  # fmt: skip
        means = [spread.mean for spread in spreads]
        axes.errorbar(lefts, means, halves, fmt="none", color="black", capsize=2)
    for group, of_set in enumerate(levels.values()):
        for name, level in of_set.items():
            axes.hlines(
                level, group - 0.45, group + 0.45, linewidth=2, label=name if group == 0 else "_",
                color=look_of(name).color, linestyle=look_of(name).line,
            )  # fmt: skip
    axes.set_xticks(range(len(by_set)), list(by_set))
    axes.set(ylim=(0, 1), ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)


def compared_dots(axes: Axes, by_arm: "Mapping[str, Interval]", lines: Mapping[str, float]) -> None:
    """One row per arm: mean test accuracy with its interval over seeds; named vertical lines.

    by_arm: name -> Interval in [0, 1], drawn from the top; lines: name -> accuracy
    """
    for row, (name, spread) in enumerate(by_arm.items()):
        if np.isfinite(spread.low):
            axes.plot([spread.low, spread.high], [row, row], color="black", linewidth=1.5)
        look = look_of(name)
        axes.plot(spread.mean, row, look.mark, color=look.color, markeredgecolor="black")
        axes.annotate(
            f"{100 * spread.mean:.1f}", (spread.mean, row), (0, 4), textcoords="offset points",
            ha="center", va="bottom", fontsize=8,
        )  # fmt: skip
    _level_lines(axes.axvline, lines)
    axes.set_yticks(range(len(by_arm)), list(by_arm))
    axes.set(ylim=(len(by_arm) - 0.5, -0.8), xlabel="test accuracy, share")
    axes.margins(x=0.08)
    axes.tick_params(axis="y", labelsize=9)
    axes.legend(frameon=False, loc="upper right", bbox_to_anchor=(1, -0.16), ncols=3, fontsize=9)


def curves_over(
    axes: Axes,
    by_name: "Mapping[str, Mapping[float, Interval]]",
    lines: Mapping[str, float],
    xlabel: str,
) -> None:
    """One curve per name over a weight, with its interval over seeds as a band.

    by_name: name -> {weight: Interval of accuracies in [0, 1]}; a name without a role is a setting
    lines:   name -> accuracy
    """
    for place, (name, points) in enumerate(by_name.items()):
        xs = sorted(points)
        means = [points[x].mean for x in xs]
        look = SERIES[place % len(SERIES)] if role_of(name) == "other" else look_of(name)
        axes.plot(xs, means, marker=look.mark, color=look.color, label=name)
        edges = np.array([(points[x].low, points[x].high) for x in xs])
        if np.isfinite(edges).all():
            axes.fill_between(xs, edges[:, 0], edges[:, 1], color=look.color, alpha=0.15)
    _level_lines(axes.axhline, lines)
    axes.set(xlabel=xlabel, ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _level_lines(draw: Callable[..., object], lines: Mapping[str, float]) -> None:
    """One named line per accuracy; draw: `axes.axhline` or `axes.axvline`."""
    for name, level in lines.items():
        look = look_of(name)
        draw(
            level, color=look.color, linestyle=look.line, linewidth=1.3,
            label=f"{name}, {100 * level:.1f} %",
        )  # fmt: skip


def _percent(spread: "Interval") -> str:
    half = 100 * (spread.high - spread.mean)
    return f"{100 * spread.mean:.1f}" + (f" ± {half:.1f}" if np.isfinite(half) else "")


def _frame(corner: Sequence[float]) -> Rectangle:
    return Rectangle(
        (corner[0], corner[1]), 1, 1, fill=False, edgecolor=ROLES["labels only"].color, linewidth=3
    )
