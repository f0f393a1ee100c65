"""Where a lesson stands in the course: what came before, what it left open, what comes next."""

import html
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from labkit import paths
from labkit.course.lesson_files import lessons
from labkit.plots.diagram import Diagram, arrow, box, words

WIDE, HIGH = 760.0, 146.0
BOX_HIGH, ROW = 66.0, 44.0
GAP = 11.0
HERE, ELSEWHERE = 4.5, 1.2
"""Width of a box's edge: of the lesson that is read, and of the others."""
PAGES = {
    "before_you_start.md": "Before you start",
    "cheat_sheet.md": "Cheat sheet",
    "glossary.md": "Glossary",
}
"""Pages beside the lessons -> their titles."""


@dataclass(frozen=True)
class Station:
    """One lesson on the map."""

    name: tuple[str, str]
    """Two short lines."""
    asks: str
    """The lesson's question."""
    leaves_open: str
    """What a reader does not know yet when it ends."""


STATIONS = {
    "00": Station(
        ("the", "ladder"),
        "How do we know that a method helps?",
        "what exactly a teacher's answers hold that labels do not",
    ),
    "01": Station(
        ("soft", "answers"),
        "What does a teacher teach beside the labels?",
        "whether a small student must copy the size of the teacher's logits, too",
    ),
    "02": Station(
        ("the", "z-score"),
        "What is lost when only the shape of a row is copied?",
        "whether a student far smaller than its teacher needs a model in between",
    ),
    "03": Station(
        ("chains", ""),
        "Does an assistant pay for its own training?",
        "whether a network can find what a formula of the difference misses",
    ),
    "04": Station(
        ("real or", "fake"),
        "What does a discriminator add to the same steps without it?",
        "what happens when the teacher does not stand still but learns beside its student",
    ),
    "05": Station(
        ("learning", "together"),
        "Does a teacher that listens, and is squeezed, teach better?",
        "what remains of all this when the teacher writes text and shows no logits",
    ),
    "06": Station(
        ("black", "box"),
        "What can be learned from a language model's text alone?",
        "what its probabilities add where one may see them",
    ),
    "07": Station(
        ("white", "box"),
        "Which divergence should a small language model lower?",
        "how to do all of it with data of your own",
    ),
    "08": Station(
        ("your", "own"),
        "How do you distil, judge and deploy a model of your own?",
        "your own question",
    ),
}
"""Number of a lesson -> its place on the map, in order."""


@dataclass(frozen=True)
class Onward:
    """The end of a lesson: what is left open, the next lesson, and pages to keep."""

    left_open: str
    links: tuple[tuple[str, str], ...]
    """(address, words)."""

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li><a href="{html.escape(address)}">{html.escape(said)}</a></li>'
            for address, said in self.links
        )
        return f"<p><b>Left open:</b> {html.escape(self.left_open)}.</p><ul>{items}</ul>"


def here(number: str, notebooks: Path | None = None) -> Diagram:
    """The lessons in a row with this one marked, its question, and what the last one left open.

    number: such as "03"; notebooks: the folder of the lessons
    Only lessons that exist are drawn. errors: ValueError for a lesson that is not on the map
    """
    present = _present(number, notebooks)
    width = (WIDE - GAP * (len(present) + 1)) / len(present)
    centres = [GAP + width / 2 + place * (width + GAP) for place in range(len(present))]
    parts = [
        arrow([(left + width / 2, ROW), (right - width / 2, ROW)])
        for left, right in pairwise(centres)
    ]
    for x, one in zip(centres, present, strict=True):
        lines = [one, *STATIONS[one].name]
        edge = HERE if one == number else ELSEWHERE
        parts.append(
            box((x, ROW), (width, BOX_HIGH), [line for line in lines if line], "ink", edge)
        )
    said = _said(number, present)
    parts += [words((GAP, 102 + 24 * place), line, "start") for place, line in enumerate(said)]
    names = ", ".join(f"{one} {' '.join(STATIONS[one].name).strip()}" for one in present)
    alt = f"Map of the course: {names}. You are in lesson {number}. {' '.join(said)}"
    return Diagram((WIDE, HIGH), alt, tuple(parts))


def onward(number: str, notebooks: Path | None = None) -> Onward:
    """What this lesson leaves open, with links to the next one and to the pages to keep.

    number: such as "03"; notebooks: the folder of the lessons
    errors: ValueError for a lesson that is not on the map
    """
    present = _present(number, notebooks)
    later = [one for one in present if one > number]
    links = []
    if later:
        words_of_it = " ".join(STATIONS[later[0]].name).strip()
        file = _files(notebooks)[later[0]]
        asks = STATIONS[later[0]].asks
        links.append((file.name, f"Next, lesson {later[0]}, {words_of_it}: {asks}"))
    up = "" if Path("cheat_sheet.md").exists() else "../"  # solutions lie a folder deeper
    links += [(f"{up}{page}", title) for page, title in PAGES.items()]
    return Onward(STATIONS[number].leaves_open, tuple(links))


def _said(number: str, present: list[str]) -> list[str]:
    before = [one for one in present if one < number]
    said = [f"This lesson asks: {STATIONS[number].asks}"]
    if before:
        last = before[-1]
        said.insert(0, f"Lesson {last} left open {STATIONS[last].leaves_open}.")
    return said


def _files(notebooks: Path | None) -> dict[str, Path]:
    folder = notebooks or paths.root() / "notebooks"
    return {path.name[:2]: path for path in lessons(folder)}


def _present(number: str, notebooks: Path | None) -> list[str]:
    """The lessons that exist, in order; this one is among them even when it lies elsewhere."""
    if number not in STATIONS:
        raise ValueError(f"no lesson {number!r} on the map; it has {', '.join(STATIONS)}")
    there = _files(notebooks)
    return [one for one in STATIONS if one in there or one == number]
