"""A chain and its budget: who teaches whom, and how many steps each way may cost."""

from dataclasses import dataclass
from itertools import pairwise

from labkit.plots.diagram import Diagram, arrow, box, words

SIZE = (760.0, 334.0)
FIRST_ROW, ROW = 88.0, 88.0
PLACES = {"teacher": 80.0, "assistant": 232.0, "student": 384.0}
"""Middle of each model's boxes."""
BOX = (112.0, 44.0)
BARS, STEPS = 480.0, 110.0
"""Where the bars begin; length of one model's training."""


@dataclass(frozen=True)
class Way:
    """One way from the teacher to the student."""

    name: str
    trained: tuple[str, ...]
    """The models that learn, each from the one before; the teacher stands ready."""
    bars: tuple[str, ...]
    """Whose steps are paid, in units of one model's training."""


WAYS = (
    Way("direct, as papers often have it", ("student",), ("student",)),
    Way("chained", ("assistant", "student"), ("assistant", "student")),
    Way("direct, at equal compute", ("student",), ("student", "student")),
)


def chain_and_budget() -> Diagram:
    """The three ways under one another, each with the steps it takes."""
    parts = [
        words(((PLACES["teacher"] + PLACES["student"]) / 2, 18), "who learns from whom", bold=True),
        words((BARS + STEPS, 18), "training steps that are paid", bold=True),
    ]
    for place, way in enumerate(WAYS):
        parts += _way(way, FIRST_ROW + ROW * place)
    parts.append(
        words((SIZE[0] / 2, SIZE[1] - 16), "compare the second with the third: they pay the same")
    )
    said = " ".join(
        f"{way.name}: {' from '.join([*reversed(way.trained), 'teacher'])}, "
        f"paid are the steps of {' and '.join(way.bars)}."
        for way in WAYS
    )
    return Diagram(SIZE, f"Three ways from a teacher to a student. {said}", tuple(parts))


def _way(way: Way, y: float) -> list[str]:
    parts = [words((PLACES["teacher"] - BOX[0] / 2, y - 34), way.name, "start")]
    stops = ("teacher", *way.trained)
    for above, below in pairwise(stops):
        start, end = PLACES[above] + BOX[0] / 2, PLACES[below] - BOX[0] / 2 - 2
        parts.append(arrow([(start, y), (end, y)], above))
    parts += [box((PLACES[stop], y), BOX, [stop], stop) for stop in stops]
    for place, payer in enumerate(way.bars):
        middle = BARS + STEPS * (place + 0.5)
        parts.append(box((middle, y), (STEPS - 6, 30), [payer], payer))
    return parts
