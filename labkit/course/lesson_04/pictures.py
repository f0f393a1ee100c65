"""The pictures of lesson 04: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from labkit.methods.adversarial.config import StageTwoStep
from labkit.methods.adversarial.diagnostics import Separation
from labkit.methods.adversarial.networks import EQUILIBRIUM
from labkit.plots.looks import ROLES, SERIES, series, style
from labkit.plots.picture import Picture, draw_picture
from labkit.plots.roles import role_of

WINDOW = 10
"""Steps that are averaged in a curve of the game: single batches jump too much to be read."""


def two_sides(places: Tensor, real: Tensor, fake: Tensor) -> Picture:
    """Two known distributions and, dashed, what the best discriminator says at each place.

    places: (bins,) logit units; real, fake: (bins,) shares that sum to 1
    """
    best = real / (real + fake)

    def draw(axes: Axes) -> str:
        most = float(max(real.max(), fake.max()))
        for name, side in (("real", real), ("fake", fake)):
            axes.plot(places, side / most, label=f"{name} side", linewidth=2, **style(name))
        axes.plot(places, best, label="best D, chance of real", color="black", linestyle=":")
        axes.set(xlabel="a logit", ylabel="share of the peak; chance", ylim=(0, 1.35))
        axes.set_yticks([0, 0.5, 1])
        axes.legend(frameon=False, ncols=3, loc="upper center", fontsize=9)
        return (
            f"Two bell curves over a logit, the real one around {_centre(places, real):.1f}, the "
            f"fake one around {_centre(places, fake):.1f}. The best discriminator's chance of real "
            f"goes from {best[0]:.2f} at the left to {best[-1]:.2f} at the right."
        )

    return draw_picture(draw, (6.0, 3.0))


def _centre(places: Tensor, side: Tensor) -> float:
    return float((places * side).sum() / side.sum())


def two_forms(scores: Tensor, slopes: Mapping[str, Tensor]) -> Picture:
    """How strongly each form of the guided model's loss pulls, against the discriminator's score.

    scores: (points,) rising; slopes: name -> (points,) sizes of the slope, nats per unit of score
    """

    def draw(axes: Axes) -> str:
        alt = []
        for place, (name, values) in enumerate(slopes.items()):
            axes.plot(scores, values, label=name, **series(place))
            alt.append(f"{name}: {values[0]:.2f} at {scores[0]:.0f}, {values[-1]:.2f} at the end")
        axes.axvline(0, **style("baseline"))
        axes.set(xlabel="score of a guided row: sure of fake < 0 < sure of real", ylim=(-0.05, 1.2))
        axes.set_ylabel("size of the slope")
        axes.legend(frameon=False, loc="upper center", ncols=2)
        return f"Slope of two losses against the score from -6 to 6. {'; '.join(alt)}."

    return draw_picture(draw, (6.0, 2.8))


def sizes(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> Picture:
    """How long the rows of the two sides are, as they come and with one scale per side.

    before, after: "real side" and "fake side" -> (rows,) lengths
    """

    def draw(axes: tuple[Axes, Axes]) -> str:
        alt = []
        titles = ("as they come", "one scale per side")
        for one, title, sides in zip(axes, titles, (before, after), strict=True):
            most = max(float(values.max()) for values in sides.values())
            edges = np.linspace(0, most, 31)
            for name, values in sides.items():
                shares = np.histogram(values, edges)[0] / len(values)
                look = style(role_of(name))
                one.stairs(shares, edges, label=name, linewidth=2, **look)
                alt.append(f"{title}, {name}: mean {values.mean():.2f}, spread {values.std():.2f}")
            one.set(xlabel="length of a centred row", ylabel="share of the texts", title=title)
            one.set_ylim(0, 0.6)
            one.legend(frameon=False, loc="upper left")
        return f"Outlines of the lengths of the logit rows. {'; '.join(alt)}."

    return _wider(draw_picture(draw, (8.0, 3.0), columns=2))


def separation(by_clue: Mapping[str, Separation]) -> Picture:
    """One point per clue: the accuracy of a small network on fresh texts."""

    def draw(axes: Axes) -> str:
        for place, spy in enumerate(reversed(list(by_clue.values()))):
            axes.hlines(place, 0.5, spy.accuracy, color=ROLES["before"].color, linewidth=3)
            axes.plot(spy.accuracy, place, "o", color=ROLES["teacher"].color, markersize=8)
        axes.axvline(0.5, **style("baseline"), label="chance")
        axes.set_yticks(range(len(by_clue)), list(by_clue)[::-1])
        axes.set(xlim=(0.4, 1.02), ylim=(-0.6, len(by_clue) - 0.4))
        axes.set_xlabel("accuracy on fresh texts, share")
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 0.98))
        alt = ", ".join(f"{clue} {spy.accuracy:.2f}" for clue, spy in by_clue.items())
        return f"Accuracy of a small network that tells the sides apart, chance is 0.50: {alt}."

    picture = draw_picture(draw, (7.5, 0.4 * len(by_clue) + 1.2))
    picture.figure.subplots_adjust(left=0.42)
    return picture


def game(runs: Mapping[str, Sequence[StageTwoStep]]) -> Picture:
    """The discriminator's accuracy and loss over the steps, each with the line of a tie."""

    def draw(axes: tuple[Axes, Axes]) -> str:
        left, right = axes
        alt = []
        for place, (name, steps) in enumerate(runs.items()):
            accuracy = _smooth([step.discriminator_accuracy for step in steps])
            loss = _smooth([step.discriminator_loss for step in steps])
            look = series(place)
            left.plot(*accuracy, label=name, **look)
            right.plot(*loss, label=name, **look)
            alt.append(f"{name}: accuracy {accuracy[1][-1]:.2f}, loss {loss[1][-1]:.2f}")
        left.axhline(0.5, **style("baseline"))
        right.axhline(EQUILIBRIUM, **style("baseline"), label="2 ln 2")
        left.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9)
        left.set(ylim=(0.4, 1.05), xlabel="steps", ylabel="D's accuracy, share")
        right.set(ylim=(0, None), xlabel="steps", ylabel="D's loss, nats")
        handles = [right.lines[-1]]
        right.legend(handles=handles, frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
        return (
            "Left the discriminator's accuracy, right its loss, over the steps of stage 2, with "
            f"the values of a tie, 0.5 and 1.39, dotted. At the end: {'; '.join(alt)}."
        )

    picture = _wider(draw_picture(draw, (8.5, 3.5), columns=2))
    picture.figure.subplots_adjust(top=0.84)
    return picture


def rounds(losses: Sequence[float], distances: Sequence[float]) -> Picture:
    """A game of two small models: D's loss in nats, and how far apart the two sides' rows lie.

    distances: of the student's logits from the teacher's, root of the mean square, logit units
    """

    def draw(axes: tuple[Axes, Axes]) -> str:
        for side, values in zip(axes, (losses, distances), strict=True):
            side.plot(*_smooth(values), **series(0))
        left, right = axes
        left.axhline(EQUILIBRIUM, **style("baseline"), label="2 ln 2")
        left.legend(handles=[left.lines[-1]], frameon=False, loc="lower right")
        left.set(ylim=(0, 1.6), xlabel="rounds", ylabel="D's loss, nats")
        right.set(ylim=(0, None), xlabel="rounds", ylabel="distance from teacher, logits")
        ends = [float(_smooth(values)[1][-1]) for values in (losses, distances)]
        return (
            "Left the discriminator's loss over the rounds of a game, with 2 ln 2 dotted, right "
            f"the student's distance from its teacher. At the end: {ends[0]:.2f} nats and "
            f"{ends[1]:.2f} logits."
        )

    return _wider(draw_picture(draw, (8.5, 3.2), columns=2))


def pull(runs: Mapping[str, Sequence[StageTwoStep]]) -> Picture:
    """How strongly the adversary pulls at a row of guided logits, over the steps."""

    def draw(axes: Axes) -> str:
        alt, seen = [], []
        for place, (name, steps) in enumerate(runs.items()):
            values = _smooth([step.gradient_norm for step in steps])
            seen += [values[1].min(), values[1].max()]
            look = series(place)
            axes.plot(*values, label=name, **look)
            alt.append(f"{name} {values[1][-1]:.2g}, at most {values[1].max():.2g}")
        low, high = floor(log10(max(min(seen), 1e-9))), ceil(log10(max(*seen, 1e-8)))
        axes.set(yscale="log", xlabel="steps", ylabel="gradient, nats / logit")
        axes.set_ylim(10.0**low, 10.0**high)
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
        return f"Gradient of the adversary over steps, logarithmic. At the end: {', '.join(alt)}."

    picture = draw_picture(draw, (8.0, 2.8))
    picture.figure.subplots_adjust(right=0.62)
    return picture


def starts(by_how: Mapping[str, Sequence[float]], first: float) -> Picture:
    """Validation accuracy before stage 2 and after each of its epochs, one line per way to share.

    by_how: name -> accuracies, the first before any step; first: the stage-1 student's
    """

    def draw(axes: Axes) -> str:
        alt = []
        for place, (name, values) in enumerate(by_how.items()):
            look = series(place)
            axes.plot(
                range(len(values)),
                values,
                marker=SERIES[place % len(SERIES)].mark,
                label=name,
                **look,
            )
            alt.append(f"{name} {', '.join(f'{value:.2f}' for value in values)}")
        axes.axhline(first, color=ROLES["before"].color, linestyle="--", label="stage 1")
        axes.set(ylim=(0, 1.02), xlabel="epochs of stage 2", ylabel="validation accuracy")
        axes.set_xticks(range(max(map(len, by_how.values()))))
        axes.legend(frameon=False, loc="lower right")
        return f"Validation accuracy before stage 2 and after each epoch: {'; '.join(alt)}."

    return draw_picture(draw, (5.5, 3.2))


def _smooth(values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Steps and the mean over the last `WINDOW` of them."""
    numbers = np.asarray(values, dtype=float)
    wide = min(WINDOW, len(numbers))
    means = np.convolve(numbers, np.ones(wide) / wide, mode="valid")
    return np.arange(wide, len(numbers) + 1), means


def _wider(picture: Picture) -> Picture:
    picture.figure.subplots_adjust(wspace=0.28)
    return picture
