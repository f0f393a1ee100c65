"""The route from teacher to student as a picture: accuracy, size and seconds of each stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import isnan, nan
from pathlib import Path

from matplotlib.axes import Axes

from labkit.course.widgets.controls import choice, switch
from labkit.course.widgets.panel import Panel
from labkit.plots import looks, roles

SHIPPED = {
    "shipped: direct KD": ("teacher", "direct"),
    "shipped: direct KD, more time": ("teacher", "direct more_time"),
    "shipped: chained KD": ("teacher", "assistant", "chained"),
}
"""Routes of the shipped results, as arms of Table 2; the last arm is the student."""
SIZE, SPENT = "size of the model", "seconds spent so far"
"""What a stop's place from left to right may be."""
MEAN = "mean over seeds"
LABEL_OFFSETS = (12, -12, -46)
"""Points from a stop to its words, up to three stops: no words lie on those of the next."""

Routes = Mapping[str, Sequence["Stop"]]


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
    routes: Routes,
    chance: float | None,
    route: str,
    others: bool = True,
    against: str = SIZE,
    frame: Sequence[Routes] = (),
) -> str:
    """Accuracy against size, the largest model left, or against the seconds that were spent.

    routes:  name -> stops, the teacher first; route: the one to draw in colour
    chance:  accuracy without knowledge, in [0, 1]; None draws no line for it
    others:  draw the other routes in grey behind it
    against: `SIZE` or `SPENT`, the training seconds of the route up to and with a stop
    frame:   more routes, such as those of other seeds, that must fit into the same axes
    """
    grey = [name for name in routes if others and name != route]
    for name in grey:
        _line(axes, routes[name], against)
    stops = routes[route]
    points = [(x, stop.accuracy) for x, stop in zip(_places(stops, against), stops, strict=True)]
    for number, (stop, point) in enumerate(zip(stops, points, strict=True)):
        _stop(axes, stop, point, number)
    for before, after in pairwise(points):
        _arrow(axes, before, after)
    if chance is not None:
        axes.axhline(chance, **looks.style("baseline"))
        at_left = axes.get_yaxis_transform()
        axes.text(0.02, chance, "chance", transform=at_left, va="bottom", fontsize=9)
    _frame(axes, [stops for one in (routes, *frame) for stops in one.values()], against)
    axes.set_title(route)
    order = "parameters, the largest model at the left" if against == SIZE else against
    return (
        f"The route {route}, accuracy against {order}: "
        f"{', then '.join(_in_words(stop) for stop in stops)}."
        f"{'' if chance is None else f' Chance is {chance:.2f}.'}"
        f"{' In grey: ' + ', '.join(grey) + '.' if grey else ''}"
    )


def panel(
    routes: Routes, chance: float | None, by_seed: Mapping[str, Routes] | None = None
) -> Panel:
    """The panel: choose a route, the seed and what its stops cost; other routes stay in grey.

    routes:  name -> stops, the teacher first, two or three stops each; chance: a share, or None
    by_seed: name of a seed -> the same routes in that seed alone; None leaves out the list of runs
    """
    most = len(LABEL_OFFSETS)
    odd = [name for name, stops in routes.items() if not 2 <= len(stops) <= most]
    if not routes or odd:
        raise ValueError(
            f"got {len(routes)} routes, with fewer than two stops or more than {most}: "
            f"{odd or 'none'}; wanted at least one route with a teacher and a student"
        )
    runs = {MEAN: routes, **(by_seed or {})}
    other = [name for name, found in runs.items() if set(found) != set(routes)]
    if other:
        raise ValueError(f"got other routes for {', '.join(other)}, wanted {', '.join(routes)}")

    def draw(axes: Axes, route: str, against: str, others: bool, of: str = MEAN) -> str:
        said = draw_route(axes, runs[of], chance, route, others, against, list(runs.values()))
        axes.set_title(f"{route}, {of}")
        return f"{said} The numbers are of: {of}."

    # a list with nothing to choose is left out
    seeds = {"of": choice("runs", list(runs))} if len(runs) > 1 else {}
    return Panel(
        draw,
        size=(7.0, 3.6),
        route=choice("route", list(routes)),
        against=choice("place", [SIZE, SPENT]),
        others=switch("show the other routes", True),
        **seeds,
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


def _places(stops: Sequence[Stop], against: str) -> list[float]:
    """Where each stop stands from left to right: parameters, or seconds added up."""
    if against == SIZE:
        return [stop.parameters for stop in stops]
    return list(accumulate(0.0 if isnan(stop.seconds) else stop.seconds for stop in stops))


def _line(axes: Axes, stops: Sequence[Stop], against: str) -> None:
    shares = [stop.accuracy for stop in stops]
    grey = looks.ROLES["before"].color
    axes.plot(_places(stops, against), shares, "o-", color=grey, markersize=5, linewidth=1)


def _stop(axes: Axes, stop: Stop, point: tuple[float, float], number: int) -> None:
    colour = roles.look_of(stop.name).color
    axes.plot(*point, "o", color=colour, markersize=12)
    text = f"{stop.name}\n{stop.accuracy:.3f}, {_size(stop.parameters)}"
    text += "" if isnan(stop.seconds) else f"\n{stop.seconds:.1f} s to train"
    axes.annotate(
        text, point, (0, LABEL_OFFSETS[number]), textcoords="offset points", ha="center",
        va="bottom" if number == 0 else "top", fontsize=9,
        bbox={"color": "white", "alpha": 0.8, "pad": 1},
    )  # fmt: skip


def _arrow(axes: Axes, before: tuple[float, float], after: tuple[float, float]) -> None:
    look = {"arrowstyle": "->", "color": "black", "shrinkA": 9, "shrinkB": 9}
    axes.annotate("", after, before, arrowprops=look)


def _frame(axes: Axes, every: Sequence[Sequence[Stop]], against: str) -> None:
    """Limits that are the same for every route and seed; each point has its own name."""
    axes.set(ylim=(-0.1, 1.35), ylabel="test accuracy, share", yticks=[0, 0.2, 0.4, 0.6, 0.8, 1.0])
    if against == SIZE:
        _sizes(axes, [stop.parameters for stops in every for stop in stops])
    else:
        most = max(_places(stops, against)[-1] for stops in every) or 1.0
        axes.set(xlim=(-0.2 * most, 1.2 * most), xlabel="training seconds of the route so far")


def _sizes(axes: Axes, sizes: Sequence[int]) -> None:
    """A logarithmic axis of parameters, the largest model at the left."""
    low, high = min(sizes) / 2, 2 * max(sizes)
    axes.set(xscale="log", xlim=(high, low), xlabel="parameters, large to small")
    ticks = [step * 10**power for power in range(4, 10) for step in (1, 2, 5)]
    shown = [size for size in ticks if low < size < high]
    axes.set_xticks(shown, [_size(size) for size in shown])
    axes.minorticks_off()


def _size(parameters: int) -> str:
    return f"{parameters / 1e6:.1f}M" if parameters >= 100_000 else f"{parameters}"


def _in_words(stop: Stop) -> str:
    words = f"{stop.name} with {_size(stop.parameters)} parameters and accuracy {stop.accuracy:.3f}"
    words += "" if isnan(stop.seconds) else f" after {stop.seconds:.1f} seconds"
    repeats = f", repeating {stop.passed_on:.2f} of the mistakes before it"
    return words + ("" if isnan(stop.passed_on) else repeats)
