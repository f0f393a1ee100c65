"""The route from teacher to student as a picture: accuracy, size and seconds of each stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan, nan
from pathlib import Path
from typing import Literal

from matplotlib.axes import Axes

from labkit.course.widgets.controls import choice, switch
from labkit.course.widgets.panel import Panel
from labkit.plots import roles

SHIPPED = {
    "shipped: direct KD": ("teacher", "direct"),
    "shipped: direct KD, more time": ("teacher", "direct more_time"),
    "shipped: chained KD": ("teacher", "assistant", "chained"),
}
"""Routes of the shipped results, as arms of Table 2; the last arm is the student."""


@dataclass(frozen=True)
class Stop:
    """One model on a route, as it was measured."""

    name: str
    """Holds its role: teacher, assistant or student."""
    parameters: int
    """How many numbers the model holds, at least 1."""
    accuracy: float
    """Share of the test texts, in [0, 1], the mean over seeds."""
    seconds: float = nan
    """Training time of this stop on the machine that measured it; nan where it was not trained."""
    passed_on: float = nan
    """Share of the mistakes of the stop before that it repeats; nan where unknown."""

    def __post_init__(self) -> None:
        if self.parameters < 1 or not 0 <= self.accuracy <= 1:
            raise ValueError(
                f"{self.name}: got {self.parameters} parameters and accuracy {self.accuracy}, "
                "wanted at least 1 parameter and a share in [0, 1]"
            )


def draw_route(
    axes: Axes,
    routes: Mapping[str, Sequence[Stop]],
    chance: float | None,
    route: str,
    others: bool = True,
) -> str:
    """Accuracy against size, the largest model left; arrows go from each stop to the next.

    routes: name -> stops, the teacher first; route: the one to draw in colour
    chance: accuracy without knowledge, in [0, 1]; None draws no line for it
    others: draw the other routes in grey behind it
    """
    grey = [name for name in routes if others and name != route]
    for name in grey:
        _line(axes, routes[name])
    for number, stop in enumerate(routes[route]):
        _stop(axes, stop, number)
    for before, after in zip(routes[route], routes[route][1:], strict=False):
        _arrow(axes, before, after)
    if chance is not None:
        axes.axhline(chance, **roles.style("baseline"), label="chance")
    _frame(axes, routes)
    axes.set_title(route)
    return (
        f"The route {route}, accuracy against parameters, the largest model at the left: "
        f"{', then '.join(_in_words(stop) for stop in routes[route])}."
        f"{'' if chance is None else f' Chance is {chance:.2f}.'}"
        f"{' In grey: ' + ', '.join(grey) + '.' if grey else ''}"
    )


def panel(routes: Mapping[str, Sequence[Stop]], chance: float | None) -> Panel:
    """The panel: choose a route; the other routes stay in grey.

    routes: name -> stops, the teacher first, at least two stops each; chance: a share, or None
    """
    short = [name for name, stops in routes.items() if len(stops) < 2]
    if not routes or short:
        raise ValueError(
            f"got {len(routes)} routes, with fewer than two stops: {short or 'none'}; wanted at "
            "least one route with a teacher and a student"
        )
    return Panel(
        partial(draw_route, routes=routes, chance=chance),
        size=(7.0, 3.6),
        route=choice("route", list(routes)),
        others=switch("show the other routes", True),
    )


def shipped(file: Path, dataset: str, sizes: Mapping[str, int]) -> dict[str, list[Stop]]:
    """The routes of a results file, means over its seeds.

    file:  such as data/results/adversarial/table2.csv
    sizes: "teacher", "assistant" and "student" -> parameters, which the file does not hold
    returns only the routes whose arms are all in the file; none when there is no such file
    """
    from labkit.experiments.results import read_rows

    rows = read_rows(file) if file.exists() else []
    by_arm: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["dataset"] == dataset:
            by_arm.setdefault(f"{row['arm']} {row['option']}".strip(), []).append(row)
    return {
        name: [_mean_stop(arm, by_arm[arm], sizes) for arm in arms]
        for name, arms in SHIPPED.items()
        if all(arm in by_arm for arm in arms)
    }


def _mean_stop(arm: str, rows: Sequence[Mapping[str, str]], sizes: Mapping[str, int]) -> Stop:
    role = arm if arm in sizes else "student"
    accuracy = sum(float(row["accuracy"]) for row in rows) / len(rows)
    spent = nan if arm == "teacher" else sum(float(row["cpu_seconds"]) for row in rows) / len(rows)
    return Stop(role, sizes[role], accuracy, spent)


def _line(axes: Axes, stops: Sequence[Stop]) -> None:
    sizes, shares = [stop.parameters for stop in stops], [stop.accuracy for stop in stops]
    axes.plot(sizes, shares, "o-", color=roles.ROLES["before"].color, markersize=5, linewidth=1)


def _stop(axes: Axes, stop: Stop, number: int) -> None:
    colour = roles.look_of(stop.name).color
    axes.plot(stop.parameters, stop.accuracy, "o", color=colour, markersize=12, label=stop.name)
    text = f"{stop.accuracy:.3f}, {_size(stop.parameters)}"
    text += "" if isnan(stop.seconds) else f"\n{stop.seconds:.1f} s to train"
    side, place = (12, "bottom") if number % 2 == 0 else (-12, "top")
    axes.annotate(
        text, (stop.parameters, stop.accuracy), (0, side), textcoords="offset points",
        ha="center", va=place, fontsize=9, bbox={"color": "white", "alpha": 0.8, "pad": 1},
    )  # fmt: skip


def _arrow(axes: Axes, before: Stop, after: Stop) -> None:
    start, end = (before.parameters, before.accuracy), (after.parameters, after.accuracy)
    look = {"arrowstyle": "->", "color": "black", "shrinkA": 9, "shrinkB": 9}
    axes.annotate("", end, start, arrowprops=look)


def _frame(axes: Axes, routes: Mapping[str, Sequence[Stop]]) -> None:
    """Limits that are the same for every route, the largest model at the left."""
    sizes = [stop.parameters for stops in routes.values() for stop in stops]
    low, high = min(sizes) / 2, 2 * max(sizes)
    axes.set(xscale="log", xlim=(high, low), ylim=(-0.1, 1.25), ylabel="test accuracy, share")
    axes.set(xlabel="parameters, large to small", yticks=[0, 0.2, 0.4, 0.6, 0.8, 1.0])
    ticks = [step * 10**power for power in range(4, 10) for step in (1, 2, 5)]
    shown = [size for size in ticks if low < size < high]
    axes.set_xticks(shown, [_size(size) for size in shown])
    axes.minorticks_off()
    lowest = min(stop.accuracy for stops in routes.values() for stop in stops)
    free: Literal["lower left", "upper left"] = "lower left" if lowest > 0.5 else "upper left"
    axes.legend(frameon=False, loc=free, fontsize=9, ncols=2)


def _size(parameters: int) -> str:
    return f"{parameters / 1e6:.1f}M" if parameters >= 100_000 else f"{parameters}"


def _in_words(stop: Stop) -> str:
    words = f"{stop.name} with {_size(stop.parameters)} parameters and accuracy {stop.accuracy:.3f}"
    words += "" if isnan(stop.seconds) else f" after {stop.seconds:.1f} seconds"
    repeats = f", repeating {stop.passed_on:.2f} of the mistakes before it"
    return words + ("" if isnan(stop.passed_on) else repeats)
