"""The picture of the arms: style and reverse KL beside how much the text varies."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import paths
from labkit.experiments.llm_prompt_arms.plan import ARMS, HEATS, TABLE
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
MARKS = dict(zip(ARMS, "*oPsDXvphd", strict=True))
"""Each arm's own mark, since several share a colour."""
SHOWN = {
    "whole": "answers that keep the whole rule, share",
    "reverse_kl": "reverse KL of own text, nats per token",
}
ACROSS = "distinct-2: how much the text varies"


def averaged(rows: Rows, measure: str) -> dict[str, list[tuple[float, float]]]:
    """Arm -> (distinct-2, measure) at each temperature, the warmest first, over seeds."""
    found: dict[str, list[tuple[float, float]]] = {}
    for arm in ARMS:
        for heat in HEATS:
            own = [r for r in rows if r["arm"] == arm and float(r["temperature"]) == heat]
            if own:
                point = tuple(_mean(own, name) for name in ("distinct_2", measure))
                found.setdefault(arm, []).append((point[0], point[1]))
    return found


def _mean(rows: Rows, name: str) -> float:
    return sum(float(row[name]) for row in rows) / len(rows)


def picture(rows: Rows) -> Picture:
    """A panel for each measure: a mark per arm at temperature 1, SeqKD's tail below it.

    rows: the lines of the file of results
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.0, 4.6), layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(SHOWN))
    alt = [draw(axes, rows, name) for axes, name in zip(panels, SHOWN, strict=True)]
    names, labels = panels[0].get_legend_handles_labels()
    figure.legend(names, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    return Picture(figure, f"Arms at temperature 1, mean over seeds. {' '.join(alt)}")


def draw(axes: "Axes", rows: Rows, measure: str) -> str:
    """One panel; gives what a reader of the text needs."""
    said = []
    for arm, points in averaged(rows, measure).items():
        look, name = roles.arm(arm).look, roles.arm(arm).name
        across, up = zip(*points, strict=True)
        axes.plot(across, up, color=look.color, linewidth=1, alpha=0.7)
        axes.plot(across[1:], up[1:], ".", color=look.color, markersize=5)
        axes.plot(across[:1], up[:1], MARKS[arm], color=look.color, markersize=9, label=name)
        said.append(f"{name} {up[0]:.2f} at {across[0]:.2f}")
    axes.set_xlabel(ACROSS)
    axes.set_ylabel(SHOWN[measure])
    return f"{SHOWN[measure]}, at distinct-2: {', '.join(said)}."


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
