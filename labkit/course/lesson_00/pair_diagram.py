"""What a paired test counts: of all questions, those that only one of two models got right."""

from dataclasses import dataclass

from labkit.evaluation.paired_tests import mcnemar
from labkit.plots.diagram import PAPER, Diagram, Point, arrow, box, dot, words

SIZE = (760.0, 262.0)
FIRST, APART = 132.0, 38.0
"""Where the first question stands, and how far the next one is from it."""
A, B, BELOW = 56.0, 104.0, 192.0
"""Heights of both models' rows and of the two counts."""
RADIUS = 11.0
OF_A = "111111010110"
OF_B = "110101010011"
"""Right (1) or wrong (0), question by question."""


@dataclass(frozen=True)
class Side:
    """The questions that one of the two got right alone."""

    name: str
    role: str
    questions: tuple[int, ...]
    at: float
    """Middle of its box, from the left."""


def _alone(right: str, wrong: str) -> tuple[int, ...]:
    """The questions that the first got right and the second wrong."""
    pairs = enumerate(zip(right, wrong, strict=True))
    return tuple(question for question, pair in pairs if pair == ("1", "0"))


SIDES = (
    Side("A", "student", _alone(OF_A, OF_B), 230),
    Side("B", "assistant", _alone(OF_B, OF_A), 530),
)


def what_counts() -> Diagram:
    """Twelve questions, two models, and the few questions that a paired test reads."""
    parts = [*_row("model A", A, OF_A, "student"), *_row("model B", B, OF_B, "assistant")]
    for side in SIDES:
        parts += _count(side)
    p = mcnemar([mark == "1" for mark in OF_A], [mark == "1" for mark in OF_B]).p
    ahead = " to ".join(str(len(side.questions)) for side in SIDES)
    said = f"{ahead}: a fair coin comes out as one-sided, or more, with probability {p:.2f}"
    parts.append(words((SIZE[0] / 2, SIZE[1] - 18), said, bold=True))
    counts = ", ".join(f"only {side.name} got {len(side.questions)}" for side in SIDES)
    same = sum(a == b for a, b in zip(OF_A, OF_B, strict=True))
    alt = (
        f"Two models answered the same {len(OF_A)} questions. On {same} of them both are right or "
        f"both are wrong: these say nothing about the difference. Of the others {counts}. {said}."
    )
    return Diagram(SIZE, alt, tuple(parts))


def _row(name: str, y: float, marks: str, role: str) -> list[str]:
    """One model's answers: a filled dot is right, a ring is wrong."""
    dots = [
        dot(_place(i, y), role, hollow=mark == "0", radius=RADIUS) for i, mark in enumerate(marks)
    ]
    right = marks.count("1")
    end = FIRST + APART * len(marks)
    said = f"{right} of {len(marks)} right"
    return [words((104, y), name, "end", bold=True), *dots, words((end, y), said, "start")]


def _count(side: Side) -> list[str]:
    """A frame around each question of one side, and arrows to its count."""
    parts = []
    for question in side.questions:
        x, _ = _place(question, A)
        parts.append(arrow([(x, B + 30), (side.at, BELOW - 26)], side.role))
        parts.append(_frame(x, side.role))
    said = [f"only {side.name} right: {len(side.questions)}"]
    return [*parts, box((side.at, BELOW), (170, 44), said, side.role)]


def _frame(x: float, role: str) -> str:
    """An empty box behind which both answers of a question stay visible."""
    drawn = box((x, (A + B) / 2), (APART - 6, B - A + 44), [], role)
    return drawn.replace(f'fill="{PAPER}"', 'fill="none"')


def _place(question: int, y: float) -> Point:
    return FIRST + APART * question, y
