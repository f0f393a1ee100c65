"""The closing questions of a lesson, taken apart: what is asked, and what a good answer says."""

import re
from dataclasses import dataclass
from itertools import pairwise

from labkit.course.build.marks import Cell

QUESTION = re.compile(
    r"^\d+\. (?P<asked>(?:(?!\n\n).)+)\n\n<details><summary>[^<]*</summary>\n\n"
    r"(?P<answer>.+?)\n\n</details>\n?",
    re.DOTALL | re.MULTILINE,
)
"""A numbered paragraph with a folded answer below it."""
HEADING = re.compile(r"^## .*\bquestions?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One closing question."""

    asked: str
    answer: str
    """The model answer, as Markdown."""


@dataclass(frozen=True)
class Closing:
    """A text cell that ends a lesson."""

    before: str
    """The text up to the first question, with the heading."""
    questions: tuple[Question, ...]
    after: str
    """What follows the last question; "" for nothing."""


def closing(cell: Cell) -> Closing | None:
    """The questions of a text cell; None for a cell that asks none at a lesson's end.

    The text between two questions must be empty, so that nothing is lost.
    """
    heading = HEADING.search(cell.source) if cell.kind == "markdown" else None
    found = list(QUESTION.finditer(cell.source, heading.end())) if heading else []
    if not found:
        return None
    between = [cell.source[a.end() : b.start()] for a, b in pairwise(found)]
    if any(text.strip() for text in between):
        raise ValueError(f"text between two closing questions: {''.join(between).strip()[:60]}")
    questions = tuple(Question(" ".join(one["asked"].split()), one["answer"]) for one in found)
    before, after = cell.source[: found[0].start()], cell.source[found[-1].end() :]
    return Closing(before.strip(), questions, after.strip())
