"""The paper's first stage beside what each way of writing the losses gives, on every data set."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.evaluation.verdict import interval
from labkit.experiments.forensics.gradient_law import GAPS, label_gradient, soft_gradient
from labkit.experiments.forensics.plan import CORE, SETS
from labkit.experiments.forensics.printed_stages import IMPLIED, first_stage
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import looks, roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
PAPER = "the paper's first stage"


def draw_first_stages(axes: "Axes", rows: Rows) -> str:
    """Test accuracy of the plain student per data set and arm; diamonds are the paper's numbers."""
    sets = [name for name in SETS if any(row["dataset"] == name for row in rows)]
    alt = []
    for shift, arm in zip((-0.25, 0, 0.25), CORE, strict=True):
        alt += [_bar(axes, rows, name, place, shift, arm) for place, name in enumerate(sets)]
    for place, name in enumerate(sets):
        paper = first_stage(name)
        axes.plot([place], [paper], "D", color="black", zorder=5, label=_once(place, PAPER))
        axes.annotate(
            f"{paper:.2f}", (place, paper), (7, -3), textcoords="offset points", fontsize=8
        )
        alt.append(f"{name}, the paper {paper:.3f}{' (implied)' if name in IMPLIED else ''}")
    axes.set_xticks(range(len(sets)), [_named(rows, name) for name in sets])
    axes.set(ylim=(0, 1), ylabel="test accuracy, share; bar: mean over seeds")
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, 1.22))
    return f"Test accuracy after the first stage: {', '.join(filter(None, alt))}."


def draw_gradient_law(axes: "Axes") -> str:
    """What a row at two classes teaches, by its gap: z-score loss beside cross-entropy."""
    soft, hard = [soft_gradient(gap) for gap in GAPS], [label_gradient(gap) for gap in GAPS]
    axes.loglog(GAPS, soft, marker="o", **looks.series(0), label="z-score loss, two classes")
    axes.loglog(GAPS, hard, marker="s", **looks.series(2), label="cross-entropy")
    axes.set(xlabel="gap between the two logits", ylabel="gradient at the logits, nats per unit")
    axes.legend(frameon=False, fontsize=8)
    ends = ", ".join(
        f"{value:.2g} at a gap of {gap:g}" for gap, value in zip(GAPS, soft, strict=True)
    )
    return f"Gradient of the z-score loss on a wrong row: {ends}. Cross-entropy has {hard[0]:.2g}."


def first_stages_picture(rows: Rows) -> Picture:
    """Both drawings as one picture with its alt text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.8), layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    return Picture(figure, f"{draw_first_stages(left, rows)} {draw_gradient_law(right)}")


def save(file: Path) -> Path:
    """Draw the picture of a file of results beside it, as PNG."""
    path = file.with_suffix(".png")
    with write_atomically(path) as temporary:
        first_stages_picture(read_rows(file)).figure.savefig(temporary, format="png", dpi=110)
    return path


def _bar(axes: "Axes", rows: Rows, dataset: str, place: float, shift: float, arm: str) -> str:
    own = [
        float(row["accuracy"])
        for row in rows
        if (row["dataset"], row["arm"], row["option"]) == (dataset, arm, "plain")
    ]
    if not own:
        return ""
    spread, one = interval(own), roles.arm(arm)
    label = _once(place, one.name)
    look = one.look
    axes.bar(place + shift, spread.mean, 0.24, color=look.color, hatch=look.hatch, label=label)
    axes.vlines(place + shift, min(own), max(own), color="black")
    return f"{dataset}, {one.name} {spread.mean:.3f}"


def _once(place: float, name: str) -> str | None:
    """The name for the key at the first place alone."""
    return name if place == 0 else None


def _named(rows: Rows, dataset: str) -> str:
    classes = next(row["classes"] for row in rows if row["dataset"] == dataset)
    return f"{dataset.removesuffix('_part')}\n{classes} classes"
