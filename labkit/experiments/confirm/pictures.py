"""The claims as a forest: our difference with its interval, the paper's mark, and the words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
MARKS = {"yes": ("#0072B2", "o"), "no": ("#D55E00", "s"), "open": ("#767676", "D")}
"""Direction -> colour and mark."""
NAMES = {
    "adversary": "an adversary (both readings)",
    "differ": "adversary: differ from stage 1",
    "resemble": "adversary: resemble the teacher",
    "differ_for_labels": "differ, at the labels' cost",
    "resemble_for_labels": "resemble, at the labels' cost",
    "two_stages_against_first": "stage 2 against stage 1",
    "two_stages_against_one": "two stages against one as long",
    "assistant": "through an assistant",
    "sharing": "sharing weights",
    "guided_teacher": "guided teacher, equal steps",
    "guided_teacher_as_printed": "guided teacher against stage 1's",
    "labels_alone": "two stages against labels alone",
}
"""Claim -> a few words for the axis."""
EDGE = 6.0
"""Points at which the axis ends: a printed number beyond it is written at the edge."""


def draw(axes: "Axes", rows: Rows) -> str:
    """A line per claim that was run, in points; returns the alt text with all numbers."""
    run = [row for row in rows if row["direction"] and row["low"]]
    said = [_line(axes, row, -place) for place, row in enumerate(run)]
    axes.axvline(0, color="black", linewidth=1)
    axes.axvspan(-1, 1, color="#eeeeee", zorder=0)
    axes.set_yticks([-place for place in range(len(run))], [_named(row) for row in run])
    axes.set(xlim=(-EDGE, EDGE), xlabel="first arm minus second, points of test accuracy")
    axes.set_ylim(-len(run) + 0.4, 0.6)
    return (
        f"{'; '.join(said) or 'No claim has enough runs'}. The grey band is one point either side."
    )


def picture(rows: Rows) -> Picture:
    """The forest as a picture with its alt text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 5.2), layout="constrained", facecolor="white")
    axes = figure.subplots()
    alt = draw(axes, rows)
    _key(axes)
    return Picture(figure, alt)


def save(file: Path) -> Path:
    """Draw the picture of a file of verdicts beside it, as PNG."""
    path = file.with_name(f"{file.stem.removesuffix('_verdicts')}.png")
    with write_atomically(path) as temporary:
        picture(read_rows(file)).figure.savefig(temporary, format="png", dpi=110)
    return path


def _line(axes: "Axes", row: Mapping[str, str], place: float) -> str:
    ours, low, high = (100 * float(row[name]) for name in ("ours", "low", "high"))
    color, mark = MARKS[row["direction"]]
    axes.plot([max(low, -EDGE), min(high, EDGE)], [place, place], color=color, linewidth=2)
    axes.plot([ours], [place], mark, color=color)
    alt = f"{_named(row)} {ours:+.1f} ({low:+.1f} to {high:+.1f}), {row['direction']}"
    if not row["printed"]:
        return alt
    printed = 100 * float(row["printed"])
    if printed < EDGE:
        axes.plot([printed], [place], "x", color="black", markersize=8)
    else:
        axes.annotate(
            f"printed {printed:+.1f} →", (EDGE, place), (-4, 4), textcoords="offset points",
            ha="right", fontsize=8,
        )  # fmt: skip
    return f"{alt}, printed {printed:+.1f}, size {row['size']}"


def _named(row: Mapping[str, str]) -> str:
    return NAMES.get(row["claim"], row["claim"].replace("_", " "))


def _key(axes: "Axes") -> None:
    for word, (color, mark) in MARKS.items():
        axes.plot([], [], mark, color=color, label=f"direction: {word}")
    axes.plot([], [], "x", color="black", label="printed in the paper")
    axes.legend(frameon=False, fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.4, 1.0))
