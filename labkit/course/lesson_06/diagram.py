"""One round of GAD, drawn by code: who writes, who scores, who learns, in which order."""

from labkit.plots.diagram import Diagram, Point, arrow, box, dot, words

SIZE = (796.0, 404.0)
PROMPT, WRITER, TEXT, READER = 60.0, 196.0, 378.0, 560.0
"""Columns, from left to right."""
ABOVE, MIDDLE, BELOW, GAINS = 60.0, 142.0, 224.0, 318.0
"""Heights: the teacher's lane, the discriminator, the student's lane, the advantages."""
BOX = (124.0, 50.0)
READER_BOX = (140.0, 56.0)
GAINS_BOX = (204.0, 50.0)
RING = 10.0
STEPS = (
    "1 the student writes N answers",
    "2 the discriminator scores them and the teacher's",
    "3 the discriminator learns: the teacher's above the student's (Bradley-Terry)",
    "4 scores become advantages within the group",
    "5 the student learns: better answers become likelier, on a leash to where it began",
)


def one_round() -> Diagram:
    """The parts and the numbered arrows of one round; solid is an optimizer's step."""
    alt = f"Diagram of one round of GAD. {'; '.join(STEPS)}."
    return Diagram(SIZE, alt, (*_handed_on(), *_learns(), *_boxes(), *_legend()))


def _handed_on() -> list[str]:
    """Texts and numbers on their way, without gradient."""
    half = BOX[0] / 2
    into_reader = READER - 30
    return [
        arrow([(PROMPT, MIDDLE - 25), (PROMPT, ABOVE), (WRITER - half - 2, ABOVE)], dashed=True),
        arrow([(PROMPT, MIDDLE + 25), (PROMPT, BELOW), (WRITER - half - 2, BELOW)], dashed=True),
        arrow([(WRITER + half, ABOVE), (TEXT - half - 2, ABOVE)], "teacher", dashed=True),
        arrow([(WRITER + half, BELOW), (TEXT - half - 2, BELOW)], "student", dashed=True),
        *_number(((WRITER + TEXT) / 2, BELOW), "1", "student"),
        arrow([(TEXT + half, ABOVE), (into_reader, ABOVE), (into_reader, MIDDLE - 30)], "teacher",
              dashed=True),
        arrow([(TEXT + half, BELOW), (into_reader, BELOW), (into_reader, MIDDLE + 30)], "student",
              dashed=True),
        *_number((TEXT + half + 40, ABOVE), "2", "teacher"),
        *_number((TEXT + half + 40, BELOW), "2", "student"),
        arrow([(READER + 30, MIDDLE + 28), (READER + 30, GAINS - 27)], dashed=True),
        *_number((READER + 30, (BELOW + GAINS) / 2 - 22), "4", "ink"),
    ]  # fmt: skip


def _learns() -> list[str]:
    """The two optimizer steps of a round, and what each of them does."""
    side = READER + READER_BOX[0] / 2
    loop = [(side, MIDDLE + 14), (side + 34, MIDDLE + 14), (side + 34, MIDDLE - 14)]
    back = [(READER + 30 - GAINS_BOX[0] / 2, GAINS), (WRITER, GAINS), (WRITER, BELOW + 27)]
    lines = ("the teacher's", "answer above", "the fresh ones")
    return [
        arrow([*loop, (side + 2, MIDDLE - 14)], "discriminator"),
        *_number((side + 34, MIDDLE), "3", "discriminator"),
        *(words((side + 52, MIDDLE - 18 + 18 * i), line, "start", size=13)
          for i, line in enumerate(lines)),
        arrow(back, "student"),
        *_number(((WRITER + READER - 72) / 2, GAINS), "5", "student"),
        words((WRITER + 12, GAINS + 26), "better answers become likelier,", "start", size=13),
        words((WRITER + 12, GAINS + 44), "on a leash (KL) to where it began", "start", size=13),
    ]  # fmt: skip


def _boxes() -> list[str]:
    gains = ["advantages: better than", "the other N - 1 answers?"]
    return [
        box((PROMPT, MIDDLE), (96, 50), ["prompt"], "ink", 1.5),
        box((WRITER, ABOVE), BOX, ["teacher", "(black box)"], "teacher"),
        box((WRITER, BELOW), BOX, ["student"], "student"),
        box((TEXT, ABOVE), BOX, ["its answer,", "on disk"], "teacher"),
        box((TEXT, BELOW), BOX, ["N fresh", "answers"], "student"),
        box((READER, MIDDLE), READER_BOX, ["discriminator:", "a score"], "discriminator"),
        box((READER + 30, GAINS), GAINS_BOX, gains, "ink", 1.5),
    ]


def _legend() -> list[str]:
    y = SIZE[1] - 16
    return [
        arrow([(120, y), (160, y)]),
        words((170, y), "an optimizer step", "start", size=13),
        arrow([(350, y), (390, y)], dashed=True),
        words((400, y), "texts and numbers that are handed on, without gradient", "start", size=13),
    ]


def _number(place: Point, number: str, who: str) -> list[str]:
    return [dot(place, who, hollow=True, radius=RING), words(place, number, bold=True, size=13)]
