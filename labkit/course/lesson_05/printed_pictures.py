"""What the KDFD paper prints, number by number: one row of its tables minus another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from labkit.experiments.online.facts.printed_numbers import Printed, half_width, printed
from labkit.plots.looks import SERIES, style
from labkit.plots.picture import Picture, draw_picture

Row = tuple[str, str]
"""(table, method), such as ("table3", "kdfd")."""


@dataclass(frozen=True)
class PrintedGap:
    """One number of the paper minus another, of the same task and metric."""

    name: str
    """Task and metric."""
    points: float
    half: float | None
    """Half the 95 % interval of one of the two, from its test set's size; None where unknown."""


def gaps(first: Row, second: Row) -> list[PrintedGap]:
    """The differences of all numbers that both rows have, in the paper's order.

    errors: ValueError for a table or a method that is not there
    """
    others = {_cell(number): number for number in printed(*second)}
    return [
        PrintedGap(_name(number), number.value - others[_cell(number)].value, half_width(number))
        for number in printed(*first)
        if _cell(number) in others
    ]


def differences(by_pair: Mapping[str, Sequence[PrintedGap]]) -> Picture:
    """One dot per number and pair of rows, over the width that the test set alone explains.

    by_pair: name such as "VAE - vanilla KD" -> gaps, over the same numbers
    """

    def draw(axes: Axes) -> str:
        names = [gap.name for gap in next(iter(by_pair.values()))]
        alt = []
        for row, (pair, found) in enumerate(by_pair.items()):
            look, shift = SERIES[row % len(SERIES)], 0.22 * (row - (len(by_pair) - 1) / 2)
            by_name = {gap.name: gap for gap in found}
            for place, name in enumerate(reversed(names)):
                if name not in by_name:
                    continue
                gap, at = by_name[name], place - shift
                if gap.half is not None:
                    axes.hlines(at, gap.points - gap.half, gap.points + gap.half, color="0.75",
                                linewidth=3)  # fmt: skip
                axes.plot(gap.points, at, look.mark, color=look.color)
            axes.plot([], [], look.mark, color=look.color, label=pair)
            said = ", ".join(f"{gap.name} {gap.points:+.1f}" for gap in found)
            alt.append(f"{pair}: {said}")
        axes.axvline(0, **style("baseline"))
        axes.set_yticks(range(len(names)), names[::-1])
        axes.set(ylim=(-0.7, len(names) - 0.3), xlabel="difference as printed, points")
        axes.legend(frameon=False, loc="lower right", fontsize=9)
        return f"Printed differences in points, grey: what the test set explains. {'. '.join(alt)}."

    rows = max(map(len, by_pair.values()))
    picture = draw_picture(draw, (7.5, 0.32 * rows + 1.1))
    picture.figure.subplots_adjust(left=0.3)
    return picture


def _cell(number: Printed) -> tuple[str, str, str]:
    return number.task, number.test, number.metric


def _name(number: Printed) -> str:
    return " ".join(part for part in (number.task, number.test, number.metric) if part)
