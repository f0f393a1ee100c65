"""The pictures of the page: size beside accuracy, probability beside accuracy, more labels."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from labkit.experiments.own_student.findings import Line, Trust
from labkit.experiments.own_student.learning_curve import CurvePoint
from labkit.plots.looks import ROLES, SERIES, series
from labkit.plots.picture import Picture, draw_picture

WIDE = (9.0, 3.6)
LEFT, RIGHT = 0.08, 0.56
"""Of the axes beside a legend, as shares of the picture."""
FILLS = ("full", "none", "bottom")
"""Of the points of the first five lines, of the next five, of the last."""


def sizes(lines: Sequence[Line], taken: Line) -> Picture:
    """Test accuracy with its interval over MiB, one point for each line of the table."""

    def draw(axes: Axes) -> str:
        said = []
        for place, line in enumerate(lines):
            look, test = SERIES[place % len(SERIES)], line.test
            axes.vlines(line.mib, test.low, test.high, color=look.color, linewidth=2)
            axes.plot(line.mib, test.mean, look.mark, color=look.color, markersize=9,
                      fillstyle=FILLS[place // len(SERIES)], label=line.name)  # fmt: skip
            said.append(
                f"{line.name} {line.mib:.1f} MiB, {test.mean:.3f} from {test.low:.3f} to "
                f"{test.high:.3f}"
            )
        axes.plot(taken.mib, taken.test.mean, "o", markersize=18, fillstyle="none", color="black",
                  label="taken")  # fmt: skip
        axes.set(xscale="log", xlabel="MiB of the file, logarithmic", ylabel="test accuracy, share")
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
        return (
            "Test accuracy over the size of the file, the lines are 95 % intervals: "
            f"{'; '.join(said)}. Taken: {taken.name}."
        )

    picture = draw_picture(draw, WIDE)
    picture.figure.subplots_adjust(left=LEFT, right=RIGHT)
    return picture


def calibration(trust: Trust) -> Picture:
    """Share of right answers over the mean probability of each bin; the area says how many."""

    def draw(axes: Axes) -> str:
        found = [one for one in trust.bins if one.rows]
        rows = sum(one.rows for one in found)
        axes.plot([0, 1], [0, 1], color=ROLES["baseline"].color, linestyle=":", label="as promised")
        axes.scatter(
            [one.confidence for one in found],
            [one.accuracy for one in found],
            [20 + 400 * one.rows / rows for one in found],
            color=ROLES["student"].color, edgecolor="black", label="test texts",
        )  # fmt: skip
        axes.set(xlim=(0, 1.05), ylim=(-0.05, 1.05), xlabel="mean probability, share")
        axes.set_ylabel("right, share")
        axes.legend(frameon=False, fontsize=9, loc="upper left")
        said = "; ".join(
            f"{one.confidence:.2f} promised, {one.accuracy:.2f} right, {one.rows} texts"
            for one in found
        )
        return (
            f"Share of right answers over mean probability, larger points hold more texts: {said}."
        )

    return draw_picture(draw, (5.0, 3.4))


def more_labels(curve: Sequence[CurvePoint]) -> Picture:
    """Validation accuracy over the number of labelled texts, a line for each model.

    curve: at least one point
    """

    def draw(axes: Axes) -> str:
        names = list(dict.fromkeys(point.name for point in curve))
        said = []
        for place, name in enumerate(names):
            points = [point for point in curve if point.name == name]
            xs, ys = [point.rows for point in points], [point.accuracy for point in points]
            axes.plot(xs, ys, marker=SERIES[place % len(SERIES)].mark, label=name, **series(place))
            listed = ", ".join(f"{y:.3f} at {x}" for x, y in zip(xs, ys, strict=True))
            said.append(f"{name} {listed}")
        axes.set(xlabel="labelled texts", ylabel="validation accuracy, share")
        axes.set_xlim(0, None)
        axes.legend(frameon=False, fontsize=9)
        return f"Validation accuracy over labelled texts: {'; '.join(said)}."

    return draw_picture(draw, (6.0, 3.2))
