"""What GAD's paper prints, test by test, and what a replication of it found."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from labkit import paths
from labkit.plots.looks import ROLES
from labkit.plots.picture import Picture, draw_picture

METHODS = {"before": "before", "SeqKD": "student", "GAD": "generator"}
"""Method -> the role that it is drawn as."""
PLACES = {"before": 0.22, "SeqKD": 0.0, "GAD": -0.22}


@dataclass(frozen=True)
class Score:
    """One number of the paper's main table."""

    student: str
    method: str
    test: str
    value: float
    """100 s / (s + reference) by a judge model; 50 is parity with its reference."""


def scores() -> list[Score]:
    """The paper's numbers in its order, the teacher's first."""
    return [
        Score(row["student"], row["method"], row["test"], float(row["score"]))
        for row in _rows("scores")
    ]


def replication() -> dict[str, float]:
    """Method -> score of a replication by others; to be compared with each other alone."""
    return {row["method"]: float(row["score"]) for row in _rows("replication")}


def gains(first: str = "GAD", second: str = "SeqKD") -> Mapping[tuple[str, str], float]:
    """(student, test) -> points of one method minus another, as printed."""
    table = {(one.student, one.test, one.method): one.value for one in scores()}
    return {
        (student, test): value - table[student, test, second]
        for (student, test, method), value in table.items()
        if method == first
    }


def picture() -> Picture:
    """Every number of the table: students in rows, tests in columns, the teacher as a line."""
    found = scores()
    tests = list(dict.fromkeys(one.test for one in found))
    students = list(dict.fromkeys(one.student for one in found if one.method in METHODS))[::-1]

    def draw(all_axes: tuple[Axes, ...]) -> str:
        for axes, test in zip(all_axes, tests, strict=True):
            for one in (one for one in found if one.test == test):
                if one.method not in METHODS:
                    axes.axvline(one.value, color=ROLES["teacher"].color, label="teacher")
                    continue
                look = ROLES[METHODS[one.method]]
                label = one.method if one.student == students[0] else None
                place = students.index(one.student) + PLACES[one.method]
                axes.plot(one.value, place, look.mark, color=look.color, label=label)
            axes.set(xlim=(43, 53), ylim=(-0.6, len(students) - 0.4), title=test)
            axes.set_yticks(range(len(students)), students if axes is all_axes[0] else [])
            axes.set_xlabel("judge's score")
        all_axes[-1].legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
        said = "; ".join(
            f"{student} on {test} {value:+.1f}" for (student, test), value in gains().items()
        )
        return f"Scores as printed, one number each. GAD minus SeqKD in points: {said}."

    drawn = draw_picture(draw, (9.2, 3.2), columns=len(tests))
    drawn.figure.subplots_adjust(left=0.13, right=0.86, wspace=0.12)
    return drawn


def _rows(name: str) -> list[dict[str, str]]:
    file = paths.root() / "data" / "paper" / "gad" / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))
