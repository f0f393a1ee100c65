"""The game: what D reads, who trains whom, and the two readings of what the student wants."""

from labkit.plots.diagram import Diagram, arrow, box, words

SIZE = (760.0, 396.0)
LEFT, MIDDLE, RIGHT = 110.0, 400.0, 650.0
REAL, BETWEEN, FAKE = 64.0, 150.0, 236.0
"""Heights of the real side, of D, of the guided side."""
BOX = (180.0, 52.0)
FIRST = 336.0

ALT = (
    "D, a small network, reads a row of logits and the text's label. In the reading 'resemble' the "
    "real side is the teacher's logits, in the reading 'differ' the logits of the stage-1 student; "
    "the other side is the guided student's logits. Step 1: D learns to tell the two sides apart; "
    "only D moves. Step 2: D stands still, and the guided student learns from D's score, from the "
    "teacher's logits and from the labels. To resemble, it wants to be taken for the teacher, "
    "against D. To differ, it wants to be told from the stage-1 student, as D does, so nobody "
    "plays against D."
)


def game() -> Diagram:
    """D between its two sides, the two steps of a round, and what the student wants."""
    return Diagram(SIZE, ALT, (*_rows(), *_steps(), *_readings()))


def _rows() -> list[str]:
    half, edge = BOX[0] / 2, 75.0
    return [
        arrow([(LEFT + half, REAL), (MIDDLE - 40, REAL), (MIDDLE - 40, BETWEEN - 32)], "real"),
        arrow([(LEFT + half, FAKE), (MIDDLE - 40, FAKE), (MIDDLE - 40, BETWEEN + 32)], "fake"),
        arrow([(LEFT + half, BETWEEN), (MIDDLE - edge - 2, BETWEEN)]),
        words((LEFT + half + 66, REAL - 16), "a row of logits", size=13),
        words((LEFT + half + 66, BETWEEN - 16), "the label", size=13),
        words((LEFT + half + 66, FAKE - 16), "a row of logits", size=13),
        box((LEFT, REAL), BOX, ["another model's logits", "frozen, see below"], "real"),
        box((LEFT, BETWEEN), BOX, ["labels"], "labels only"),
        box((LEFT, FAKE), BOX, ["guided student's logits", "stage 2"], "fake"),
        box((MIDDLE, BETWEEN), (2 * edge, 60), ["D", "score: real?"], "discriminator"),
    ]


def _steps() -> list[str]:
    low = FAKE + 44
    learns = [(MIDDLE + 77, BETWEEN), (RIGHT, BETWEEN), (RIGHT, REAL), (MIDDLE, REAL)]
    guides = [(MIDDLE + 40, BETWEEN + 30), (MIDDLE + 40, low), (LEFT, low), (LEFT, FAKE + 28)]
    return [
        arrow([*learns, (MIDDLE, BETWEEN - 32)], "discriminator", dashed=True),
        words(
            ((MIDDLE + RIGHT) / 2 + 4, REAL - 16), "1  D learns to tell the sides apart", size=13
        ),
        words((RIGHT - 8, (REAL + BETWEEN) / 2), "only D moves", "end", size=13),
        arrow(guides, "fake", dashed=True),
        words((MIDDLE + 52, BETWEEN + 58), "2  D stands still, the student", "start", size=13),
        words((MIDDLE + 52, BETWEEN + 76), "learns from its score, beside", "start", size=13),
        words((MIDDLE + 52, BETWEEN + 94), "soft loss and labels", "start", size=13),
    ]


def _readings() -> list[str]:
    columns = (
        ("resemble:  against D: a game", "the teacher", "be taken for it"),
        ("differ:  with D: no game", "the stage-1 student", "be told from it"),
    )
    parts = []
    for place, (title, other, wish) in enumerate(columns):
        left = 24 + place * SIZE[0] / 2
        parts.append(words((left, FIRST - 14), title, "start", bold=True))
        parts.append(words((left, FIRST + 8), f"other model: {other}", "start", size=13))
        parts.append(words((left, FIRST + 28), f"student wants to {wish}", "start", size=13))
    return parts
