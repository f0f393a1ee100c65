"""How the roles are drawn in every picture: colour, line, hatch and mark.

Colours are the set of Okabe and Ito (jfly.uni-koeln.de/color), told apart by people with any
common colour vision; line, hatch or mark is the second cue.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Look:
    """How a role is drawn."""

    color: str
    line: str = "-"
    hatch: str = ""
    """Of its bars."""
    mark: str = "o"
    """Of its points."""


ROLES = {
    "teacher": Look("#0072B2", "-", "", "|"),
    "assistant": Look("#009E73", "--", "//", "^"),
    "labels only": Look("#D55E00", "-.", "\\\\", "s"),
    "student": Look("#E69F00", "-", "..", "o"),
    "baseline": Look("#767676", ":", "xx", "x"),
    "generator": Look("#CC79A7", "-", "", "o"),
    "discriminator": Look("#56B4E9", "--", "///", "s"),
    "fake": Look("#CC79A7", "-", "", "o"),
    "real": Look("#56B4E9", "--", "", "s"),
    "before": Look("#A6A6A6", "-", "", "o"),
    "other": Look("#000000", "-", "", "o"),
}
"""A name belongs to the first role whose word it holds, so "student, labels only" to the second."""

SERIES = (
    Look("#E69F00", "-", "", "o"),
    Look("#CC79A7", "--", "//", "s"),
    Look("#56B4E9", "-.", "\\\\", "D"),
    Look("#000000", ":", "..", "^"),
    Look("#8C6D00", "-", "xx", "v"),
)
"""Settings of one model side by side; no colour of teacher, assistant or labels is among them."""


def style(role: str) -> dict[str, Any]:
    """Colour and line style of a role, to be passed on to `axes.plot`."""
    if role not in ROLES:
        raise ValueError(f"no role {role!r}; the roles are {', '.join(ROLES)}")
    return {"color": ROLES[role].color, "linestyle": ROLES[role].line}


def series(place: int) -> dict[str, Any]:
    """Colour, line style and width of the curve at this place of a list of settings."""
    look = SERIES[place % len(SERIES)]
    return {"color": look.color, "linestyle": look.line, "linewidth": 2}
