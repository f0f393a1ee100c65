"""Pictures of lesson 08: a choice on validation, latency, predictions beside what came out."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from labkit.course.lesson_08.answers import Right
from labkit.evaluation.verdict import Interval
from labkit.plots.looks import ROLES, SERIES, series
from labkit.plots.picture import Picture, draw_picture
from labkit.plots.roles import look_of


def settings(right: Mapping[str, Right], seconds: Mapping[str, float], taken: str) -> Picture:
    """Validation accuracy of each setting over its seconds; bars are one error of the difference.

    right: setting -> (validation texts,); the error is that of its paired difference to the best
    """
    best = max(right, key=lambda name: right[name].mean())

    def draw(axes: Axes) -> str:
        said = []
        for place, (name, found) in enumerate(right.items()):
            look = SERIES[place % len(SERIES)]
            behind = right[best].astype(float) - found
            error = float(behind.std(ddof=1)) / len(behind) ** 0.5
            axes.errorbar(seconds[name], found.mean(), error, fmt=look.mark, color=look.color,
                          markersize=9, capsize=4, label=name)  # fmt: skip
            said.append(f"{name} {found.mean():.3f} after {seconds[name]:.0f} s")
        axes.axhline(right[best].mean(), color=ROLES["before"].color, label="the best")
        axes.plot(seconds[taken], right[taken].mean(), "o", markersize=18, fillstyle="none",
                  color="black", label="taken")  # fmt: skip
        axes.set(xlabel="seconds of training", ylabel="validation accuracy, share")
        axes.set_xlim(0, 1.15 * max(seconds.values()))
        axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
        return (
            f"Validation accuracy over seconds of training: {'; '.join(said)}. The bars are one "
            f"standard error of the difference to the best, {best}. Taken: {taken}."
        )

    picture = draw_picture(draw, (8.0, 3.2))
    picture.figure.subplots_adjust(left=0.1, right=0.68)
    return picture


def predicted(guesses: Mapping[str, float], found: Mapping[str, Interval]) -> Picture:
    """A cross where you thought, a dot with its interval where it came out.

    guesses: name -> texts of 100; found: name -> share of the test texts, in [0, 1]
    """

    def draw(axes: Axes) -> str:
        said, names = [], list(found)[::-1]  # the first stands on top
        for place, name in enumerate(names):
            one = found[name]
            look = look_of(name)
            axes.hlines(place, one.low, one.high, color=look.color, linewidth=4)
            axes.plot(one.mean, place, look.mark, color=look.color, markersize=9, mew=2)
            if name in guesses:
                axes.plot(guesses[name] / 100, place, "x", color="black", markersize=9, mew=2)
                said.append(f"{name}: thought {guesses[name] / 100:.2f}, came out {one.mean:.3f}")
        axes.plot([], [], "x", color="black", mew=2, label="thought")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel="test accuracy, share; the lines are 95 % intervals")
        axes.set_ylim(-0.6, len(found) - 0.4)
        axes.legend(frameon=False, loc="upper left", fontsize=9)
        return f"Predictions beside test accuracies. {'; '.join(said)}."

    picture = draw_picture(draw, (7.5, 3.0))
    picture.figure.subplots_adjust(left=0.28)
    return picture


def latencies(by_model: Mapping[str, Mapping[int, float]]) -> Picture:
    """Milliseconds per text over the number of texts at once, both on logarithmic axes."""

    def draw(axes: Axes) -> str:
        said = []
        for place, (name, found) in enumerate(by_model.items()):
            mark = SERIES[place % len(SERIES)].mark
            axes.plot(list(found), list(found.values()), marker=mark, label=name, **series(place))
            listed = ", ".join(f"{ms:.2g} at {size}" for size, ms in found.items())
            said.append(f"{name}: {listed}")
        sizes = sorted({size for found in by_model.values() for size in found})
        axes.set(xscale="log", yscale="log", xlabel="texts at once", ylabel="ms per text")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
        return f"Milliseconds per text over texts at once. {'; '.join(said)}."

    picture = draw_picture(draw, (7.5, 3.0))
    picture.figure.subplots_adjust(left=0.1, right=0.68)
    return picture


def shifts(by_model: Mapping[str, np.ndarray]) -> Picture:
    """How far each text's logits move when other texts are read with it, sorted.

    by_model: name -> (texts,) largest shift of a text, logit units
    """

    def draw(axes: Axes) -> str:
        for place, (name, moved) in enumerate(by_model.items()):
            share = np.arange(1, len(moved) + 1) / len(moved)
            axes.plot(np.sort(moved), share, label=name, **series(place))
        axes.set(xlabel="shift of a text's logits", ylabel="share of texts, at most so far")
        axes.set_xscale("symlog", linthresh=1e-6)
        axes.legend(frameon=False, fontsize=9)
        said = "; ".join(f"{name} {moved.max():.2g}" for name, moved in by_model.items())
        return f"Share of texts over how far other texts move their logits. Largest: {said}."

    return draw_picture(draw, (6.0, 3.0))
