"""The ladder: its rungs, and what each comparison of two rungs holds fixed."""

from dataclasses import dataclass
from itertools import pairwise

from labkit.plots.diagram import Diagram, arrow, box, words

WIDE, STEP, TOP = 760.0, 92.0, 40.0
RUNG = (200.0, 46.0)
LEFT, RIGHT = 130.0, 270.0
"""Middle of the rungs; where the sentences begin."""


@dataclass(frozen=True)
class Rung:
    """One model of the ladder, and the comparison with the rung below it."""

    name: str
    role: str
    asks: str = ""
    """What the comparison with the rung below answers; "" for the lowest rung."""
    fixed: str = ""
    """What is the same on both rungs."""


RUNGS = (
    Rung("always one answer", "baseline"),
    Rung("bag of words", "baseline", "Do the words tell anything?", "the test questions"),
    Rung(
        "student, labels only",
        "labels only",
        "Does a network see more than a count of words?",
        "the labels and the test questions",
    ),
    Rung(
        "student, distilled",
        "student",
        "Does the teacher help?",
        "student, texts, steps, seeds; only the targets differ",
    ),
    Rung(
        "teacher",
        "teacher",
        "What is left to reach?",
        "the test questions; the size differs",
    ),
)
"""From the floor up, in the order that one hopes for."""


def ladder() -> Diagram:
    """The five rungs with what each step up asks and what it keeps the same."""
    heights = [TOP + STEP * place for place in reversed(range(len(RUNGS)))]
    parts: list[str] = []
    for rung, y, below in zip(RUNGS[1:], heights[1:], heights[:-1], strict=True):
        parts.append(arrow([(LEFT, below - RUNG[1] / 2), (LEFT, y + RUNG[1] / 2 + 2)]))
        middle = (y + below) / 2
        parts.append(words((RIGHT, middle - 11), rung.asks, "start", bold=True))
        parts.append(words((RIGHT, middle + 11), f"held fixed: {rung.fixed}", "start"))
    parts += [
        box((LEFT, y), RUNG, [rung.name], rung.role) for rung, y in zip(RUNGS, heights, strict=True)
    ]
    steps = " ".join(
        f"From {below.name} to {rung.name}: {rung.asks} Held fixed: {rung.fixed}."
        for below, rung in pairwise(RUNGS)
    )
    alt = f"A ladder of {len(RUNGS)} rungs, from the floor up. {steps}"
    return Diagram((WIDE, TOP * 2 + STEP * (len(RUNGS) - 1)), alt, tuple(parts))
