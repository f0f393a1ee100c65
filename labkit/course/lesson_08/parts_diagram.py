"""Three parts of a file: what each of them may decide."""

from dataclasses import dataclass

from labkit.plots.diagram import Diagram, arrow, box, words


@dataclass(frozen=True)
class Part:
    """A part of the rows, and what it is for."""

    name: str
    role: str
    decides: tuple[str, str]
    looked_at: str


PARTS = (
    Part("train", "student", ("weights of teacher", "and student"), "as often as you like"),
    Part(
        "validation", "assistant", ("temperature, copies,", "which model wins"), "for each choice"
    ),
    Part("test", "teacher", ("nothing:", "it only measures"), "once, at the end"),
)

SIZE = (740.0, 250.0)
FIRST, APART = 132.0, 238.0
FILE, PART, WHAT, LOOKS = 28.0, 96.0, 172.0, 226.0
"""Heights."""


def who_decides_what() -> Diagram:
    """The parts side by side, each with what it decides and how often it is read."""
    middle = FIRST + APART
    parts = [
        arrow([(middle, FILE + 16), (FIRST + APART * place, PART - 24)])
        for place in range(len(PARTS))
    ]
    parts.append(box((middle, FILE), (260, 32), ["your file, every text in one part"], "ink", 1.5))
    for place, part in enumerate(PARTS):
        x = FIRST + APART * place
        parts += [
            arrow([(x, PART + 22), (x, WHAT - 28)], part.role),
            box((x, PART), (150, 44), [part.name], part.role),
            box((x, WHAT), (216, 52), ["decides " + part.decides[0], part.decides[1]], "ink", 1.5),
            words((x, LOOKS), f"read {part.looked_at}", size=13),
        ]
    said = "; ".join(
        f"{part.name} decides {' '.join(part.decides)}, and is read {part.looked_at}"
        for part in PARTS
    )
    return Diagram(SIZE, f"A file is cut into three parts. {said}.", tuple(parts))
