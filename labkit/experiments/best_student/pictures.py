"""The best students of all data sets as one table and one picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.evaluation.verdict import interval
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots.charts import COLOR
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
FILES = "best_*.csv"
MARKS = {
    "bag of words": ("x", "baseline", 0.0),
    "labels only": ("s", "labels only", 0.12),
    "distilled": ("o", "student", -0.12),
    "teacher": ("|", "teacher", 0.0),
}
"""Arm -> mark, role that gives the colour, and how far above its row it is drawn."""


def shipped(folder: Path | None = None) -> list[dict[str, str]]:
    """All rows of all files of best students; none where there are no files.

    folder: None for the results of this project
    """
    folder = paths.results("best_student") if folder is None else folder
    return [row for file in sorted(folder.glob(FILES)) for row in read_rows(file)]


def summary(rows: Rows) -> "pd.DataFrame":
    """A line a data set: floor, label-only and distilled student with intervals, teacher, shares.

    rows: of `outcomes.read_rows` over the files that `best_file.write` made
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


def draw(axes: "Axes", rows: Rows) -> str:
    """Test accuracy in [0, 1], a row a data set: the students with their intervals over seeds."""
    table, said = summary(rows), []
    for place, (dataset, line) in enumerate(table.iloc[::-1].iterrows()):
        for name, (mark, role, above) in MARKS.items():
            height, color = place + above, COLOR[role]
            if f"{name} low" in line:
                axes.hlines(height, line[f"{name} low"], line[f"{name} high"], color=color)
            axes.plot(
                line[name], height, mark, color=color, markersize=9, markeredgewidth=2,
                label="_" if place else name,
            )  # fmt: skip
        said.append(f"{dataset}: " + ", ".join(f"{name} {line[name]:.3f}" for name in MARKS))
    axes.set_yticks(range(len(table)), list(table.index[::-1]))
    axes.set_ylim(-0.5, len(table) - 0.5)
    axes.set(xlabel="test accuracy, share; line: 95 % interval over seeds")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return f"Test accuracy. {'; '.join(reversed(said))}."


def picture(rows: Rows) -> Picture:
    """`draw` as a picture of its own, with its alt text."""
    from matplotlib.figure import Figure

    sets = len({row["dataset"] for row in rows})
    figure = Figure(figsize=(8.5, 1.4 + 0.5 * sets), layout="constrained", facecolor="white")
    return Picture(figure, draw(figure.subplots(), rows))


def save(folder: Path) -> Path:
    """Draw all files of best students in a folder as best.png; gives its path."""
    path = folder / "best.png"
    with write_atomically(path) as temporary:
        picture(shipped(folder)).figure.savefig(temporary, format="png", dpi=110)
    return path
