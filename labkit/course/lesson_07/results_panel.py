"""The shipped runs on real text: the plane of the two KLs with a selection of arms."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from labkit import paths
from labkit.course.widgets.controls import choice
from labkit.course.widgets.panel import Panel
from labkit.experiments.llm.text_pictures import averaged, draw_plane
from labkit.experiments.llm.text_plan import TABLE, TEMPERATURES
from labkit.experiments.results import read_rows
from labkit.plots import wide_table

if TYPE_CHECKING:
    from pandas import DataFrame

GROUPS: Mapping[str, Sequence[str]] = {
    "SeqKD alone": ("start", "seqkd_longer"),
    "KLs on the teacher's text": ("start", "seqkd_longer", "forward_kl", "reverse_kl",
                                  "skew_reverse_kl", "jsd"),
    "own text": ("start", "seqkd_longer", "reverse_kl", "reverse_kl_own", "gkd"),
    "GAKD": ("start", "seqkd_longer", "reverse_kl", "gakd_without", "gakd", "gakd_no_penalty"),
    "GAD": ("start", "seqkd_longer", "reverse_kl_own", "gad_likelihood", "gad_likelihood_frozen"),
}  # fmt: skip
TEXTS = {"short answers": "short", "long answers": "long"}
PROMPTS = {"held-out questions": "answers", "film reviews": "elsewhere"}
HEATS = {"temperature 1 alone": TEMPERATURES[:1], "all temperatures": TEMPERATURES}
SIZE = (9.0, 4.2)


class ResultsPlane:
    """The file of the study, read once, and its pictures."""

    def __init__(self, folder: Path | None = None) -> None:
        self.file = (folder or paths.results("llm")) / f"{TABLE}.csv"
        self.rows = read_rows(self.file) if self.file.exists() else []

    def draw(self, axes: Axes, arms: str, texts: str, prompts: str, heats: str) -> str:
        """The chosen arms on the plane; the limits stay, so that a move of the choice is seen."""
        points = averaged(self.rows, TEXTS[texts], PROMPTS[prompts])
        if not points:
            axes.set_axis_off()
            axes.text(0.5, 0.5, missing(), ha="center", va="center", transform=axes.transAxes)
            return missing()
        said = draw_plane(axes, points, GROUPS[arms], HEATS[heats])
        shown = {arm: found for arm, found in points.items() if arm != "teacher"}
        for name, limit in (("forward_kl", axes.set_xlim), ("reverse_kl", axes.set_ylim)):
            values = [one[name] for by_heat in shown.values() for one in by_heat.values()]
            edge = 0.05 * (max(values) - min(values)) + 0.01
            limit(min(values) - edge, max(values) + edge)
        axes.figure.subplots_adjust(right=0.62)
        seeds = len({row["seed"] for row in self.rows})
        axes.set_title(f"{texts}, {prompts}, mean of {seeds} seeds", fontsize=10)
        return f"{said} Shown: {texts}, {prompts}, {heats}."

    def panel(self) -> Panel:
        """The panel: choose arms, length, prompts and temperatures."""
        return Panel(
            self.draw,
            size=SIZE,
            arms=choice("arms", list(GROUPS)),
            texts=choice("texts", list(TEXTS)),
            prompts=choice("prompts", list(PROMPTS)),
            heats=choice("temperatures", list(HEATS)),
        )


def missing() -> str:
    """The sentence for a machine without the file."""
    return f"{TABLE}.csv is not here yet: `labkit reproduce {TABLE}` makes it"


def verdict_frame(paper: str, folder: Path | None = None) -> "DataFrame":
    """The verdict lines of one source, as a table with the words first.

    paper: "GAKD", "GAD" or "lab"
    """
    import pandas as pd

    file = (folder or paths.results("llm")) / f"{TABLE}_verdicts.csv"
    lines = [row for row in read_rows(file) if row["paper"] == paper] if file.exists() else []
    columns = {"word": "word", "said": "claim", "measure": "measure", "difference": "gain",
               "low": "low", "high": "high", "holm": "p, Holm", "seeds": "seeds"}  # fmt: skip
    table = pd.DataFrame(lines, columns=list(columns)).rename(columns=columns)
    for name in ("gain", "low", "high", "p, Holm"):
        table[name] = pd.to_numeric(table[name]).round(3)
    return table


def verdict_table(paper: str, folder: Path | None = None) -> str:
    """`verdict_frame` as an HTML table that scrolls sideways."""
    found = verdict_frame(paper, folder)
    if found.empty:
        return f"<p>{missing()}</p>"
    return wide_table.as_html(found, f"verdict lines of {paper} on real text", index=False)
