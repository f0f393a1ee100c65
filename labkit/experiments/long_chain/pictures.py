"""The file of the long chain as a table and as a picture."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import arm_names, looks, roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
STUDENTS = ("labels", "from_assistant_labels", "from_minilm", "from_mpnet", "from_assistant")
LEVELS = ("mpnet", "assistant", "tfidf")
"""Drawn as lines beside the students."""


def notes(file: Path) -> dict[str, str]:
    """The comment lines at the head of a file of results: what -> what it says."""
    lines = file.read_text(encoding="utf-8").splitlines()
    heads = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    return {what: text for what, _, text in (line.partition(": ") for line in heads)}


def summary(rows: Rows) -> "pd.DataFrame":
    """One line per arm and budget: the mean over seeds, with the interval of the accuracy.

    accuracy, macro F1, agreement and repeated errors are shares, seconds those of the processor;
    what an arm has no number for is not a number
    """
    import pandas as pd

    measures = {
        "macro F1": "macro_f1",
        "million parameters": "parameters",
        "seconds": "cpu_seconds",
        "ms per 1000 texts": "ms_per_1000_texts",
        "agrees with above": "agrees_with_above",
        "repeats its errors": "repeats_errors_of_above",
        "repeats MPNet's errors": "repeats_errors_of_mpnet",
    }
    lines = []
    for (arm, option), own in _groups(rows).items():
        spread = interval([float(row["accuracy"]) for row in own])
        budget = roles.BUDGETS[option].name if arm in STUDENTS else ""
        line: dict[str, str | float] = {"model": roles.arm(arm).name, "budget": budget}
        line |= {"accuracy": spread.mean, "low": spread.low, "high": spread.high, "runs": spread.n}
        lines.append(line | {name: _mean(own, column) for name, column in measures.items()})
    table = pd.DataFrame(lines)
    table["million parameters"] /= 1e6
    return table


def draw_students(axes: "Axes", rows: Rows) -> str:
    """Test accuracy of the students as points with intervals; lines are the models above them."""
    groups, alt = _groups(rows), []
    for place, arm in enumerate(STUDENTS):
        for shift, option in zip((0.2, 0, -0.2), roles.BUDGETS, strict=True):
            if (arm, option) in groups:
                spread = _spread(groups[arm, option])
                _point(axes, spread, place + shift, roles.arm(arm), roles.BUDGETS[option])
                alt.append(f"{roles.with_budget(arm, option)} {spread.mean:.3f}")
    for arm in LEVELS:
        level, one = _spread(groups[arm, ""]).mean, roles.arm(arm)
        axes.axvline(level, **looks.style(one.role), label=f"{one.name}, {level:.3f}")
        alt.append(f"{one.name} {level:.3f}")
    _budget_marks(axes)
    axes.set_yticks(range(len(STUDENTS)), [roles.arm(arm).name for arm in STUDENTS])
    axes.set_ylim(-0.5, len(STUDENTS) - 0.5)
    axes.set(xlabel="test accuracy, share; bar: 95 % interval over seeds")
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return f"Mean test accuracy of the BiLSTM students, and of models above: {', '.join(alt)}."


def students_picture(rows: Rows) -> Picture:
    """`draw_students` as a picture of its own, with its alt text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.5, 3.6), layout="constrained", facecolor="white")
    return Picture(figure, draw_students(figure.subplots(), rows))


def save(file: Path) -> Path:
    """Draw the picture of a file of results beside it, as PNG."""
    path = file.with_suffix(".png")
    with write_atomically(path) as temporary:
        students_picture(read_rows(file)).figure.savefig(temporary, format="png", dpi=110)
    return path


def _point(
    axes: "Axes", spread: Interval, place: float, arm: arm_names.Arm, budget: roles.Budget
) -> None:
    half = 0.0 if math.isnan(spread.low) else spread.high - spread.mean
    axes.errorbar(spread.mean, place, xerr=half, fmt=budget.mark, color=arm.look.color, capsize=3)


def _budget_marks(axes: "Axes") -> None:
    """The marks of the budgets in the legend, without a colour: that is the arm's."""
    for budget in roles.BUDGETS.values():
        axes.plot([], [], budget.mark, color="black", fillstyle="none", label=budget.name)


def _groups(rows: Rows) -> dict[tuple[str, str], list[Mapping[str, str]]]:
    groups: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        groups.setdefault((row["arm"], row["option"]), []).append(row)
    return groups


def _spread(rows: Rows) -> Interval:
    return interval([float(row["accuracy"]) for row in rows])


def _mean(rows: Rows, column: str) -> float:
    values = [float(row[column]) for row in rows if row[column]]
    return sum(values) / len(values) if values else math.nan
