"""The file of the long chain as a table and as a picture."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.evaluation.verdict import Interval, interval
from labkit.experiments.long_chain.arms import BUDGET, SAID
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots.charts import COLOR, LINE
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
STUDENTS = ("labels", "from_assistant_labels", "from_minilm", "from_mpnet", "from_assistant")
MARKS = {"": "o", "steps": "s", "long": "D"}
HUES = {"": "#0072B2", "steps": "#E69F00", "long": "#009E73"}
LEVELS = {"mpnet": "teacher", "assistant": "assistant", "tfidf": "baseline"}


def notes(file: Path) -> dict[str, str]:
    """The comment lines at the head of a file of results: what -> what it says."""
    lines = file.read_text(encoding="utf-8").splitlines()
    heads = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    return {what: said for what, _, said in (line.partition(": ") for line in heads)}


def summary(rows: Rows) -> "pd.DataFrame":
    """One line an arm and a budget: the mean over seeds, with the interval of the accuracy.

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
    found = []
    for (arm, option), own in _groups(rows).items():
        spread = interval([float(row["accuracy"]) for row in own])
        student = arm in STUDENTS
        line: dict[str, str | float] = {"model": SAID[arm], "budget": BUDGET[option] * student}
        line |= {"accuracy": spread.mean, "low": spread.low, "high": spread.high, "runs": spread.n}
        found.append(line | {said: _mean(own, column) for said, column in measures.items()})
    table = pd.DataFrame(found)
    table["million parameters"] /= 1e6
    return table


def draw(axes: "Axes", rows: Rows) -> str:
    """Test accuracy of the students as points with intervals; lines are the models above them."""
    groups, said = _groups(rows), []
    for place, arm in enumerate(STUDENTS):
        for shift, option in zip((0.2, 0, -0.2), MARKS, strict=True):
            if (arm, option) in groups:
                spread = _spread(groups[arm, option])
                _point(axes, spread, place + shift, option)
                said.append(f"{SAID[arm]} ({BUDGET[option]}) {spread.mean:.3f}")
    for arm, role in LEVELS.items():
        level = _spread(groups[arm, ""]).mean
        name = f"{SAID[arm]}, {level:.3f}"
        axes.axvline(level, color=COLOR[role], linestyle=LINE[role], label=name)
        said.append(f"{SAID[arm]} {level:.3f}")
    axes.set_yticks(range(len(STUDENTS)), [SAID[arm] for arm in STUDENTS])
    axes.set_ylim(-0.5, len(STUDENTS) - 0.5)
    axes.set(xlabel="test accuracy, share; bar: 95 % interval over seeds")
    handles, names = axes.get_legend_handles_labels()
    unique = dict(zip(names, handles, strict=True))
    axes.legend(
        unique.values(), unique.keys(), frameon=False, fontsize=8,
        loc="upper left", bbox_to_anchor=(1, 1),
    )  # fmt: skip
    return f"Mean test accuracy of the BiLSTM students, and of models above: {', '.join(said)}."


def picture(rows: Rows) -> Picture:
    """`draw` as a picture of its own, with its alt text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.5, 3.6), layout="constrained", facecolor="white")
    return Picture(figure, draw(figure.subplots(), rows))


def save(file: Path) -> Path:
    """Draw the picture of a file of results beside it, as PNG."""
    path = file.with_suffix(".png")
    with write_atomically(path) as temporary:
        picture(read_rows(file)).figure.savefig(temporary, format="png", dpi=110)
    return path


def _point(axes: "Axes", spread: Interval, place: float, option: str) -> None:
    half = 0.0 if math.isnan(spread.low) else spread.high - spread.mean
    axes.errorbar(
        spread.mean, place, xerr=half, fmt=MARKS[option], color=HUES[option], capsize=3,
        label=f"student, {BUDGET[option]}",
    )  # fmt: skip


def _groups(rows: Rows) -> dict[tuple[str, str], list[Mapping[str, str]]]:
    found: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault((row["arm"], row["option"]), []).append(row)
    return found


def _spread(rows: Rows) -> Interval:
    return interval([float(row["accuracy"]) for row in rows])


def _mean(rows: Rows, column: str) -> float:
    values = [float(row[column]) for row in rows if row[column]]
    return sum(values) / len(values) if values else math.nan
