"""Tables of sizes and counts as pictures: a number of ours beside the paper's."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.files import write_atomically
from labkit.plots.roles import ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS = (("here", ROLES["student"]), ("the paper", ROLES["baseline"]))
"""Whose number, and how it is drawn."""


def beside_the_paper(
    axes: "Axes", ours: Mapping[str, float], paper: Mapping[str, float], unit: str
) -> None:
    """Two bars per name, each with its number; one where the paper has none.

    ours, paper: name -> number above 0, drawn from the top; unit: what the numbers are
    """
    for height, (whose, look), numbers in zip((-0.2, 0.2), LOOKS, (ours, paper), strict=True):
        places = [place + height for place, name in enumerate(ours) if name in numbers]
        values = [numbers[name] for name in ours if name in numbers]
        bars = axes.barh(
            places, values, 0.36, color=look.color, hatch=look.hatch, edgecolor="white"
        )
        bars.set_label(whose)
        axes.bar_label(bars, [_short(value) for value in values], padding=3, fontsize=8)
    axes.set_yticks(range(len(ours)), list(ours))
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.margins(x=0.15)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"


def save(
    path: Path, title: str, ours: Mapping[str, float], paper: Mapping[str, float], unit: str
) -> None:
    """Draw `beside_the_paper` into an image file; nothing is written on an error."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 1.2 + 0.5 * len(ours)), layout="constrained")
    axes = figure.subplots()
    beside_the_paper(axes, ours, paper, unit)
    axes.set_title(title, fontsize=10)
    with write_atomically(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip("."), dpi=110)
