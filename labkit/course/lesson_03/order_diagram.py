"""Logits carry no names: two models that count the classes in another order."""

from labkit.plots.diagram import Diagram, arrow, box, words

TEACHER = ("person", "place", "number")
STUDENT = ("place", "person", "number")
"""What class 0, 1 and 2 mean to each."""

SIZE = (760.0, 236.0)
LEFT, RIGHT = 166.0, 430.0
FIRST, ROW = 74.0, 56.0
BOX = (150.0, 38.0)


def wrong_order() -> Diagram:
    """Each position of the teacher's row beside the position that hears it."""
    parts = [
        words((LEFT, 24), "teacher's row", bold=True),
        words((RIGHT, 24), "student's row", bold=True),
    ]
    for place, (said, heard) in enumerate(zip(TEACHER, STUDENT, strict=True)):
        y = FIRST + ROW * place
        fits = said == heard
        parts.append(arrow([(LEFT + BOX[0] / 2, y), (RIGHT - BOX[0] / 2 - 2, y)], dashed=not fits))
        parts.append(box((LEFT, y), BOX, [said], "teacher"))
        parts.append(box((RIGHT, y), BOX, [heard], "student"))
        parts.append(words((LEFT - BOX[0] / 2 - 16, y), f"class {place}", "end"))
        end = "as meant" if fits else f"{said} taken for {heard}"
        parts.append(words((RIGHT + BOX[0] / 2 + 14, y), end, "start", bold=not fits, size=13))
    wrong = [pair for pair in zip(TEACHER, STUDENT, strict=True) if pair[0] != pair[1]]
    mixed = "; ".join(f"{said} is taken for {heard}" for said, heard in wrong)
    alt = (
        f"The teacher's classes are {', '.join(TEACHER)}, the student's {', '.join(STUDENT)}. A "
        f"soft loss compares position with position, so {mixed}. No error is raised."
    )
    low = "a soft loss compares position with position: nothing fails, the student learns it so"
    parts.append(words((SIZE[0] / 2, SIZE[1] - 14), low, size=13))
    return Diagram(SIZE, alt, tuple(parts))
