"""Pictures of results over weights: a surface of cells, curves over alpha, bars with intervals."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from labkit.plots import COLOR, HATCH, role_of

if TYPE_CHECKING:
    from labkit.verdict import Interval

Cell = tuple[float, float]
"""(kd, gan), the paper's (alpha, beta)."""
MARKS = "osD^v"
CURVES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00")


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


def compared_bars(
    axes: Axes,
    by_arm: "Mapping[str, Interval]",
    lines: Mapping[str, float],
    ylim: tuple[float, float] = (0, 1),
) -> None:
    """Bars of test accuracy with their intervals over seeds, and named horizontal lines.

    by_arm: name -> Interval in [0, 1]; a name that holds a role takes its colour
    lines:  name -> accuracy, such as the teacher's and the floor's
    """
    for place, (name, spread) in enumerate(by_arm.items()):
        role = role_of(name)
        half = spread.mean - spread.low
        axes.bar(
            place, spread.mean, 0.7, color=COLOR["student" if role == "other" else role],
            hatch=HATCH.get(role), edgecolor="white",
        )  # fmt: skip
        if np.isfinite(half):
            axes.errorbar(place, spread.mean, half, color="black", capsize=4)
        top = spread.mean + (half if np.isfinite(half) else 0)
        axes.text(place, top + 0.01, f"{100 * spread.mean:.1f}", ha="center", fontsize=9)
    _level_lines(axes, lines)
    axes.set_xticks(range(len(by_arm)), [name.replace(", ", "\n") for name in by_arm])
    axes.set(ylim=ylim, ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def curves_over(
    axes: Axes,
    by_name: "Mapping[str, Mapping[float, Interval]]",
    lines: Mapping[str, float],
    xlabel: str,
) -> None:
    """A curve a name over a weight, with its interval over seeds as a band.

    by_name: name -> {weight: Interval of accuracies in [0, 1]}; lines: as in `compared_bars`
    """
    for place, (name, points) in enumerate(by_name.items()):
        xs = sorted(points)
        means = [points[x].mean for x in xs]
        colour = CURVES[place % len(CURVES)]
        axes.plot(xs, means, marker=MARKS[place % len(MARKS)], color=colour, label=name)
        edges = np.array([(points[x].low, points[x].high) for x in xs])
        if np.isfinite(edges).all():
            axes.fill_between(xs, edges[:, 0], edges[:, 1], color=colour, alpha=0.15)
    _level_lines(axes, lines)
    axes.set(xlabel=xlabel, ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _level_lines(axes: Axes, lines: Mapping[str, float]) -> None:
    styles = ("-", "--", ":", "-.")
    for place, (name, level) in enumerate(lines.items()):
        role = role_of(name)
        axes.axhline(
            level, color=COLOR[role], linestyle=styles[place % 4], linewidth=1.3,
            label=f"{name}, {100 * level:.1f} %",
        )  # fmt: skip


def _percent(spread: "Interval") -> str:
    half = 100 * (spread.high - spread.mean)
    return f"{100 * spread.mean:.1f}" + (f" ± {half:.1f}" if np.isfinite(half) else "")


def _frame(corner: Sequence[float]) -> Rectangle:
    return Rectangle((corner[0], corner[1]), 1, 1, fill=False, edgecolor="#D55E00", linewidth=3)
