"""One function for each kind of chart: data and axes in, drawing done, nothing shown or saved."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from labkit.plots.looks import ROLES, SERIES, style
from labkit.plots.roles import look_of, role_of

if TYPE_CHECKING:
    from labkit.evaluation.verdict import Interval


_VALUE: dict[str, Any] = {
    "ha": "center",
    "va": "center",
    "fontsize": 9,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 2},
}


def accuracy_bars(
    axes: Axes,
    by_model: "Mapping[str, float | Interval]",
    chance: float,
    teacher: float | None = None,
    floor: str = "chance",
) -> None:
    """Bars of test accuracy in [0, 1] and their values, with the interval over seeds if given.

    by_model: name -> accuracy, or an Interval with mean, low, high and n; an arm's name, or one
              that holds a role, gives colour and hatch
    chance, teacher: drawn as named horizontal lines, the first under the name `floor`
    """
    for place, (name, value) in enumerate(by_model.items()):
        look = look_of(name)
        mean = value if isinstance(value, int | float) else value.mean
        axes.bar(place, mean, 0.7, color=look.color, hatch=look.hatch, edgecolor="white")
        if not isinstance(value, int | float):
            axes.vlines(place, value.low, value.high, color="black", linewidth=2)
        # inside the bar, since above it lie the interval and the line of the teacher
        axes.text(place, max(mean / 2, 0.05), f"{mean:.3f}", **_VALUE)
    axes.axhline(chance, **style("baseline"), label=f"{floor}, {chance:.2f}")
    if teacher is not None:
        axes.axhline(teacher, **style("teacher"), label=f"teacher, {teacher:.2f}")
    axes.set_xticks(range(len(by_model)), [folded(name) for name in by_model])
    axes.set(ylim=(0, 1.15), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1], ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left", ncols=2)


def class_probabilities(
    axes: Axes,
    by_name: Mapping[str, Sequence[float] | np.ndarray],
    classes: Sequence[str],
    title: str = "",
    numbers: bool = False,
) -> None:
    """Bars of the probability of each class, side by side for each name.

    by_name: name -> (classes,) probabilities; a name that holds a role takes its colour
    numbers: write each probability above its bar
    """
    wide = 0.8 / len(by_name)
    places = np.arange(len(classes))
    for index, (name, values) in enumerate(by_name.items()):
        shift = (index - (len(by_name) - 1) / 2) * wide
        look = look_of(name)
        bars = axes.bar(
            places + shift, values, wide, color=look.color, hatch=look.hatch, label=name,
            edgecolor="white",
        )  # fmt: skip
        if numbers:
            axes.bar_label(bars, [f"{value:.2f}" for value in values], padding=1, fontsize=8)
    axes.set_xticks(places, list(classes))
    axes.set(ylim=(0, 1), xlabel="class", ylabel="probability", title=title)
    axes.legend(frameon=False)


def teacher_bars(
    axes: Axes, probabilities: Sequence[float] | np.ndarray, classes: Sequence[str], right: int
) -> None:
    """One text's class probabilities by the teacher, a star over the right class.

    probabilities: (classes,); right: the number of the right class
    """
    axes.bar(range(len(classes)), probabilities, 0.7, color=ROLES["teacher"].color)
    height = float(probabilities[right]) + 0.06
    axes.plot(right, height, "*", color="black", markersize=9, label="right class")
    axes.set_xticks(range(len(classes)), list(classes))
    axes.set(ylim=(0, 1.1), xlabel="class", ylabel="probability")
    axes.legend(frameon=False, loc="upper left")


def heat_map(
    axes: Axes,
    table: Sequence[Sequence[float]] | np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str = "",
    signed: bool = False,
) -> None:
    """A table as colours, its values printed when it has at most 8 rows and 8 columns.

    signed: a map centred at 0 with symmetric limits, for covariances and correlations
    """
    values = np.asarray(table, dtype=float)
    most = float(np.abs(values).max()) or 1.0
    low, high, colours = (-most, most, "PuOr") if signed else (None, None, "cividis")
    image = axes.imshow(values, cmap=colours, vmin=low, vmax=high, aspect="auto")
    if max(values.shape) <= 8:
        for (row, column), value in np.ndenumerate(values):
            red, green, blue, _ = image.cmap(image.norm(value))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            ink = "white" if dark else "black"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=9)
    axes.set_xticks(range(len(columns)), list(columns))
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_title(title)


def named_curves(
    axes: Axes,
    xs: Sequence[float],
    by_name: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    logarithmic: bool = False,
) -> None:
    """One line with dots per name over shared x values, such as temperatures.

    by_name: name -> one value for each x; a name that holds a role takes its colour
    logarithmic: both axes, each x written out
    """
    for place, (name, values) in enumerate(by_name.items()):
        mark = SERIES[place % len(SERIES)].mark
        axes.plot(xs, values, marker=mark, label=name, **style(role_of(name)))
    if logarithmic:
        axes.set(xscale="log", yscale="log")
        axes.set_xticks(list(xs), [f"{x:g}" for x in xs])
        axes.minorticks_off()
    else:
        axes.set_ylim(0, None)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(frameon=False)


def paired_points(
    axes: Axes,
    xs: Sequence[float] | np.ndarray,
    ys: Sequence[float] | np.ndarray,
    names: Sequence[str],
) -> None:
    """One point per text, with the diagonal on which both values are equal.

    names: of the x axis and of the y axis, with units
    """
    axes.plot(xs, ys, ".", color=ROLES["teacher"].color, alpha=0.35, markersize=4)
    most = 1.05 * max(float(np.max(xs)), float(np.max(ys)))
    axes.plot([0, most], [0, most], **style("baseline"), label="equal")
    axes.set(xlim=(0, most), ylim=(0, most), xlabel=names[0], ylabel=names[1])
    axes.legend(frameon=False)


def folded(name: str, width: int = 13) -> str:
    """A name on several short lines, to stand under a bar; one that has line breaks keeps them."""
    return name if "\n" in name else "\n".join(textwrap.wrap(name, width))
