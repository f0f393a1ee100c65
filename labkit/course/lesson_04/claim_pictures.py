"""Verdict lines of lesson 04 as a picture: what was measured beside what the paper prints."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from matplotlib.axes import Axes

from labkit.course.lesson_04.claim_grid import by_claim
from labkit.experiments.adversarial.verdict_table import is_own
from labkit.experiments.claims import Line
from labkit.plots.looks import ROLES, style
from labkit.plots.picture import Picture, draw_picture


def differences(lines: Sequence[Line]) -> Picture:
    """Verdict lines as a picture: our difference with its interval, the paper's as a diamond.

    lines: whose numbers are differences of accuracies in [-1, 1]; from top to bottom
    """
    shown = [line for line in lines if line.low]

    def draw(axes: Axes) -> str:
        for place, line in enumerate(reversed(shown)):
            low, ours, high = (100 * float(value) for value in (line.low, line.ours, line.high))
            clear = low > 0 or high < 0
            colour = ROLES["student" if clear else "baseline"].color
            axes.hlines(place, low, high, color=colour, linewidth=3)
            axes.plot(ours, place, "o" if clear else "s", color="black", markersize=5)
            if not is_own(line):
                axes.plot(100 * float(line.paper), place, "D", color=ROLES["teacher"].color)
        if not all(is_own(line) for line in shown):
            blue = ROLES["teacher"].color
            axes.plot([], [], "D", color=blue, label="the paper's difference")
            axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 0.99))
        axes.axvline(0, **style("baseline"))
        names = [f"{line.dataset}: {_folded(line.claim)}" for line in reversed(shown)]
        axes.set_yticks(range(len(shown)), names, fontsize=9)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xlabel("difference in test accuracy, points, with 95 % interval")
        alt = " ".join(_sentence(line) for line in shown)
        return f"Differences in accuracy with intervals and a line at 0. {alt}"

    picture = draw_picture(draw, (8.5, 0.5 * max(1, len(shown)) + 1.2))
    picture.figure.subplots_adjust(left=0.48)
    return picture


def forest(lines: Sequence[Line]) -> Picture:
    """The paper's claims one below the other: ours with its interval, the paper's as hollow mark.

    lines: from `claim_grid.of_paper`; those of one claim stand together under its words
    """
    rows: list[tuple[str, Line | None]] = []
    for claim, some in by_claim(lines).items():
        rows += [(claim.rstrip("."), None), *((_row_name(line, some), line) for line in some)]

    def draw(axes: Axes) -> str:
        ink, grey, blue = "black", ROLES["baseline"].color, ROLES["teacher"].color
        for place, (text, line) in enumerate(rows):
            if line is None:
                edge = axes.get_yaxis_transform()
                look: dict[str, Any] = {"fontsize": 9.5, "weight": "bold", "va": "center"}
                look["bbox"] = {"color": "white", "pad": 1}
                axes.text(-0.14, place, text, transform=edge, **look)
                continue
            low, ours, high = (100 * float(value) for value in (line.low, line.ours, line.high))
            colour = ink if low > 0 or high < 0 else grey
            axes.hlines(place, low, high, color=colour, linewidth=2.5)
            axes.plot(ours, place, "o", color=colour, markersize=5)
            axes.plot(100 * float(line.paper), place, "D", color=blue, fillstyle="none")
        axes.plot([], [], "o-", color=ink, label="ours, interval leaves out 0")
        axes.plot([], [], "o-", color=grey, label="ours, interval holds 0")
        axes.plot([], [], "D", color=blue, fillstyle="none", label="the paper")
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.45, 1), ncols=3)
        axes.axvline(0, **style("baseline"))
        sets = [place for place, (_, line) in enumerate(rows) if line is not None]
        axes.set_yticks(sets, [rows[place][0] for place in sets], fontsize=9)
        axes.set_ylim(len(rows) - 0.4, -0.7)
        axes.spines[["left", "top", "right"]].set_visible(False)
        axes.set_xlabel("difference in test accuracy, points, with 95 % interval")
        return f"The paper's claims with our intervals. {' '.join(map(_sentence, lines))}"

    picture = draw_picture(draw, (8.0, 0.21 * max(1, len(rows)) + 1.2))
    picture.figure.subplots_adjust(left=0.14)
    return picture


def _row_name(line: Line, of_claim: Sequence[Line]) -> str:
    """The data set, with its table where two tables ask the same of it."""
    alike = [one for one in of_claim if one.dataset == line.dataset]
    return line.dataset if len(alike) == 1 else f"{line.dataset}, {line.table}"


def _sentence(line: Line) -> str:
    span = f"{100 * float(line.low):+.1f} to {100 * float(line.high):+.1f}"
    paper = "" if is_own(line) else f", the paper has {100 * float(line.paper):+.1f}"
    ours = f"{100 * float(line.ours):+.1f} points ({span})"
    return f"{line.dataset}, {line.claim.rstrip('.')}: {ours}{paper}; {line.word}."


def _folded(claim: str) -> str:
    """A claim on two lines of about equal length when it is long."""
    words, half = claim.rstrip(".").split(), ceil(len(claim) / 2)
    if len(claim) < 46:
        return " ".join(words)
    first = ""
    while words and len(first) < half:
        first = f"{first} {words.pop(0)}".strip()
    return f"{first}\n{' '.join(words)}"
