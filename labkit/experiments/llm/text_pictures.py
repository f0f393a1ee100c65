"""The plane of the two KLs: what a student misses of the teacher, and what it makes up."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.experiments.llm.text_plan import ARMS, TEMPERATURES
from labkit.experiments.results import read_rows
from labkit.files import write_atomically
from labkit.plots import roles
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, str]]
MARKS = dict(zip(ARMS, "*oPsDXvphd^<>H", strict=True))
"""Each arm's own mark, since several share a colour."""
Point = dict[str, float]


def averaged(rows: Rows, length: str = "short", place: str = "answers"
             ) -> dict[str, dict[float, Point]]:  # fmt: skip
    """Arm -> temperature -> measures, each the mean over seeds."""
    found: dict[str, dict[float, list[Mapping[str, str]]]] = {}
    for row in rows:
        if (row["texts"], row["prompts"]) == (length, place):
            by_heat = found.setdefault(row["arm"], {})
            by_heat.setdefault(float(row["temperature"]), []).append(row)
    return {
        arm: {heat: _mean(own) for heat, own in by_heat.items()} for arm, by_heat in found.items()
    }


def _mean(rows: Rows) -> Point:
    names = ("forward_kl", "reverse_kl", "teacher_log_p", "length", "ended", "distinct_2")
    return {name: sum(float(row[name]) for row in rows) / len(rows) for name in names}


def draw_plane(
    axes: "Axes",
    points: Mapping[str, Mapping[float, Point]],
    arms: Sequence[str],
    heats: Sequence[float] = TEMPERATURES,
) -> str:
    """Each arm as a mark at temperature 1 with a tail through the lower temperatures.

    points: what `averaged` gave; arms that it lacks are left out
    returns the alt text, with both KLs of each arm at its first temperature
    """
    said = []
    for arm in (one for one in arms if one in points):
        look, name = roles.arm(arm).look, roles.arm(arm).name
        path = [points[arm][heat] for heat in heats if heat in points[arm]]
        across, up = ([one[kl] for one in path] for kl in ("forward_kl", "reverse_kl"))
        axes.plot(across, up, color=look.color, linewidth=1, alpha=0.7)
        axes.plot(across[1:], up[1:], ".", color=look.color, markersize=4)
        filled = "none" if arm.endswith(("_frozen", "_no_penalty", "start")) else "full"
        axes.plot(across[:1], up[:1], MARKS[arm], color=look.color, markersize=8, label=name,
                  fillstyle=filled, clip_on=False)  # fmt: skip
        said.append(f"{name} {across[0]:.2f} and {up[0]:.2f}")
    axes.set_xlabel("forward KL, nats per token: what it misses")
    axes.set_ylabel("reverse KL, nats per token: what it makes up")
    if said:
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return f"Forward and reverse KL at temperature {heats[0]:g}: {'; '.join(said)}."


def plane_picture(rows: Rows) -> Picture:
    """The plane of short answers to held-out questions, with all arms but the teacher."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.6), layout="constrained", facecolor="white")
    axes = figure.subplots()
    seeds = len({row["seed"] for row in rows})
    alt = draw_plane(axes, averaged(rows), [arm for arm in ARMS if arm != "teacher"])
    heats = ", ".join(f"{heat:g}" for heat in TEMPERATURES)
    axes.set_title(f"mean of {seeds} seeds; mark: temperature 1, tail: {heats}", fontsize=10)
    return Picture(figure, alt)


def save(file: Path) -> Path:
    """Draw the picture of a file of results beside it, as PNG."""
    path = file.with_suffix(".png")
    with write_atomically(path) as temporary:
        plane_picture(read_rows(file)).figure.savefig(temporary, format="png", dpi=110)
    return path
