"""The pictures of lesson 02: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from labkit.losses.standardised import zscore
from labkit.plots.charts import class_probabilities
from labkit.plots.looks import ROLES, SERIES, style
from labkit.plots.picture import Picture, draw_multiples, draw_picture, write_texts
from labkit.plots.roles import role_of


def before_and_after(
    logits: Tensor, classes: Sequence[str], texts: Sequence[str], temperature: float = 1.0
) -> Picture:
    """Class probabilities of some texts from their logits and from their z-scores.

    logits: (texts, classes), at most 4 texts; texts: (texts,), written above; a long one is cut
    """
    sides = {
        "before z-score": (logits / temperature).softmax(-1),
        "teacher, z-scored": (zscore(logits) / temperature).softmax(-1),
    }

    def draw(axes: Axes, question: int) -> str:
        shares = {name: values[question - 1].numpy() for name, values in sides.items()}
        class_probabilities(axes, shares, classes)
        axes.set(xlabel="", ylim=(0, 1.35), yticks=[0, 0.5, 1])
        axes.legend(frameon=False, loc="upper left", fontsize=9)
        axes.tick_params(axis="x", rotation=60)
        tops = " and ".join(f"{name} {values.max():.2f}" for name, values in shares.items())
        return f'"{texts[question - 1]}": the largest probability is {tops}.'

    picture = draw_multiples(draw, {"question": range(1, len(logits) + 1)})
    write_texts(picture, texts)
    return Picture(picture.figure, f"Bars of the teacher's class probabilities. {picture.alt}")


def two_classes(gaps: Tensor, first: Tensor, slope: Tensor) -> Picture:
    """The first z-score of two logits, and its slope, against the gap between the two.

    gaps, first, slope: (points,); the slope is that of the first z-score in the first logit
    """

    def draw(axes: tuple[Axes, Axes]) -> str:
        left, right = axes
        look = style("student")
        left.plot(gaps, gaps / 2, label="centred logit", **style("before"))
        left.plot(gaps, first, label="z-score", linewidth=2, **look)
        left.set(ylim=(-1.5, 1.5), ylabel="first class, no unit", xlabel="gap, logit units")
        left.legend(frameon=False, loc="upper left")
        right.plot(gaps, slope.abs().clamp_min(1e-10), linewidth=2, **look)
        right.set(yscale="log", ylabel="slope, per logit unit", xlabel="gap, logit units")
        far = gaps.abs() > 0.5
        return (
            f"Left, the z-score of the first of two logits against their gap: a step from "
            f"{first[0]:.3f} to {first[-1]:.3f}, while the centred logit is a sloping line. Right, "
            f"its slope on a logarithmic axis: at most {slope[far].abs().max():.1g} where the gap "
            f"is above 0.5, and {slope.abs().max():.3g} near 0."
        )

    picture = draw_picture(draw, (8.0, 3.2), columns=2)
    picture.figure.subplots_adjust(wspace=0.3)
    return picture


def explosion(deviations: Sequence[float], by_name: Mapping[str, Sequence[float]]) -> Picture:
    """The largest slope of a z-score against the deviation of the row."""

    def draw(axes: Axes) -> str:
        for place, (name, values) in enumerate(by_name.items()):
            look = style(role_of(name))
            axes.plot(deviations, values, marker=SERIES[place].mark, label=name, **look)
        axes.set(xscale="log", yscale="log", xlabel="deviation of the row, logit units")
        axes.set_ylabel("largest slope, 1 / logit")
        axes.legend(frameon=False)
        most = ". ".join(f"{name}: {max(values):.2g} at most" for name, values in by_name.items())
        return f"Largest slope of the z-score against the row's deviation, logarithmic axes. {most}"

    return draw_picture(draw, (5.5, 3.2))


def confidences(by_name: Mapping[str, Tensor]) -> Picture:
    """How sure each model is: shares of the texts by their largest probability.

    by_name: name -> (texts, classes) logits
    """

    def draw(axes: Axes) -> str:
        edges, means, roles = np.linspace(0, 1, 21), [], set[str]()
        for name, logits in by_name.items():
            sure = logits.softmax(-1).amax(-1).numpy()
            shares = np.histogram(sure, edges)[0] / len(sure)
            role = role_of(name)
            look = style("other" if role in roles else role)  # two students, two colours
            roles.add(role)
            axes.stairs(shares, edges, label=name, linewidth=2, **look)
            means.append(f"{name} {sure.mean():.2f}")
        axes.set(xlim=(0, 1), ylim=(0, 1), ylabel="share of the texts")
        axes.set_xlabel("largest probability of a text")
        axes.legend(frameon=False, loc="upper left")
        return f"Outlines: shares of the texts by confidence. Mean confidence: {', '.join(means)}."

    return draw_picture(draw, (5.5, 3.0))


def norms(by_name: Mapping[str, float], smallest: float = 1e-9) -> Picture:
    """Points on a logarithmic axis: the gradient that each soft loss sends; 0 is at the left end.

    smallest: where the axis ends; below it a value is drawn at the end
    """

    def draw(axes: Axes) -> str:
        for place, value in enumerate(reversed(list(by_name.values()))):
            shown, hollow = max(value, smallest), value <= smallest
            axes.hlines(place, smallest, shown, color=ROLES["before"].color, linewidth=2)
            fill = "white" if hollow else ROLES["student"].color
            axes.plot(shown, place, "o", color="black", markerfacecolor=fill)
        axes.set_yticks(range(len(by_name)), list(by_name)[::-1])
        axes.set(xscale="log", xlabel="gradient norm at the logits", xlim=(smallest / 2, 10))
        axes.set_ylim(-0.5, len(by_name) - 0.5)
        sizes = ", ".join(f"{name} {value:.2g}" for name, value in by_name.items())
        return f"Gradient norm of each soft loss, logarithmic axis: {sizes}."

    picture = draw_picture(draw, (6.5, 0.4 * len(by_name) + 1.2))
    picture.figure.subplots_adjust(left=0.3)
    return picture
