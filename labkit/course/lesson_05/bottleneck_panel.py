"""The panel of shipped fits: width, beta and lambda give a matrix, nats and an accuracy."""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.course.lesson_05.pictures import SHOWN, nats_of_dimensions
from labkit.course.widgets.controls import Control, choice
from labkit.course.widgets.panel import Panel
from labkit.evaluation.verdict import Interval
from labkit.experiments.frozen_fits.pictures import correlations
from labkit.experiments.frozen_fits.shipped import Cell, Place
from labkit.plots.looks import ROLES, SERIES, series
from labkit.plots.picture import Picture, draw_picture, three_places

SIZE = (8.4, 3.6)
START = ("64", "1", "0.005")


def panel(cells: Mapping[Place, Cell]) -> Panel:
    """The panel: choose width, beta and lambda and see what these fits remember.

    cells: from `shipped_cells()`
    errors: ValueError when there is none
    """
    if not cells:
        raise ValueError(
            "got no fits, wanted at least one: run `labkit frozen-fits` (about 5 minutes), or take "
            "data/results from the course"
        )
    return Panel(partial(draw_cell, cells=cells), size=SIZE, **settings(cells))


def settings(cells: Mapping[Place, Cell]) -> dict[str, Control]:
    """Lists of the widths, betas and lambdas that were fitted."""
    columns = [sorted({place[number] for place in cells}) for number in range(3)]
    named = {}
    for name, values, start in zip(("width", "beta", "weight"), columns, START, strict=True):
        options = [f"{value:g}" for value in values]
        label = "lambda" if name == "weight" else name
        named[name] = choice(label, options, start if start in options else options[0])
    return named


def place_of(width: str, beta: str, weight: str) -> Place:
    """The cell that three entries of the lists name."""
    return int(width), float(beta), float(weight)


def draw_cell(axes: Axes, cells: Mapping[Place, Cell], width: str, beta: str, weight: str) -> str:
    """Correlations at the left, nats over their prediction, accuracy over beta at the right.

    axes: gives its place to the three parts
    """
    place = place_of(width, beta, weight)
    cell, parts = cells[place], three_places(axes, (1, 1.15, 1.15), 0.42)
    correlations(parts[0], cell.correlations)
    beside = sum(cell.off_diagonal) / len(cell.off_diagonal)
    parts[0].set_title(f"mean |r| {beside:.2f}\n(noise {cell.noise:.2f})", fontsize=10, y=1.0)
    parts[0].set_xlabel("dimension")
    most = max(max(one.by_dimension[0], one.predicted_by_dimension[0]) for one in cells.values())
    shown = cell.by_dimension[:SHOWN], cell.predicted_by_dimension[:SHOWN]
    nats_of_dimensions(parts[1], *shown, most)
    parts[1].set_xlim(0.3, SHOWN + 0.7)
    mean = sum(cell.nats) / len(cell.nats)
    parts[1].set_title(f"{mean:.1f} nats trained,\n{cell.predicted:.1f} predicted", fontsize=10)
    parts[1].set_ylabel("nats")
    parts[1].legend(frameon=False, fontsize=9)
    said = _accuracies(parts[2], cells, place)
    return (
        f"Width {width}, beta {beta}, lambda {weight}. Mean absolute correlation {beside:.2f}, "
        f"noise level {cell.noise:.2f}. {mean:.1f} nats trained, {cell.predicted:.1f} predicted; "
        f"{cell.live} live dimensions, {cell.predicted_live} predicted. {said}"
    )


def picture(cells: Mapping[Place, Cell], width: str, beta: str, weight: str) -> Picture:
    """What the panel shows for these values."""
    return draw_picture(lambda axes: draw_cell(axes, cells, width, beta, weight), SIZE)


def static_twin(cells: Mapping[Place, Cell]) -> Picture:
    """Accuracy and nats of every cell over beta, one line per width, one column per lambda."""
    weights = sorted({place[2] for place in cells})
    figure = Figure(figsize=(8.4, 5.4), layout="constrained", facecolor="white")
    grid = figure.subplots(2, len(weights), squeeze=False, sharex=True, sharey="row")
    alt = []
    for column, weight in enumerate(weights):
        for number, width in enumerate(sorted({place[0] for place in cells})):
            own = {p[1]: c for p, c in cells.items() if (p[0], p[2]) == (width, weight)}
            alt.append(_line(list(grid[:, column]), own, f"width {width}", number))
            alt[-1] = f"lambda {weight:g}, width {width}: {alt[-1]}"
        grid[0, column].set_title(f"lambda {weight:g}", fontsize=10)
        grid[1, column].set_xlabel("beta")
    grid[0, 0].set_ylabel("test accuracy, %")
    grid[1, 0].set_ylabel("nats, all dimensions")
    grid[0, 0].legend(frameon=False, fontsize=9)
    return Picture(figure, f"Accuracy and nats over beta. {' '.join(alt)}")


def _line(both: Sequence[Axes], own: Mapping[float, Cell], name: str, number: int) -> str:
    look = {**series(number), "marker": SERIES[number % len(SERIES)].mark}
    betas = sorted(own)
    accuracies = [100 * own[beta].accuracy.mean for beta in betas]
    nats = [sum(own[beta].nats) / len(own[beta].nats) for beta in betas]
    both[0].plot(range(len(betas)), accuracies, label=name, **look)
    both[1].plot(range(len(betas)), nats, **look)
    both[1].set_yscale("symlog", linthresh=1)
    both[1].set_xticks(range(len(betas)), [f"{beta:g}" for beta in betas])
    return (
        ", ".join(
            f"beta {beta:g} {accuracy:.1f} % {carried:.1f} nats"
            for beta, accuracy, carried in zip(betas, accuracies, nats, strict=True)
        )
        + "."
    )


def _accuracies(axes: Axes, cells: Mapping[Place, Cell], place: Place) -> str:
    """Accuracy over beta at this width and lambda, the chosen cell filled."""
    own = {p[1]: c.accuracy for p, c in cells.items() if (p[0], p[2]) == (place[0], place[2])}
    betas = sorted(own)
    for x, beta in enumerate(betas):
        _spread(axes, x, own[beta], chosen=beta == place[1])
    every = [100 * cell.accuracy.mean for cell in cells.values()]
    axes.set_ylim(min(every) - 6, max(every) + 6)
    axes.set_xticks(range(len(betas)), [f"{beta:g}" for beta in betas])
    axes.set(xlabel="beta", ylabel="test accuracy, %", xlim=(-0.5, len(betas) - 0.5))
    spread = own[place[1]]
    axes.set_title(f"{spread.n} seeds:\n{100 * spread.mean:.1f} %", fontsize=10)
    return (
        f"Test accuracy {100 * spread.mean:.1f} percent over {spread.n} seeds, 95 % interval "
        f"{100 * spread.low:.1f} to {100 * spread.high:.1f}; at the other betas "
        + ", ".join(f"{b:g}: {100 * s.mean:.1f}" for b, s in own.items() if b != place[1])
        + "."
    )


def _spread(axes: Axes, x: int, spread: Interval, chosen: bool) -> None:
    axes.vlines(x, 100 * spread.low, 100 * spread.high, color="black", linewidth=1.5)
    look = ROLES["student"]
    axes.plot(x, 100 * spread.mean, look.mark, color=look.color, markersize=10 if chosen else 6,
              markerfacecolor=look.color if chosen else "white")  # fmt: skip
