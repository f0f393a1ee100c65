"""GAKD: two models read one text, a discriminator reads their rows, and whom it teaches what."""

from labkit.plots.diagram import Diagram, arrow, box, words

SIZE = (796.0, 318.0)
TEXT, MODEL, ROWS, JUDGE, SCORES = 62.0, 198.0, 382.0, 566.0, 720.0
"""Columns, from left to right."""
ABOVE, MIDDLE, BELOW = 62.0, 146.0, 230.0
BOX = (112.0, 50.0)
ROW_BOX = (150.0, 50.0)

ALT = (
    "Teacher and student read the same text, written by the teacher. Each gives a row of "
    "log-probabilities per token; behind the end of an answer the rows are 0. The discriminator "
    "reads the rows of a whole answer and gives one score to each side. It learns to score the "
    "teacher's rows above the student's, with a penalty on its slope. The student lowers the "
    "opposite, beside cross-entropy and reverse KL, and the gradient runs through the rows."
)


def game() -> Diagram:
    """Text, models, rows, discriminator, scores; dashed is where gradients go."""
    return Diagram(SIZE, ALT, (*_forward(), *_gradients()))


def _forward() -> list[str]:
    half, wide = BOX[0] / 2, ROW_BOX[0] / 2
    parts = [
        arrow([(TEXT, MIDDLE - 26), (TEXT, ABOVE), (MODEL - half - 2, ABOVE)]),
        arrow([(TEXT, MIDDLE + 26), (TEXT, BELOW), (MODEL - half - 2, BELOW)]),
        box((TEXT, MIDDLE), (100, 52), ["the teacher's", "text"], "ink", 1.5),
    ]
    for y, who, moves in ((ABOVE, "teacher", "frozen"), (BELOW, "student", "learns")):
        side = y + (14 if y == ABOVE else -14)
        into = [(ROWS + wide, side), (JUDGE - 30, side), (JUDGE - 30, MIDDLE + _sign(y) * 30)]
        parts += [
            arrow([(MODEL + half, y), (ROWS - wide - 2, y)], who),
            arrow(into, who),
            box((MODEL, y), BOX, [who, moves], who),
            box((ROWS, y), ROW_BOX, ["log-probabilities,", "0 behind the end"], who),
        ]
    return [
        *parts,
        arrow([(JUDGE + 74, MIDDLE), (SCORES - 62, MIDDLE)], "discriminator"),
        box((JUDGE, MIDDLE), (148, 56), ["discriminator", "whole answers"], "discriminator"),
        box((SCORES, MIDDLE), (120, 56), ["one score each", "D(p), D(q)"], "ink", 1.5),
    ]


def _gradients() -> list[str]:
    low = BELOW + 52
    back = [(SCORES, MIDDLE + 28), (SCORES, low), (MODEL, low), (MODEL, BELOW + 27)]
    learns = [
        (SCORES, MIDDLE - 28),
        (SCORES, ABOVE - 12),
        (JUDGE, ABOVE - 12),
        (JUDGE, MIDDLE - 30),
    ]
    return [
        arrow(learns, "discriminator", dashed=True),
        words((SCORES + 60, ABOVE - 32), "1  D learns: D(p) above D(q)", "end", size=13),
        arrow(back, "student", dashed=True),
        words(
            ((MODEL + SCORES) / 2, low + 18),
            "2  the student learns: D(q) up, beside cross-entropy and reverse KL",
            size=13,
        ),
    ]


def _sign(y: float) -> int:
    return -1 if y == ABOVE else 1
