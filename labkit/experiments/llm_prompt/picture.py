"""The picture of the prompt distillation: who keeps the rule, with the prompt and without it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.experiments.llm_prompt.plan import TABLE
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots.looks import ROLES
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
NAMES = {
    "teacher": "style prompt",
    "untrained": "no prompt",
    "seqkd": "no prompt,\nafter SeqKD",
}
LOOKS = {
    "teacher": ROLES["teacher"],
    "untrained": ROLES["baseline"],
    "seqkd": ROLES["student"],
}
PARTS = {"held_out": "TREC questions, held out", "others": "questions of another kind"}


def picture(rows: Rows) -> Picture:
    """One panel for each kind of question: a bar per arm, a point per seed.

    rows: the lines of the file of results
    """
    from matplotlib.figure import Figure

    shown = [part for part in PARTS if any(_asked(row, part) for row in rows)]
    figure = Figure(figsize=(8.0, 3.4), layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(shown), squeeze=False, sharey=True)[0]
    alt = [draw_part(axes, rows, part) for axes, part in zip(panels, shown, strict=True)]
    panels[0].set_ylabel("answers that keep the whole rule, share")
    return Picture(figure, f"Share of answers in the style. {' '.join(alt)}")


def draw_part(axes: "Axes", rows: Rows, part: str) -> str:
    """The bars of one kind of question; gives what a reader of the text needs."""
    told, shares = [], {arm: _shares(rows, arm, part) for arm in NAMES}
    arms = [arm for arm in NAMES if shares[arm]]
    for place, arm in enumerate(arms):
        own, look = shares[arm], LOOKS[arm]
        mean = sum(own) / len(own)
        axes.bar(place, mean, color=look.color, hatch=look.hatch, edgecolor="white", width=0.7)
        axes.plot([place] * len(own), own, "o", color="black", markersize=5)
        told.append(f"{NAMES[arm]} {mean:.2f}".replace("\n", " "))
    axes.set_xticks(range(len(arms)), [NAMES[arm] for arm in arms])
    axes.set(ylim=(0, 1), title=PARTS[part])
    return f"{PARTS[part]}: {', '.join(told)}."


def _shares(rows: Rows, arm: str, part: str) -> list[float]:
    return [float(row["whole"]) for row in rows if row["arm"] == arm and _asked(row, part)]


def _asked(row: Mapping[str, str], part: str) -> bool:
    return row["questions"] == part and row["answers"] not in ("", "0")


def shipped(folder: Path | None = None) -> Picture | None:
    """The picture of the shipped runs; None where their file is not.

    folder: None for the results of this project
    """
    file = (folder or paths.results("llm")) / f"{TABLE}.csv"
    return picture(read_rows(file)) if file.exists() else None


def save(file: Path) -> Path:
    """Draw the picture of a file of results beside it, as PNG; gives its path."""
    path = file.with_suffix(".png")
    with write_atomically(path) as temporary:
        temporary.write_bytes(picture(read_rows(file)).png())
    return path
