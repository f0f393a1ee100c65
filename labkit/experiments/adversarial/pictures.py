"""The picture of each table: what was measured, beside floor, labels and teacher."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.adversarial.plan import GRID_SETS, TABLES
from labkit.experiments.result import Result
from labkit.experiments.selection import Runs, best_on_validation, chosen
from labkit.experiments.trial import Trial
from labkit.files import write_atomically
from labkit.plots import grid, roles
from labkit.plots.cell import color_limits

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save(table: str, runs: Runs, path: Path) -> None:
    """Draw the picture of a table into an image file; nothing is written on an error."""
    figure = figure_of(table, runs)
    with write_atomically(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip("."), dpi=110)


def figure_of(table: str, runs: Runs) -> "Figure":
    """The picture of a table, one panel per data set; Figure 4 is one for all of them."""
    from matplotlib.figure import Figure

    if table == "figure4":
        figure = Figure(figsize=(9.5, 3.8), layout="constrained")
        four_bars(figure.subplots(), runs)
        return figure
    sets = list(dict.fromkeys(run.config.dataset for run in runs))
    painter = PAINTERS.get(table, arms_dots)
    height = 3.6 if table in PAINTERS else 1.5 + 0.32 * len({_name(run) for run in runs})
    figure = Figure(figsize=(8.0, height * len(sets)), layout="constrained")
    for axes, dataset in zip(figure.subplots(len(sets), squeeze=False)[:, 0], sets, strict=True):
        of_set = [run for run in runs if run.config.dataset == dataset]
        painter(axes, dataset, of_set)
        axes.set_title(f"{TABLES[table].title}; {dataset}, {_seeds(of_set)}", fontsize=10)
    return figure


def _seeds(runs: Runs) -> str:
    return f"up to {len({run.config.seed for run in runs})} seeds"


def cell_intervals(runs: Iterable[Result[Trial]]) -> dict[tuple[float, float], Interval]:
    """(kd, gan) -> accuracy of the cell over its seeds."""
    by_cell: dict[tuple[float, float], list[float]] = {}
    for run in runs:
        by_cell.setdefault((run.config.kd, run.config.gan), []).append(run.accuracy)
    return {cell: interval(values) for cell, values in by_cell.items()}


def levels(dataset: str, runs: Runs) -> dict[str, float]:
    """Teacher, label-only student and floor, those that were run."""
    arms = ("teacher", "labels", "tfidf")
    by_name = {roles.arm(arm).name: chosen(runs, dataset, arm) for arm in arms}
    return {
        name: sum(run.accuracy for run in of_arm) / len(of_arm)
        for name, of_arm in by_name.items()
        if of_arm
    }


def surface(axes: "grid.Axes", dataset: str, runs: Runs) -> None:
    """The grid of stage 2 with the cell that validation chose; left, the same without adversary."""
    cells = chosen(runs, dataset, "stage_two")
    best = best_on_validation([run for run in cells if run.config.gan > 0])[0].config
    spreads = cell_intervals(cells)
    colours = color_limits(spreads, list(levels(dataset, runs).values()))
    grid.accuracy_surface(axes, spreads, (best.kd, best.gan), colours)


def four_bars(axes: "grid.Axes", runs: Runs) -> None:
    """Labels alone, direct, through an assistant, both stages: the same budget each."""
    bars, lines = {}, {}
    for dataset in dict.fromkeys(run.config.dataset for run in runs):
        cells = [run for run in chosen(runs, dataset, "stage_two") if run.config.gan > 0]
        arms = {arm: chosen(runs, dataset, arm) for arm in ("labels", "direct", "chained")}
        arms["stage_two"] = best_on_validation(cells)
        bars[dataset] = {
            roles.arm(arm).name: interval([run.accuracy for run in of_arm])
            for arm, of_arm in arms.items()
        }
        lines[dataset] = levels(dataset, runs)
        lines[dataset].pop(roles.arm("labels").name, None)
    grid.grouped_bars(axes, bars, lines)
    axes.set_title(f"Four students of the same budget, {_seeds(runs)}", fontsize=10)


def sharing_curves(axes: "grid.Axes", dataset: str, runs: Runs) -> None:
    """Accuracy over alpha for each sharing strategy."""
    by_name = {}
    for option, name in (("none", "none"), ("partial", "partial"), ("", "full")):
        cells = chosen(runs, dataset, "stage_two", gan=0, option=option)
        by_name[name] = {kd: spread for (kd, _), spread in cell_intervals(cells).items()}
    lines = levels(dataset, runs) | _stage_one(dataset, runs)
    grid.curves_over(axes, by_name, lines, r"$\alpha$, weight of the teacher")


def guided_curve(axes: "grid.Axes", dataset: str, runs: Runs) -> None:
    """Accuracy of the guided teacher over the weight of its labels."""
    cells = cell_intervals(chosen(runs, dataset, "guided_teacher"))
    points = {round(1 - gan, 1): spread for (_, gan), spread in cells.items()}
    lines = levels(dataset, runs)
    first = chosen(runs, dataset, "teacher")[0]
    rows = len(chosen(runs, dataset, "guided_teacher")[0].correct)
    lines = {"teacher of stage 1, same texts": float(first.correct[:rows].mean())}
    grid.curves_over(axes, {"guided teacher": points}, lines, r"$\beta$, weight of the labels")


def student_curve(axes: "grid.Axes", dataset: str, runs: Runs) -> None:
    """Accuracy over alpha with the adversary between the two students alone."""
    cells = chosen(runs, dataset, "student_student", option="")
    by_name = {}
    for gan in sorted({run.config.gan for run in cells}):
        of_gan = cell_intervals([run for run in cells if math.isclose(run.config.gan, gan)])
        by_name[f"gan {gan:g}"] = {kd: spread for (kd, _), spread in of_gan.items()}
    lines = levels(dataset, runs) | _stage_one(dataset, runs)
    grid.curves_over(axes, by_name, lines, r"$\alpha$, weight of the teacher")


def adversary_curve(axes: "grid.Axes", dataset: str, runs: Runs) -> None:
    """Accuracy over the adversary's weight without a soft loss."""
    cells = cell_intervals(chosen(runs, dataset, "stage_two", kd=0))
    points = {gan: spread for (_, gan), spread in cells.items()}
    lines = levels(dataset, runs) | _stage_one(dataset, runs)
    grid.curves_over(axes, {"stage 2": points}, lines, r"$\beta$, weight of the adversary")


def arms_dots(axes: "grid.Axes", dataset: str, runs: Runs) -> None:
    """A row for every arm that was trained, with its option and weights."""
    by_name: dict[str, list[float]] = {}
    for run in runs:
        if run.config.arm not in ("teacher", "tfidf"):
            by_name.setdefault(_name(run), []).append(run.accuracy)
    dots = {name: interval(values) for name, values in by_name.items()}
    grid.compared_dots(axes, dots, levels(dataset, runs))


def _name(run: Result[Trial]) -> str:
    t = run.config
    weights = rf"$\alpha$ {t.kd:g} $\beta$ {t.gan:g}" if t.kd or t.gan else ""
    return ", ".join(part for part in (roles.arm(t.arm, t.option).name, weights) if part)


def _stage_one(dataset: str, runs: Runs) -> dict[str, float]:
    first = chosen(runs, dataset, "stage_one")
    return (
        {roles.arm("stage_one").name: sum(run.accuracy for run in first) / len(first)}
        if first
        else {}
    )


PAINTERS: dict[str, Callable[["grid.Axes", str, Runs], None]] = {
    "table4": guided_curve,
    "table5": sharing_curves,
    **dict.fromkeys(GRID_SETS, surface),
    "table11": student_curve,
    "table12": student_curve,
    "table13": adversary_curve,
    "figure2": sharing_curves,
    "figure3": sharing_curves,
}
"""How each table is drawn; the others as one row per arm."""
