"""Who learns from whom, in which order: three ways to let two models meet, drawn by code."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.plots.picture import Picture
from labkit.plots.roles import ROLES

TEACHER, STUDENT = 1.0, 0.0
"""Heights of the two lanes."""
BEFORE, AFTER = 0.0, 1.0
"""Where the models of step m and m + 1 stand."""
MIDDLE = 0.5
BOX = {"boxstyle": "round,pad=0.35", "facecolor": "white", "linewidth": 1.6}


@dataclass(frozen=True)
class Way:
    """One way: which logits are shown to whom, and who moves when."""

    title: str
    words: str
    """The order as one sentence, for the alt text."""
    shown: tuple[tuple[str, float, float, float, float, str], ...]
    """(who shows, from x, from lane, to x, to lane, number): logits that another learns from."""
    moves: tuple[tuple[float, str], ...]
    """(lane, number), from step m to m + 1."""


OFFLINE = Way(
    "offline, eq. 1 and 2",
    "the teacher stands still; 1 its logits are shown, 2 the student moves",
    (("teacher", BEFORE, TEACHER, MIDDLE, STUDENT, "1"),),
    ((STUDENT, "2"),),
)
ONLINE = Way(
    "online, eq. 3 to 5",
    "1 the student of step m shows its logits, 2 the teacher moves, 3 the teacher of step m + 1 "
    "shows its logits, 4 the student moves",
    (
        ("student", BEFORE, STUDENT, MIDDLE, TEACHER, "1"),
        ("teacher", AFTER, TEACHER, MIDDLE, STUDENT, "3"),
    ),
    ((TEACHER, "2"), (STUDENT, "4")),
)
MUTUAL = Way(
    "mutual",
    "1 both models of step m show their logits, 2 both move",
    (
        ("student", BEFORE, STUDENT, MIDDLE, TEACHER, "1"),
        ("teacher", BEFORE, TEACHER, MIDDLE, STUDENT, "1"),
    ),
    ((TEACHER, "2"), (STUDENT, "2")),
)
WAYS = (OFFLINE, ONLINE, MUTUAL)


def who_learns_from_whom() -> Picture:
    """The three ways side by side, their events numbered in the order in which they happen."""
    figure = Figure(figsize=(9.0, 2.9), layout="constrained", facecolor="white")
    for axes, way in zip(figure.subplots(1, len(WAYS)), WAYS, strict=True):
        _draw(axes, way)
    figure.supxlabel(
        "solid: one optimizer step   dashed: logits that are shown, without gradient", fontsize=9
    )
    said = ". ".join(f"{way.title.capitalize()}: {way.words}" for way in WAYS)
    return Picture(
        figure,
        f"Diagrams of one training step, the teacher's lane above the student's, each model before "
        f"and after its step, numbered arrows. {said}.",
    )


def _draw(axes: Axes, way: Way) -> None:
    for who, x, lane, to_x, to_lane, number in way.shown:
        _arrow(axes, (x, lane), (to_x, to_lane), ROLES[who].color, "--", number)
    for lane, number in way.moves:
        who = "teacher" if lane == TEACHER else "student"
        _arrow(axes, (BEFORE, lane), (AFTER, lane), ROLES[who].color, "-", number)
    still = TEACHER not in [lane for lane, _ in way.moves]
    for who, lane in (("teacher", TEACHER), ("student", STUDENT)):
        for x, when in ((BEFORE, "m"), (AFTER, "m+1")):
            if lane == TEACHER and still and x == AFTER:
                continue
            name = f"{who}\n(frozen)" if lane == TEACHER and still else f"{who}\nstep {when}"
            box = {**BOX, "edgecolor": ROLES[who].color}
            axes.text(x, lane, name, ha="center", va="center", fontsize=9, bbox=box)
    axes.set_title(way.title, fontsize=11)
    axes.set(xlim=(-0.35, 1.35), ylim=(-0.4, 1.4))
    axes.set_axis_off()


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    line: str,
    number: str,
) -> None:
    look = {
        "arrowstyle": "-|>",
        "color": colour,
        "linestyle": line,
        "linewidth": 2,
        "mutation_scale": 16,
    }
    level = start[1] == end[1]
    axes.annotate(
        "", end, start, arrowprops={**look, "shrinkA": 20, "shrinkB": 28 if level else 12}
    )
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    if not level:  # before the middle, where two of them cross
        x, y = start[0] + 0.34 * (end[0] - start[0]), start[1] + 0.34 * (end[1] - start[1])
    ring = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": colour}
    axes.text(x, y, number, ha="center", va="center", fontsize=10, weight="bold", bbox=ring)
