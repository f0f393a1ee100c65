"""The variations of stage 2 as a forest: each student minus the two of the claims."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.experiments.confirm.beyond.plan import DIFFER, WITHOUT
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
BESIDE = {
    WITHOUT: ("#0072B2", "o", 0.15, "minus stage 2 without adversary"),
    DIFFER: ("#D55E00", "s", -0.15, "minus stage 2, differ from stage 1"),
}
"""Arm that is compared with -> colour, mark, place beside the line, name in the key."""
STUDENT = "second_stage"


def draw(axes: "Axes", rows: Rows) -> str:
    """A line per student of one data set, in points; returns the alt text with all numbers."""
    shown = [
        row for row in rows if row["arm"] == STUDENT and row["low"] and row["against"] in BESIDE
    ]
    options = list(dict.fromkeys(row["option"] for row in shown))
    for row in shown:
        _mark(axes, row, -options.index(row["option"]))
    names = [_name(option) for option in options]
    axes.axvline(0, color="black", linewidth=1)
    axes.axvspan(-1, 1, color="#eeeeee", zorder=0)
    axes.set_yticks([-place for place in range(len(options))], names)
    axes.set_xlabel("points of test accuracy")
    axes.set_ylim(-len(options) + 0.4, 0.6)
    said = [f"{name}: {_said(shown, option)}" for name, option in zip(names, options, strict=True)]
    ends = "The grey band is one point either side; nothing here is confirmed."
    return f"{'; '.join(said) or 'No variation has enough runs'}. {ends}"


def picture(rows: Rows, dataset: str) -> Picture:
    """The forest of a data set as a picture with its alt text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 6.5), layout="constrained", facecolor="white")
    axes = figure.subplots()
    alt = draw(axes, [row for row in rows if row["dataset"] == dataset])
    for color, mark, _, name in BESIDE.values():
        axes.plot([], [], mark, color=color, label=name)
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="lower center", bbox_to_anchor=(0.4, 1.0))
    return Picture(figure, f"{dataset}, exploratory. {alt}")


def save(table: Path, dataset: str) -> Path:
    """Draw the forest of a data set beside the file of the comparisons, as PNG."""
    path = table.with_name(f"{table.stem}_{dataset}.png")
    with write_atomically(path) as temporary:
        picture(read_rows(table), dataset).figure.savefig(temporary, format="png", dpi=110)
    return path


def _mark(axes: "Axes", row: Mapping[str, str], place: float) -> None:
    color, mark, aside, _ = BESIDE[row["against"]]
    minus, low, high = _points(row)
    axes.plot([low, high], [place + aside] * 2, color=color, linewidth=1.5)
    axes.plot([minus], [place + aside], mark, color=color, markersize=5)


def _said(rows: Rows, option: str) -> str:
    parts = []
    for row in (one for one in rows if one["option"] == option):
        minus, low, high = _points(row)
        name = roles.arm(*row["against"].split(" ")).name
        parts.append(f"{minus:+.1f} ({low:+.1f} to {high:+.1f}) beside {name}, {row['word']}")
    return ", ".join(parts)


def _points(row: Mapping[str, str]) -> tuple[float, float, float]:
    minus, low, high = (100 * float(row[name]) for name in ("minus", "low", "high"))
    return minus, low, high


def _name(option: str) -> str:
    return roles.arm(STUDENT, option).name.removeprefix("stage 2, ")
