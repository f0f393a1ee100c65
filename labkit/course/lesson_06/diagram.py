"""One round of GAD, drawn by code: who writes, who scores, who learns, in which order."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from labkit.plots.picture import Picture
from labkit.plots.roles import ROLES

BOX = {"boxstyle": "round,pad=0.4", "facecolor": "white", "linewidth": 1.6}
INK = "0.25"


@dataclass(frozen=True)
class Part:
    """A box of the diagram."""

    name: str
    at: tuple[float, float]
    colour: str


@dataclass(frozen=True)
class Arrow:
    """From one place to another; `number` is its place in the round, "" for what is at hand."""

    start: tuple[float, float]
    end: tuple[float, float]
    number: str
    colour: str
    learns: bool = False
    """Solid: an optimizer's step. Dashed: texts and numbers that are handed on."""
    bend: float = 0.0
    gap: float = 28
    """Between its head and the middle of the box, in points."""
    number_at: tuple[float, float] | None = None
    """None for the middle of a straight arrow."""


TEACHER, STUDENT, READS = (ROLES[name].color for name in ("teacher", "student", "discriminator"))
PROMPT, BLACK_BOX, WRITER = (0.0, 0.5), (1.0, 1.0), (1.0, 0.0)
TOLD, FRESH, READER, GAINS = (2.35, 1.0), (2.35, 0.0), (3.7, 0.5), (3.7, -0.75)
PARTS = (
    Part("prompt", PROMPT, INK),
    Part("teacher\n(black box)", BLACK_BOX, TEACHER),
    Part("student", WRITER, STUDENT),
    Part("its answer,\non disk", TOLD, TEACHER),
    Part("N fresh\nanswers", FRESH, STUDENT),
    Part("discriminator:\na score", READER, READS),
    Part("advantages:\nbetter than the\nother N - 1?", GAINS, INK),
)
ARROWS = (
    Arrow(PROMPT, BLACK_BOX, "", INK, gap=38),
    Arrow(PROMPT, WRITER, "", INK),
    Arrow(BLACK_BOX, TOLD, "", TEACHER, gap=36),
    Arrow(WRITER, FRESH, "1", STUDENT),
    Arrow(TOLD, READER, "2", TEACHER, gap=46),
    Arrow(FRESH, READER, "2", STUDENT, gap=46),
    Arrow(READER, GAINS, "4", INK),
    Arrow(GAINS, WRITER, "5", STUDENT, learns=True, bend=-0.28, number_at=(2.35, -0.81)),
)
STEPS = (
    "1 the student writes N answers",
    "2 the discriminator scores them and the teacher's",
    "3 the discriminator learns: the teacher's above the student's (Bradley-Terry)",
    "4 scores become advantages within the group",
    "5 the student learns: better answers become likelier, on a leash to where it began",
)


def one_round() -> Picture:
    """The parts and the numbered arrows of one round."""
    figure = Figure(figsize=(9.0, 4.1), layout="constrained", facecolor="white")
    axes = figure.subplots()
    for arrow in ARROWS:
        _arrow(axes, arrow)
    _own_steps(axes)
    for part in PARTS:
        box = {**BOX, "edgecolor": part.colour}
        axes.text(*part.at, part.name, ha="center", va="center", fontsize=10, bbox=box)
    axes.set(xlim=(-0.35, 5.35), ylim=(-1.35, 1.3))
    axes.set_axis_off()
    figure.supxlabel(
        "solid: an optimizer step   dashed: texts and numbers, without gradient", fontsize=9
    )
    return Picture(figure, f"Diagram of one round of GAD. {'; '.join(STEPS)}.")


def _own_steps(axes: Axes) -> None:
    """The discriminator's step as a loop at its right, and what both steps do, in words."""
    x, y = READER
    look = {"arrowstyle": "-|>", "color": READS, "linewidth": 2, "mutation_scale": 16}
    ends = (x + 0.42, y - 0.16), (x + 0.42, y + 0.16)
    axes.annotate("", ends[1], ends[0], arrowprops={**look, "connectionstyle": "arc3,rad=1.6"})
    _number(axes, (x + 0.78, y), "3", READS)
    axes.text(x + 0.95, y, "learns: the teacher's\nanswer above\nthe fresh ones", va="center",
              fontsize=9)  # fmt: skip
    axes.text(1.95, -1.14, "learns: better answers likelier,\non a leash (KL) to where it began",
              ha="center", va="center", fontsize=9)  # fmt: skip


def _arrow(axes: Axes, arrow: Arrow) -> None:
    look = {
        "arrowstyle": "-|>",
        "color": arrow.colour,
        "linestyle": "-" if arrow.learns else "--",
        "linewidth": 2,
        "mutation_scale": 16,
        "shrinkA": 24,
        "shrinkB": arrow.gap,
        "connectionstyle": f"arc3,rad={arrow.bend}",
    }
    axes.annotate("", arrow.end, arrow.start, arrowprops=look)
    if arrow.number:
        (x, y), (to_x, to_y) = arrow.start, arrow.end
        middle = (x + to_x) / 2, (y + to_y) / 2
        _number(axes, arrow.number_at or middle, arrow.number, arrow.colour)


def _number(axes: Axes, at: tuple[float, float], number: str, colour: str) -> None:
    ring = {"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": colour}
    axes.text(*at, number, ha="center", va="center", fontsize=10, weight="bold", bbox=ring)
