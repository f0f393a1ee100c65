"""One function for each kind of picture: data and axes in, drawing done, nothing shown or saved.

Roles keep their colour and a second cue through the whole course. Colours are the set of Okabe
and Ito (jfly.uni-koeln.de/color), told apart by people with any common colour vision.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

if TYPE_CHECKING:
    from labkit.evaluation.curves import Behind, Point
    from labkit.evaluation.verdict import Interval, Verdict

COLOR = {
    "teacher": "#0072B2",
    "assistant": "#009E73",
    "student": "#E69F00",
    "labels only": "#D55E00",
    "baseline": "#767676",
    "generator": "#CC79A7",
    "discriminator": "#56B4E9",
    "fake": "#CC79A7",
    "real": "#56B4E9",
    "before": "#A6A6A6",
    "other": "#000000",
}
LINE = {
    "teacher": "-",
    "assistant": "--",
    "student": "-",
    "labels only": "-.",
    "baseline": ":",
    "generator": "-",
    "discriminator": "--",
    "fake": "-",
    "real": "--",
    "before": "-",
    "other": "-",
}
HATCH = {"assistant": "//", "student": "..", "labels only": "\\\\", "baseline": "xx"}
POINTS = 400


def role_of(name: str) -> str:
    """The role whose word a name holds: "student, kd" -> "student"; "other" when there is none."""
    return next((role for role in COLOR if role in name.lower()), "other")


def style(role: str) -> dict[str, Any]:
    """Colour and line style of a role, to be passed on to `axes.plot`."""
    if role not in COLOR:
        raise ValueError(f"no role {role!r}; the roles are {', '.join(COLOR)}")
    return {"color": COLOR[role], "linestyle": LINE[role]}


def accuracy_bars(
    axes: Axes,
    by_model: "Mapping[str, float | Interval]",
    chance: float,
    teacher: float | None = None,
    floor: str = "chance",
) -> None:
    """Bars of test accuracy in [0, 1], with the interval over seeds where one is given.

    by_model: name -> accuracy, or an Interval with mean, low, high and n
    chance, teacher: drawn as named horizontal lines, the first under the name `floor`
    """
    for place, (name, value) in enumerate(by_model.items()):
        role = role_of(name)
        mean = value if isinstance(value, int | float) else value.mean
        axes.bar(place, mean, 0.7, color=COLOR[role], hatch=HATCH.get(role), edgecolor="white")
        if not isinstance(value, int | float):
            axes.vlines(place, value.low, value.high, color="black", linewidth=2)
    axes.axhline(chance, color=COLOR["baseline"], linestyle=":", label=f"{floor}, {chance:.2f}")
    if teacher is not None:
        axes.axhline(teacher, **style("teacher"), label=f"teacher, {teacher:.2f}")
    axes.set_xticks(range(len(by_model)), list(by_model))
    axes.set(ylim=(0, 1.15), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1], ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left", ncols=2)


def curve_over_steps(
    axes: Axes,
    seeds: Sequence[Sequence[float]],
    role: str = "student",
    ylabel: str = "loss, nats",
    label: str = "",
) -> None:
    """Thin lines, one a seed, and their bold median, against steps from 1.

    seeds: one sequence of values a seed; the median goes as far as the shortest
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
) -> None:
    """The values of a run so far, over grey lines of the runs before it, if there are any.

    noisy: draw it thin, because a bolder line of means goes over it
    """
    for place, values in enumerate(earlier):
        name = "_" if place else "earlier runs"
        axes.plot(*_thinned(values), linewidth=1, label=name, **style("before"))
    look: dict[str, Any] = {"linewidth": 0.8, "alpha": 0.6} if noisy else {"linewidth": 1.8}
    if now:
        name = "this run, each batch" if noisy else "this run"
        axes.plot(*_thinned(now), label=name, **look, **style("student"))
    axes.set(xlabel="steps", ylabel=ylabel, title="" if earlier or now else "not started")
    axes.set_ylim(*((0, 1) if ylabel.startswith("accuracy") else (0, None)))
    if earlier:
        axes.legend(frameon=False)


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
        look: dict[str, Any] = {"color": COLOR["student"], "linewidth": 2, "markersize": 4}
        axes.plot(middles, values, "o-", label="this run, means", **look)


def validation_points(axes: Axes, places: Sequence[int], values: Sequence[float]) -> None:
    """Accuracy on the validation rows, as black diamonds at the steps where it was taken."""
    if values:
        axes.plot(places, values, "D", color="black", markersize=5, label="validation")
        axes.legend(frameon=False, loc="lower right")


def class_probabilities(
    axes: Axes,
    by_name: Mapping[str, Sequence[float] | np.ndarray],
    classes: Sequence[str],
    title: str = "",
) -> None:
    """Bars of the probability of each class, side by side for each name.

    by_name: name -> (classes,) probabilities; a name that holds a role takes its colour
    """
    wide = 0.8 / len(by_name)
    places = np.arange(len(classes))
    for index, (name, values) in enumerate(by_name.items()):
        shift = (index - (len(by_name) - 1) / 2) * wide
        role = role_of(name)
        axes.bar(
            places + shift, values, wide, color=COLOR[role], hatch=HATCH.get(role), label=name,
            edgecolor="white",
        )  # fmt: skip
    axes.set_xticks(places, list(classes))
    axes.set(ylim=(0, 1), xlabel="class", ylabel="probability", title=title)
    axes.legend(frameon=False)


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


def _thinned(values: Sequence[float] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most POINTS places and values: means of neighbours, so that long runs draw fast."""
    numbers = np.asarray(values, dtype=float)
    every = max(1, -(-len(numbers) // POINTS))
    if every == 1:
        return np.arange(1, len(numbers) + 1), numbers
    starts = np.arange(0, len(numbers), every)
    means = np.add.reduceat(numbers, starts) / np.diff([*starts, len(numbers)])
    return starts + 1, means


def teacher_bars(
    axes: Axes, probabilities: Sequence[float] | np.ndarray, classes: Sequence[str], right: int
) -> None:
    """One text's class probabilities by the teacher, a star over the right class.

    probabilities: (classes,); right: the number of the right class
    """
    axes.bar(range(len(classes)), probabilities, 0.7, color=COLOR["teacher"])
    height = float(probabilities[right]) + 0.06
    axes.plot(right, height, "*", color="black", markersize=9, label="right class")
    axes.set_xticks(range(len(classes)), list(classes))
    axes.set(ylim=(0, 1.1), xlabel="class", ylabel="probability")
    axes.legend(frameon=False, loc="upper left")


def named_curves(
    axes: Axes,
    xs: Sequence[float],
    by_name: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    logarithmic: bool = False,
) -> None:
    """One line with dots a name over shared x values, such as temperatures.

    by_name: name -> one value for each x; a name that holds a role takes its colour
    logarithmic: both axes, each x written out
    """
    marks = "osD^v"
    for place, (name, values) in enumerate(by_name.items()):
        look = style(role_of(name))
        axes.plot(xs, values, marker=marks[place % len(marks)], label=name, **look)
    if logarithmic:
        axes.set(xscale="log", yscale="log")
        axes.set_xticks(list(xs), [f"{x:g}" for x in xs])
        axes.minorticks_off()
    else:
        axes.set_ylim(0, None)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(frameon=False)


def difference_lines(axes: Axes, verdicts: "Sequence[Verdict]") -> None:
    """Difference in accuracy of each pair with its interval, and the line of no difference.

    verdicts: from top to bottom, each as "A - B"; an interval that crosses 0 is grey
    """
    for place, verdict in enumerate(reversed(verdicts)):
        clear = verdict.word in ("better", "worse")
        colour = COLOR["student"] if clear else COLOR["baseline"]
        low, high = 100 * verdict.low, 100 * verdict.high
        axes.hlines(place, low, high, color=colour, linewidth=3)
        axes.plot(100 * verdict.difference, place, "o" if clear else "s", color="black")
    names = [f"{verdict.name_a}\n- {verdict.name_b}" for verdict in reversed(verdicts)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.5, len(names) - 0.5)
    axes.axvline(0, color=COLOR["baseline"], linestyle=":")
    axes.set_xlabel("difference in test accuracy, points")


def paired_points(
    axes: Axes,
    xs: Sequence[float] | np.ndarray,
    ys: Sequence[float] | np.ndarray,
    names: Sequence[str],
) -> None:
    """A point a text, with the diagonal on which both values are equal.

    names: of the x axis and of the y axis, with units
    """
    axes.plot(xs, ys, ".", color=COLOR["teacher"], alpha=0.35, markersize=4)
    most = 1.05 * max(float(np.max(xs)), float(np.max(ys)))
    axes.plot([0, most], [0, most], color=COLOR["baseline"], linestyle=":", label="equal")
    axes.set(xlim=(0, most), ylim=(0, most), xlabel=names[0], ylabel=names[1])
    axes.legend(frameon=False)
