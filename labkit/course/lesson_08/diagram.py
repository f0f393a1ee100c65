"""From a file to a deployed model: what is made from what, and which split each step may see."""

from dataclasses import dataclass

from labkit.plots.diagram import Diagram, Point, arrow, box, words

SIZE: Point = (760.0, 330.0)
BOX: Point = (128.0, 62.0)


@dataclass(frozen=True)
class Stage:
    """One step of the way, and what it may look at."""

    place: Point
    lines: tuple[str, ...]
    role: str
    sees: str
    """Which split it may see."""


STAGES = {
    "file": Stage((80, 60), ("your file", "text, label"), "ink", "all rows"),
    "floor": Stage((290, 60), ("floor", "TF-IDF"), "baseline", "train, validation"),
    "teacher": Stage((290, 165), ("teacher", "fine-tuned"), "teacher", "train, validation"),
    "student": Stage((480, 165), ("student", "T and copies"), "student", "train, validation"),
    "verdict": Stage((670, 60), ("verdict", "pays or not"), "ink", "test, once"),
    "files": Stage((480, 270), ("two ONNX files", "32 bits, int8"), "student", "validation"),
    "folder": Stage((670, 270), ("folder", "card and check"), "ink", "20 validation texts"),
}
"""Name -> stage, in the order of the lesson."""
WAYS = (
    ("file", "floor"),
    ("file", "teacher"),
    ("teacher", "student"),
    ("floor", "verdict"),
    ("student", "verdict"),
    ("student", "files"),
    ("files", "folder"),
    ("verdict", "folder"),
)


def way() -> Diagram:
    """Boxes for the steps, arrows for what goes into what, the split that each may see below."""
    parts = [arrow(_points(STAGES[start].place, STAGES[end].place)) for start, end in WAYS]
    for stage in STAGES.values():
        x, y = stage.place
        parts.append(box(stage.place, BOX, stage.lines, stage.role))
        parts.append(words((x, y + BOX[1] / 2 + 13), f"sees {stage.sees}", size=12))
    said = " ".join(
        f"{' '.join(stage.lines)} sees {stage.sees}"
        + (f" and leads to {', '.join(after)}." if (after := _after(name)) else ".")
        for name, stage in STAGES.items()
    )
    return Diagram(SIZE, f"From a file to a model that runs anywhere. {said}", tuple(parts))


def _after(name: str) -> list[str]:
    return [STAGES[end].lines[0] for start, end in WAYS if start == name]


def _points(start: Point, end: Point) -> list[Point]:
    """From edge to edge; a way down begins below the words of its box."""
    wide, high = BOX[0] / 2, BOX[1] / 2
    if start[0] == end[0]:
        below = 22 if end[1] > start[1] else 0
        return [(start[0], start[1] + high + below), (end[0], end[1] - high)]
    return [(start[0] + wide, start[1]), (end[0] - wide, end[1])]
