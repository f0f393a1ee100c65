"""Arms beside each other: their accuracies as bars, and what one has more than another."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from labkit.evaluation.verdict import Interval, Verdict
from labkit.plots.charts import accuracy_bars
from labkit.plots.looks import ROLES, style
from labkit.plots.picture import Picture, draw_picture


def arms(by_name: Mapping[str, float | Interval], chance: float, teacher: float) -> Picture:
    """Bars of test accuracy with intervals over seeds, chance and teacher as lines."""

    def draw(axes: Axes) -> str:
        accuracy_bars(axes, by_name, chance, teacher)
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 0.98), ncols=2)
        values = ", ".join(f"{name} {_mean(value):.2f}" for name, value in by_name.items())
        return (
            f"Bars of test accuracy, the black lines are 95 % intervals over seeds: {values}. "
            f"Lines: chance {chance:.2f}, teacher {teacher:.2f}."
        ).replace("\n", " ")

    return draw_picture(draw, (max(5.0, 1.25 * len(by_name)), 3.0))


def differences(verdicts: Sequence[Verdict]) -> Picture:
    """Each verdict as a line: the difference, its interval, and where no difference lies."""

    def draw(axes: Axes) -> str:
        difference_lines(axes, verdicts)
        sentences = " ".join(verdict.sentence for verdict in verdicts)
        return f"Differences in test accuracy with 95 % intervals and a line at 0. {sentences}"

    picture = draw_picture(draw, (7.0, 0.6 * len(verdicts) + 1.4))
    picture.figure.subplots_adjust(left=0.32)
    return picture


def difference_lines(axes: Axes, verdicts: Sequence[Verdict]) -> None:
    """Difference in accuracy of each pair with its interval, and the line of no difference.

    verdicts: from top to bottom, each as "A minus B"; an interval that crosses 0 is grey
    """
    for place, verdict in enumerate(reversed(verdicts)):
        clear = verdict.word in ("better", "worse")
        colour = ROLES["student" if clear else "baseline"].color
        low, high = 100 * verdict.low, 100 * verdict.high
        axes.hlines(place, low, high, color=colour, linewidth=3)
        axes.plot(100 * verdict.difference, place, "o" if clear else "s", color="black")
    names = [f"{verdict.name_a}\nminus {verdict.name_b}" for verdict in reversed(verdicts)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.5, len(names) - 0.5)
    axes.axvline(0, **style("baseline"))
    axes.set_xlabel("difference in test accuracy, points")


def _mean(value: float | Interval) -> float:
    return value if isinstance(value, int | float) else value.mean
