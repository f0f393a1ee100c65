"""The best students of all data sets as one table and one picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.evaluation.verdict import interval
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
FILES = "best_*.csv"
HEIGHTS = {"tfidf": 0.0, "labels": 0.12, "distilled": -0.12, "teacher": 0.0}
"""Arm -> how far above its row it is drawn."""


def shipped_rows(folder: Path | None = None) -> list[dict[str, str]]:
    """All rows of all files of best students; none where there are no files.

    folder: None for the results of this project
    """
    folder = paths.results("best_student") if folder is None else folder
    return [row for file in sorted(folder.glob(FILES)) for row in read_rows(file)]


def summary(rows: Rows) -> "pd.DataFrame":
    """One line per data set: floor, both students with their intervals, teacher, shares.

    rows: of `results.read_rows` over the files that `best_student.results.write` made
    """
    import pandas as pd

    sets = dict.fromkeys(row["dataset"] for row in rows)
    return pd.DataFrame(
        [_line([row for row in rows if row["dataset"] == name]) for name in sets], index=list(sets)
    ).round(4)


def _line(rows: Rows) -> dict[str, float]:
    """The line of one data set."""
    scores: dict[str, list[float]] = {}
    for row in rows:
        scores.setdefault(row["arm"], []).append(float(row["accuracy"]))
    large, small = (
        next(row for row in rows if row["arm"] == arm) for arm in ("teacher", "distilled")
    )
    distilled, labels = interval(scores["distilled"]), interval(scores["labels"])
    return {
        "bag of words": scores["tfidf"][0],
        "labels only": labels.mean,
        "labels only low": labels.low,
        "labels only high": labels.high,
        "distilled": distilled.mean,
        "distilled low": distilled.low,
        "distilled high": distilled.high,
        "teacher": scores["teacher"][0],
        "share of teacher": distilled.mean / scores["teacher"][0],
        "share of parameters": int(small["parameters"]) / int(large["parameters"]),
        "times faster": float(small["times_faster"]),
        "seeds": distilled.n,
    }


def draw_students(axes: "Axes", rows: Rows) -> str:
    """One row per data set: test accuracy in [0, 1], of the students with intervals over seeds."""
    table, alt = summary(rows), []
    arms = {roles.arm(code): above for code, above in HEIGHTS.items()}
    for place, (dataset, line) in enumerate(table.iloc[::-1].iterrows()):
        for arm, above in arms.items():
            name, height, color = arm.name, place + above, arm.look.color
            if f"{name} low" in line:
                axes.hlines(height, line[f"{name} low"], line[f"{name} high"], color=color)
            axes.plot(
                line[name], height, arm.look.mark, color=color, markersize=9, markeredgewidth=2,
                label="_" if place else name,
            )  # fmt: skip
        numbers = [f"{arm.name} {line[arm.name]:.3f}" for arm in arms]
        alt.append(f"{dataset}: {', '.join(numbers)}")
    axes.set_yticks(range(len(table)), list(table.index[::-1]))
    axes.set_ylim(-0.5, len(table) - 0.5)
    axes.set(xlabel="test accuracy, share; line: 95 % interval over seeds")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return f"Test accuracy. {'; '.join(reversed(alt))}."


def students_picture(rows: Rows) -> Picture:
    """`draw_students` as a picture of its own, with its alt text."""
    from matplotlib.figure import Figure

    sets = len({row["dataset"] for row in rows})
    figure = Figure(figsize=(8.5, 1.4 + 0.5 * sets), layout="constrained", facecolor="white")
    return Picture(figure, draw_students(figure.subplots(), rows))


def save(folder: Path) -> Path:
    """Draw all files of best students in a folder as best.png; gives its path."""
    path = folder / "best.png"
    with write_atomically(path) as temporary:
        students_picture(shipped_rows(folder)).figure.savefig(temporary, format="png", dpi=110)
    return path
