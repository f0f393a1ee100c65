"""Pictures of one cell of the stage-2 grid: where it lies, how good it is, what its loss is of.

They are redrawn at every move of a slider, so numbers and names are written all at once.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from labkit.plots.fast_text import write
from labkit.plots.looks import ROLES, Look

if TYPE_CHECKING:
    from labkit.evaluation.verdict import Interval

Cell = tuple[float, float]
"""(kd, gan), the paper's (alpha, beta)."""
FRAME = ROLES["labels only"].color
IMPOSSIBLE = "#DDDDDD"
LONGEST = 0.4
"""Half of the longest line, as a share of a cell's width."""
NOT_MEASURED = "—"
SHARES = {
    "labels": ("labels only", "\\\\\\"),
    "teacher": ("teacher", ""),
    "adversary": ("discriminator", "///"),
}
"""Part of the loss -> its role and its hatch."""


def cell_surface(
    axes: Axes,
    cells: "Mapping[Cell, Interval]",
    chosen: Cell | None,
    limits: tuple[float, float],
    alphas: Sequence[float] = (),
    named_rows: bool = True,
    crisp: bool = True,
) -> None:
    """Mean accuracy of each cell in percent as colour and number, its interval as a line below.

    cells:  (kd, gan) -> Interval of accuracies in [0, 1]; a place that was not measured holds a
            dash, and is grey where alpha + beta is above 1
    chosen: the cell with a frame, dashed when it was not measured
    limits: accuracies of the darkest and the lightest colour
    alphas: rows to show, where they are more than the cells have; named_rows: write them beside
    crisp:  numbers without smoothed edges, for a panel whose picture must stay small
    The longest line is that of the widest interval; see `widest`.
    """
    kds = sorted({kd for kd, _ in cells} | set(alphas), reverse=True)
    gans = sorted({gan for _, gan in cells})
    places = {(kd, gan): (x, y) for y, kd in enumerate(kds) for x, gan in enumerate(gans)}
    table = np.full((len(kds), len(gans)), np.nan)
    for cell, spread in cells.items():
        table[places[cell][::-1]] = spread.mean
    axes.imshow(table, cmap="cividis", vmin=limits[0], vmax=limits[1], aspect="auto")
    _numbers(axes, cells, places, sum(limits) / 2, crisp)
    if chosen in places:
        x, y = places[chosen]
        axes.add_patch(_frame((x - 0.5, y - 0.5), "-" if chosen in cells else "--"))
    names = [f"{kd:g}" for kd in kds] if named_rows else []
    write(axes, [(-0.65, y) for y in range(len(names))], names, align="right")
    under = len(kds) - 0.2
    write(axes, [(x, under) for x in range(len(gans))], [f"{gan:g}" for gan in gans])
    axes.set(xticks=[], yticks=[])


def widest(cells: "Mapping[Cell, Interval]") -> float:
    """Half of the widest interval, as a share; 0 when no cell has one."""
    halves = [spread.high - spread.mean for spread in cells.values()]
    return max((half for half in halves if np.isfinite(half)), default=0.0)


def color_limits(
    cells: "Mapping[Cell, Interval]", levels: Sequence[float] = ()
) -> tuple[float, float]:
    """The lowest and the highest mean of cells and levels, in [0, 1]; a little apart when equal.

    levels: accuracies such as the floor's and the teacher's. Without them the colours stretch over
            the cells alone, and noise looks like hills.
    """
    means = [*(spread.mean for spread in cells.values()), *levels]
    low, high = min(means), max(means)
    return (low, high) if high > low else (low - 0.005, high + 0.005)


def accuracy_rows(
    axes: Axes,
    rows: "Mapping[str, tuple[Look, Interval | None]]",
    limits: tuple[float, float],
) -> None:
    """One row per name: its accuracy as a dot on a line across all rows, its interval as a bar.

    rows:   name -> (look, Interval in [0, 1]), from top to bottom; None says "not measured"
    limits: ends of the accuracy axis, the same for every cell so that a move can be seen
    """
    last = len(rows) - 1
    known = [(y, look, one) for y, (look, one) in enumerate(rows.values()) if one is not None]
    styles: Any = [look.line for y, look, _ in known if y < last]
    lines = [(one.mean, look) for y, look, one in known if y < last]
    axes.vlines(
        [mean for mean, _ in lines], -0.6, last + 0.6, linewidth=1.2, zorder=1,
        colors=[look.color for _, look in lines], linestyles=styles, antialiaseds=False,
    )  # fmt: skip
    bars = [(y, look.color, one.low, one.high) for y, look, one in known if np.isfinite(one.low)]
    ys, colours, lows, highs = zip(*bars, strict=True) if bars else ((), (), (), ())
    left, right = np.clip([lows, highs], *limits)
    axes.hlines(ys, left, right, colors=colours, linewidth=5, alpha=0.45, zorder=2)
    axes.scatter(
        [one.mean for _, _, one in known], [y for y, _, _ in known], zorder=3,
        c=[look.color for _, look, _ in known], s=[80 if y == last else 36 for y, _, _ in known],
    )  # fmt: skip
    names = [f"{name}\n{_percent(one)}" for name, (_, one) in rows.items()]
    edge = axes.get_yaxis_transform()
    write(axes, [(-0.04, y) for y in range(len(rows))], names, align="right", transform=edge)
    axes.yaxis.set_visible(False)
    axes.tick_params(axis="x", labelsize=8)
    axes.set(xlim=limits, ylim=(last + 0.6, -0.6))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.set_xlabel("test accuracy, share", fontsize=9)


def loss_shares(axes: Axes, shares: Mapping[str, float]) -> None:
    """One bar from 0 to 1, cut into the shares of the loss, their numbers above it.

    shares: a value for each name in `SHARES`, at least 0, summing to 1
    errors: ValueError when they do not sum to 1
    """
    if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) < -1e-9:
        raise ValueError(f"the shares of a loss must sum to 1, none below 0, got {dict(shares)}")
    start = 0.0
    for place, (name, share) in enumerate(shares.items()):
        role, hatch = SHARES[name]
        look: dict[str, Any] = {
            "facecolor": ROLES[role].color,
            "hatch": hatch,
            "edgecolor": "white",
        }
        axes.add_patch(Rectangle((start, 0), share, 1, **look))
        axes.add_patch(Rectangle((place / 3, 1.4), 0.04, 0.6, **look))
        start += share
    texts = [f"{name} {share:.2f}" for name, share in shares.items()]
    write(
        axes, [(place / 3 + 0.05, 1.7) for place in range(len(texts))], texts, size=9, align="left"
    )
    axes.set(xlim=(0, 1), ylim=(0, 2.1))
    axes.set_axis_off()


def _numbers(
    axes: Axes,
    cells: "Mapping[Cell, Interval]",
    places: Mapping[Cell, tuple[int, int]],
    middle: float,
    crisp: bool,
) -> None:
    """Mean and interval of the cells, dashes and grey where there are none."""
    longest = widest(cells)
    texts, inks, lines = [], [], []
    for cell, (x, y) in places.items():
        spread = cells.get(cell)
        if spread is None:
            texts.append("" if sum(cell) > 1 + 1e-9 else NOT_MEASURED)
            inks.append("black")
            if not texts[-1]:
                axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, color=IMPOSSIBLE, linewidth=0))
            continue
        texts.append(f"{100 * spread.mean:.1f}")
        inks.append("white" if spread.mean < middle else "black")
        half = (spread.high - spread.mean) / longest * LONGEST if longest else np.nan
        lines.append((x, y + 0.3, half if np.isfinite(half) else 0.0, inks[-1]))
    up = 0.1 if longest else 0.0
    write(axes, [(x, y - up) for x, y in places.values()], texts, inks, size=9, crisp=crisp)
    if longest:
        xs, ys, halves, colours = zip(*lines, strict=True)
        left, right = np.subtract(xs, halves), np.add(xs, halves)
        axes.hlines(ys, left, right, colors=colours, linewidth=2)


def _percent(spread: "Interval | None") -> str:
    if spread is None:
        return "not measured"
    half = 100 * (spread.high - spread.mean)
    return f"{100 * spread.mean:.1f}" + (f" ± {half:.1f}" if np.isfinite(half) else "")


def _frame(corner: tuple[float, float], line: str) -> Rectangle:
    return Rectangle(
        corner, 1, 1, fill=False, edgecolor=FRAME, linewidth=2.5, linestyle=line, zorder=4,
        clip_on=False,
    )  # fmt: skip
