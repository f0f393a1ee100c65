"""Two losses and a temperature: which logits go where, and whom the gradient reaches."""

from labkit.plots.diagram import Diagram, arrow, box, words

SIZE = (796.0, 350.0)
BOX = (128.0, 52.0)
TEXTS, MODEL, LOGITS, SOFT, LOSS = 58.0, 203.0, 356.0, 546.0, 740.0
"""Columns, from left to right."""
ABOVE, MIDDLE, BELOW = 60.0, 165.0, 270.0
"""Rows: the teacher's, what both share, the student's."""

ALT = (
    "The same texts go to the teacher and to the student. The teacher is frozen. Its logits and "
    "the student's are both divided by the temperature T and meet in the soft loss, T squared "
    "times the KL from the teacher to the student. The student's logits, not divided, meet the "
    "labels in the hard loss, a cross-entropy. The gradient of both losses goes back to the "
    "student alone."
)


def two_losses() -> Diagram:
    """Texts, teacher, student, the soft loss with T, the hard loss with the labels."""
    return Diagram(SIZE, ALT, (*_models(), *_losses(), *_gradient()))


def _models() -> list[str]:
    half = BOX[0] / 2
    return [
        arrow([(TEXTS, MIDDLE - 26), (TEXTS, ABOVE), (MODEL - half - 2, ABOVE)]),
        arrow([(TEXTS, MIDDLE + 26), (TEXTS, BELOW), (MODEL - half - 2, BELOW)]),
        box((TEXTS, MIDDLE), (96, 52), ["texts"], "ink", 1.5),
        arrow([(MODEL + half, ABOVE), (LOGITS - half - 2, ABOVE)], "teacher"),
        arrow([(MODEL + half, BELOW), (LOGITS - half - 2, BELOW)], "student"),
        box((MODEL, ABOVE), BOX, ["teacher", "frozen"], "teacher"),
        box((MODEL, BELOW), BOX, ["student", "learns"], "student"),
        box((LOGITS, ABOVE), BOX, ["teacher logits", "(batch, classes)"], "teacher"),
        box((LOGITS, BELOW), BOX, ["student logits", "(batch, classes)"], "student"),
    ]


def _losses() -> list[str]:
    half = BOX[0] / 2
    return [
        arrow([(LOGITS + half, ABOVE), (SOFT, ABOVE), (SOFT, MIDDLE - 28)], "teacher"),
        arrow([(LOGITS, BELOW - 26), (LOGITS, MIDDLE), (SOFT - 104, MIDDLE)], "student"),
        words((LOGITS + half + 22, ABOVE - 18), "/ T", bold=True),
        words((LOGITS - 22, (MIDDLE + BELOW) / 2), "/ T", bold=True),
        arrow([(LOGITS + half, BELOW), (SOFT - 104, BELOW)], "student"),
        arrow([(LOSS, MIDDLE + 26), (LOSS, BELOW), (SOFT + 104, BELOW)], "labels only"),
        box((SOFT, MIDDLE), (204, BOX[1]), ["soft loss", "T² · KL(teacher ‖ student)"], "ink", 1.5),
        box((SOFT, BELOW), (204, BOX[1]), ["hard loss", "cross-entropy, no T"], "ink", 1.5),
        box((LOSS, MIDDLE), (96, BOX[1]), ["labels", "(batch,)"], "labels only"),
    ]


def _gradient() -> list[str]:
    low = BELOW + 46
    return [
        arrow([(SOFT, BELOW + 26), (SOFT, low), (MODEL, low), (MODEL, BELOW + 28)], dashed=True),
        words(((MODEL + SOFT) / 2, low + 18), "gradient of both losses: to the student alone"),
    ]
