"""Where the z-score stands: in front of the soft loss alone, or in front of both losses."""

from dataclasses import dataclass

from labkit.plots.diagram import Diagram, arrow, box, words

SIZE = (796.0, 312.0)
FIRST, WAY = 100.0, 148.0
LOGITS, SCALED, LOSS, TOLD = 76.0, 246.0, 438.0, 556.0
"""Columns; the last one is where the words begin."""
BOX = (116.0, 40.0)
APART = 28.0
"""Between a way's middle and each of its two losses."""


@dataclass(frozen=True)
class Way:
    """One reading of a paper's sentence."""

    title: str
    hard_from: str
    """ "logits" or "z-scores": what the cross-entropy reads."""
    at_two: tuple[str, str]
    """What it means at two classes, in two lines."""


WAYS = (
    Way(
        "as eq. 2 and 4 print it",
        "logits",
        ("the soft loss has no gradient,", "the labels still teach"),
    ),
    Way(
        'as "on the outputs of each model" says',
        "z-scores",
        ("neither loss has a gradient:", "the student stays where it began"),
    ),
)


def where_it_stands() -> Diagram:
    """Both readings under one another, with what is left of them at two classes."""
    parts = [words((TOLD, 22), "at two classes", "start", bold=True)]
    for place, way in enumerate(WAYS):
        parts += _way(way, FIRST + WAY * place)
    said = ". ".join(
        f"Read {way.title}, the soft loss takes the z-scores and the cross-entropy takes the "
        f"{way.hard_from}; at two classes {' '.join(way.at_two)}"
        for way in WAYS
    )
    return Diagram(SIZE, f"A student's logits go to two losses. {said}.", tuple(parts))


def _way(way: Way, y: float) -> list[str]:
    soft, hard, half = y - APART, y + APART, BOX[0] / 2
    parts = [words((LOGITS - half, y - 66), way.title, "start", bold=True)]
    parts.append(arrow([(LOGITS + half, soft), (SCALED - half - 2, soft)], "student"))
    parts.append(arrow([(SCALED + half, soft), (LOSS - half - 2, soft)], "student"))
    start = (LOGITS + half, hard) if way.hard_from == "logits" else (SCALED + half, hard)
    parts.append(arrow([start, (LOSS - half - 2, hard)], "student"))
    high = BOX[1] if way.hard_from == "logits" else BOX[1] + 2 * APART
    centre = soft if way.hard_from == "logits" else y
    parts += [
        box((LOGITS, y), (BOX[0], BOX[1] + 2 * APART), ["student's", "logits"], "student"),
        box((SCALED, centre), (BOX[0], high), ["z-score"], "ink", 1.5),
        box((LOSS, soft), BOX, ["soft loss"], "teacher"),
        box((LOSS, hard), BOX, ["cross-entropy"], "labels only"),
    ]
    lines = zip((-9, 9), way.at_two, strict=True)
    return [*parts, *(words((TOLD, y + down), line, "start") for down, line in lines)]
