"""Lesson 04's explorer: the grid of stage 2, one cell of it, and what its loss is made of."""

from collections.abc import Mapping
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.course.lesson_04.cell_sliders import possible, weights
from labkit.course.lesson_04.live_cell_panel import live_panel
from labkit.course.widgets.controls import choice, switch
from labkit.course.widgets.panel import Panel
from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.adversarial.shipped_grids import (
    Cell,
    Grid,
    ShippedCurves,
    read_grid,
    shipped_curves,
    shipped_grids,
)
from labkit.methods.adversarial.config import StageTwoWeights
from labkit.plots.cell import (
    NOT_MEASURED,
    accuracy_rows,
    cell_surface,
    color_limits,
    loss_shares,
    widest,
)
from labkit.plots.looks import ROLES, Look
from labkit.plots.picture import Picture, draw_picture
from labkit.plots.roles import look_of

__all__ = [
    "Grid",
    "ShippedCurves",
    "draw_cell",
    "live_panel",
    "panel",
    "picture",
    "read_grid",
    "shipped_curves",
    "shipped_grids",
    "static_twin",
]

SIZE, PIXELS_PER_INCH = (7.8, 4.8), 96
MOST_ROOM = 0.1
"""How far an accuracy axis goes past the means for the ends of an interval; longer ones are cut."""
SIGNS = f"Lines: 95 % intervals. Grey: sum above 1. {NOT_MEASURED}: not measured."
COLOURS = "Colours: from the lowest of floor and cells to the teacher."
NO_ADVERSARY = "same alpha, beta 0"


def panel(grids: Mapping[str, Grid]) -> Panel:
    """The panel: choose a data set, alpha and beta; the paper's own numbers on a switch.

    grids: from `shipped_grids()`; the first is shown at the start
    errors: ValueError when there is no grid
    """
    if not grids:
        raise ValueError(
            "got no grids, wanted at least one: run `labkit explorer trec` (about 6 minutes), or "
            "take data/results from the course"
        )
    return Panel(
        partial(draw_cell, grids=grids),
        size=SIZE,
        dpi=PIXELS_PER_INCH,
        possible=possible,
        dataset=choice("data set", list(grids)),
        **weights(),
        paper=switch("show the paper's numbers"),
    )


def draw_cell(
    axes: Axes, grids: Mapping[str, Grid], dataset: str, alpha: float, beta: float, paper: bool
) -> str:
    """The surface with the cell's frame, the cell beside its lines, and the shares of its loss.

    axes:  gives its place to the parts of the picture
    grids: name -> Grid; dataset: one of the names; paper: draw the paper's own surface too
    """
    grid, cell = grids[dataset], (round(alpha, 9), round(beta, 9))
    shares = StageTwoWeights.from_alpha_beta(*cell)
    surfaces, rows, bar = _places(axes, paper)
    alt = [_surface(surfaces[0], grid, cell)]
    if paper:
        alt.append(_paper_surface(surfaces[1], grid, cell))
    alt.append(_rows(rows, grid, cell))
    parts = {"labels": shares.ce, "teacher": shares.kd, "adversary": shares.gan}
    loss_shares(bar, parts)
    numbers = ", ".join(f"{name} {share:.2f}" for name, share in parts.items())
    alt.append(f"Shares of the loss, summing to 1: {numbers}.")
    _caption(bar, grid)
    return " ".join([f"{dataset}, alpha {cell[0]:g}, beta {cell[1]:g}.", *alt])


def picture(
    grids: Mapping[str, Grid], dataset: str, alpha: float, beta: float, paper: bool = False
) -> Picture:
    """What the panel shows for these values, for print and for pages without a kernel."""

    def drawn(axes: Axes) -> str:
        return draw_cell(axes, grids, dataset, alpha, beta, paper)

    return draw_picture(drawn, SIZE, dpi=PIXELS_PER_INCH)


def static_twin(grids: Mapping[str, Grid]) -> Picture:
    """The surfaces of all data sets side by side, each from its floor to its teacher, for print."""
    across = min(3, len(grids))
    down = -(-len(grids) // across)
    figure = Figure(figsize=(8.0, 4.1 * down), layout="constrained", facecolor="white")
    places = list(figure.subplots(down, across, squeeze=False).flat)
    alt = []
    for axes, grid in zip(places, grids.values(), strict=False):
        alt.append(_surface(axes, grid, None, grid.name))
    for axes in places[len(grids) :]:
        axes.set_axis_off()
    figure.supxlabel(f"{COLOURS} {SIGNS}", fontsize=8)
    return Picture(figure, " ".join(alt))


def _places(axes: Axes, paper: bool) -> tuple[list[Axes], Axes, Axes]:
    """One or two surfaces, the rows of accuracies, and the bar, in the place of `axes`."""
    axes.set_axis_off()
    figure, place = axes.figure, axes.get_subplotspec()
    assert place is not None
    both = place.subgridspec(2, 1, height_ratios=(1, 0.16), hspace=0.3)
    widths = (1.08, 0.72, 0.48, 0.92) if paper else (1.5, 0.5, 1.2)
    parts = both[0, 0].subgridspec(1, len(widths), width_ratios=widths, wspace=0.09)
    surfaces = [figure.add_subplot(parts[0, number]) for number in range(len(widths) - 2)]
    return surfaces, figure.add_subplot(parts[0, len(widths) - 1]), figure.add_subplot(both[1, 0])


def _surface(axes: Axes, grid: Grid, cell: Cell | None, name: str = "") -> str:
    """Draw what was measured; says every cell."""
    cells = grid.intervals
    low, high = _colours(grid)
    cell_surface(axes, cells, cell, (low, high), _alphas(grid), crisp=False)
    half = 100 * widest(cells)
    _title(
        axes,
        (f"{name}\n" if name else "measured, ") + f"{grid.seeds} seeds, longest line ± {half:.1f}\n"
        f"colours {100 * low:.1f} to {100 * high:.1f} %",
    )
    axes.set_xlabel("beta, weight of the adversary", fontsize=9, labelpad=16)
    axes.set_ylabel("alpha, weight of the teacher", fontsize=9, labelpad=22)
    numbers = "; ".join(
        f"alpha {kd:g} beta {gan:g} {_said(cells[kd, gan])}" for kd, gan in sorted(cells)
    )
    rows = f" Rows: {grid.rows_used}." if grid.rows_used else ""
    begun = f"{name}: accuracy" if name else "Accuracy"
    return f"{begun} surface in percent over {grid.seeds} seeds: {numbers}.{rows}"


def _paper_surface(axes: Axes, grid: Grid, cell: Cell) -> str:
    """Draw the paper's own numbers, one run per cell; says the number of the chosen cell."""
    if not grid.printed:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "not in\nthe paper", ha="center", va="center", fontsize=9)
        return "The paper has no numbers for this data set."
    cells = {place: interval([value]) for place, value in grid.printed.items()}
    means = [100 * one.mean for one in cells.values()]
    cell_surface(axes, cells, cell, _colours(grid), _alphas(grid), named_rows=False, crisp=False)
    _title(axes, "the paper, one run\ncolours as measured")
    axes.set_xlabel("beta", fontsize=9, labelpad=16)
    chosen = f"{100 * grid.printed[cell]:.1f}" if cell in grid.printed else "not in the paper"
    return (
        f"The paper's own surface, one run per cell, from {min(means):.1f} to {max(means):.1f} "
        f"percent; this cell {chosen}."
    )


def _rows(axes: Axes, grid: Grid, cell: Cell) -> str:
    """Draw the cell below teacher, floor and other students; says them."""
    rows: dict[str, tuple[Look, Interval | None]] = {
        name: (look_of(name), interval(values)) for name, values in grid.levels.items()
    }
    rows[NO_ADVERSARY] = (ROLES["student"], grid.intervals.get((cell[0], 0.0)))
    rows["this cell"] = (ROLES["student"], grid.intervals.get(cell))
    accuracy_rows(axes, rows, _limits(grid))
    _title(axes, f"alpha {cell[0]:g}, beta {cell[1]:g}")
    numbers = ", ".join(
        f"{name} {_said(spread) if spread else 'not measured'}"
        for name, (_, spread) in rows.items()
    )
    return f"Test accuracy in percent, with 95 % intervals over seeds: {numbers}."


def _limits(grid: Grid) -> tuple[float, float]:
    """Ends of the accuracy axis that every cell of a grid fits between."""
    spreads = [*grid.intervals.values(), *map(interval, grid.levels.values())]
    means = [spread.mean for spread in spreads]
    ends = [end for one in spreads for end in (one.low, one.high) if end == end]
    low = max(min(means + ends), min(means) - MOST_ROOM, 0.0)
    high = min(max(means + ends), max(means) + MOST_ROOM, 1.0)
    return max(0.0, low - 0.01), min(1.0, high + 0.01)


def _colours(grid: Grid) -> tuple[float, float]:
    """Accuracies of the darkest and the lightest colour, of the measured and the paper's cells."""
    return color_limits(grid.intervals, [interval(one).mean for one in grid.levels.values()])


def _alphas(grid: Grid) -> list[float]:
    """The rows of the measured and of the paper's surface, so that they stand side by side."""
    return sorted({kd for kd, _ in [*grid.cells, *(grid.printed or {})]})


def _caption(axes: Axes, grid: Grid) -> None:
    """Which rows these are, and what grey and a dash mean, under the whole picture."""
    counts = next((part for part in grid.rows_used.split("; ") if part.startswith("train ")), "")
    rows = f"Rows: {counts.split(', train of')[0]}. " if counts else ""
    axes.text(0, -1.1, f"{rows}{COLOURS}\n{SIGNS}", fontsize=8, va="center")


def _title(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=9, y=1.0)  # a fixed height: looking for a free one takes time


def _said(spread: Interval) -> str:
    half = 100 * (spread.high - spread.mean)
    return f"{100 * spread.mean:.1f}" + (f" ± {half:.1f}" if half == half else "")
