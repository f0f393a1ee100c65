"""Copies: how a teacher gets to say something that no label says."""

from labkit.data.augment import AugmentConfig, vary
from labkit.plots.diagram import Diagram, arrow, box, words

QUESTION = "what city has the oldest zoo ?"
COPIES = vary([QUESTION], AugmentConfig(n_iter=8, seed=3)).texts[:3]
"""Made by the very function that the lesson calls."""

SIZE = (796.0, 300.0)
TEXT, TEACHER, ROWS, STUDENT = 168.0, 420.0, 568.0, 722.0
"""Columns, from left to right."""
FIRST, ROW = 60.0, 60.0
WIDE = (316.0, 38.0)
OF_ROW = (112.0, 38.0)

ALT = (
    f"One question of the training set has a label: {QUESTION} Copies of it, with words hidden or "
    f"cut away, have none: {'; '.join(COPIES)}. The frozen teacher answers the question and each "
    "copy with a row of logits, one row per text. The student learns from all rows; the label it "
    "does not see."
)


def copies() -> Diagram:
    """A question and its copies, the teacher's rows, the student that learns from them."""
    parts = [
        words((TEXT, 20), "texts", bold=True),
        words((ROWS, 20), "one row of logits per text", bold=True),
    ]
    texts = (QUESTION, *COPIES)
    middle = FIRST + ROW * (len(texts) - 1) / 2
    for place, text in enumerate(texts):
        parts += _line(FIRST + ROW * place, text, "ink" if place else "labels only", middle)
    parts.append(box((TEACHER, middle), (88, 226), ["teacher", "frozen"], "teacher"))
    parts.append(box((STUDENT, middle), (108, 60), ["student", "learns"], "student"))
    low = SIZE[1] - 18
    said = "the question has a label, which is not used here; its copies never had one"
    parts.append(words((SIZE[0] / 2, low), said))
    return Diagram(SIZE, ALT, tuple(parts))


def _line(y: float, text: str, role: str, middle: float) -> list[str]:
    """One text on its way: to the teacher, to a row of logits, to the student."""
    behind = TEACHER + 44
    return [
        arrow([(TEXT + WIDE[0] / 2, y), (TEACHER - 46, y)]),
        box((TEXT, y), WIDE, [], role, 1.5),
        words((TEXT, y), text, size=13),
        arrow([(behind, y), (ROWS - OF_ROW[0] / 2 - 2, y)], "teacher"),
        box((ROWS, y), OF_ROW, ["soft answer"], "teacher"),
        arrow([(ROWS + OF_ROW[0] / 2, y), (STUDENT - 56, middle + (y - middle) / 5)], "student"),
    ]
