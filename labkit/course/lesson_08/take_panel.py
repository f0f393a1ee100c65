"""The panel of limits: which of the finished models is taken, and which are out of question."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel
from labkit.experiments.own_student.choose import Candidate, choose
from labkit.experiments.own_student.plan import Wishes
from labkit.plots.looks import SERIES

SIZE = (8.5, 3.6)


class Taken:
    """The reader's own candidates, and the picture of a choice among them."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        """errors: ValueError for fewer than two candidates"""
        if len(candidates) < 2:
            raise ValueError(f"got {len(candidates)} candidates, wanted two or more")
        self.candidates = list(candidates)

    def draw(self, axes: Axes, ms: float, mib: float, gain: float) -> str:
        """Validation accuracy over milliseconds; those over a limit are hollow, the choice ringed.

        ms, mib: the most that is allowed; gain: points over TF-IDF below which TF-IDF is taken
        """
        wishes = Wishes(max_ms=ms, max_mib=mib, min_gain=gain)
        for place, one in enumerate(self.candidates):
            look = SERIES[place % len(SERIES)]
            axes.plot(one.ms, one.accuracy, look.mark, color=look.color, markersize=10, mew=2,
                      fillstyle="full" if one.allowed(wishes) else "none",
                      label=f"{one.name}, {one.mib:.1f} MiB")  # fmt: skip
        axes.axvline(ms, color="0.5", linestyle="--", label="most milliseconds")
        axes.set(xscale="log", xlabel="ms from one text to its class", ylabel="validation, share")
        every = [one.accuracy for one in self.candidates]
        axes.set(xlim=(0.01, 100), ylim=(min(every) - 0.03, max(every) + 0.03))
        said = self._said(axes, wishes)
        axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
        axes.figure.subplots_adjust(left=0.1, right=0.55)
        axes.set_title(said, fontsize=10, loc="left")
        return f"At most {ms:g} ms and {mib:g} MiB, a gain of {gain:g} points. {said}."

    def _said(self, axes: Axes, wishes: Wishes) -> str:
        if not any(one.allowed(wishes) for one in self.candidates):
            return "No model keeps to these limits"
        taken = choose(self.candidates, wishes).taken
        axes.plot(taken.ms, taken.accuracy, "o", markersize=20, fillstyle="none", color="black")
        return f"Taken: {taken.name}"

    def panel(self) -> Panel:
        """The panel: move the limits, and see which model is left."""
        return Panel(
            self.draw,
            size=SIZE,
            ms=number("most ms", 20, 0.05, 50, 0.05, "ms"),
            mib=number("most MiB", 100, 1, 100, 0.5, "MiB"),
            gain=number("least gain", 1, 0, 10, 0.5, "points"),
        )
