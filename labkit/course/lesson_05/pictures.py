"""The pictures of lesson 05 beside its diagram: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from torch import Tensor

from labkit.evaluation.independence import Dependence
from labkit.evaluation.pca_vae import Nats
from labkit.evaluation.verdict import Interval
from labkit.plots.charts import folded
from labkit.plots.looks import ROLES, SERIES, series, style
from labkit.plots.picture import Picture, draw_picture, several
from labkit.plots.roles import look_of

SHOWN = 16
"""Latent dimensions in a picture of nats: the largest."""


@dataclass(frozen=True)
class Timed:
    """What one way of learning reached, and what it cost."""

    accuracy: float
    """On the test texts, in [0, 1]."""
    seconds: float
    """Processor time of one run; what a finished teacher once took is left out."""


def paths_of_two(by_order: Mapping[str, Sequence[tuple[float, float]]]) -> Picture:
    """Two parameters over the steps, one panel for each order.

    by_order: name -> (teacher, student) at each step, the first before any step
    """

    def draw(given: Axes | tuple[Axes, ...]) -> str:
        all_axes, alt = several(given), []
        for axes, (name, path) in zip(all_axes, by_order.items(), strict=True):
            for who, values in zip(("teacher", "student"), zip(*path, strict=True), strict=True):
                axes.plot(values, marker=look_of(who).mark, label=who, **style(who))
            axes.set(title=name, xlabel="steps", ylim=(-1.2, 3))
            ends = path[-1]
            alt.append(f"{name}: teacher {ends[0]:.2f}, student {ends[1]:.2f}")
        all_axes[0].set_ylabel("logit of the right class")
        all_axes[0].legend(frameon=False, loc="upper left", ncols=2, fontsize=9)
        start = next(iter(by_order.values()))[0]
        return (
            f"Logits of a teacher and a student of one parameter each over the steps, from "
            f"{start[0]:.1f} and {start[1]:.1f}. At the end: {'; '.join(alt)}."
        )

    return draw_picture(draw, (3.0 * len(by_order), 2.9), columns=len(by_order))


def equal_time(rows: Mapping[str, Timed], teacher: float) -> Picture:
    """Accuracy at the left, seconds at the right, one line for each way of learning."""

    def draw(both: tuple[Axes, Axes]) -> str:
        left, right = both
        names = [folded(name, 22) for name in rows]
        for place, row in enumerate(reversed(list(rows.values()))):
            left.plot(row.accuracy, place, "o", color=ROLES["student"].color, markersize=8)
            left.annotate(f"{row.accuracy:.3f}", (row.accuracy, place), (0, 7),
                          textcoords="offset points", ha="center", fontsize=9)  # fmt: skip
            right.barh(place, row.seconds, 0.5, color="#8C6D00")
            right.annotate(f" {row.seconds:.1f} s", (row.seconds, place), va="center", fontsize=9)
        left.axvline(teacher, **style("teacher"), label=f"frozen teacher, {teacher:.3f}")
        every = [teacher, *(row.accuracy for row in rows.values())]
        left.set(xlim=(min(every) - 0.03, max(every) + 0.02), xlabel="test accuracy, share")
        left.set_yticks(range(len(names)), names[::-1])
        right.set_yticks([])
        most = max(row.seconds for row in rows.values())
        right.set(xlim=(0, 1.35 * most), xlabel="processor seconds of one run")
        for axes in both:
            axes.set_ylim(-0.6, len(names) - 0.3)
        left.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.99), fontsize=9)
        said = "; ".join(
            f"{name} accuracy {row.accuracy:.3f}, {row.seconds:.1f} s" for name, row in rows.items()
        )
        return f"Accuracy and seconds of one run, one seed: {said}. Teacher {teacher:.3f}."

    picture = draw_picture(draw, (8.5, 0.5 * len(rows) + 1.5), columns=2)
    picture.figure.subplots_adjust(left=0.26, wspace=0.08)
    return picture


def nats(found: Mapping[str, tuple[Nats, Nats]], shown: int = SHOWN) -> Picture:
    """Nats of the largest dimensions as dots over the line that was predicted, one per setting.

    found: name -> (measured, predicted)
    """

    def draw(given: Axes | tuple[Axes, ...]) -> str:
        all_axes = several(given)
        most = max(
            float(pair[place].by_dimension.max()) for pair in found.values() for place in (0, 1)
        )
        alt = []
        for axes, (name, (got, wanted)) in zip(all_axes, found.items(), strict=True):
            nats_of_dimensions(axes, got.by_dimension[:shown], wanted.by_dimension[:shown], most)
            axes.set_title(
                f"{name}\n{got.total:.1f} nats, {wanted.total:.1f} predicted", fontsize=10
            )
            alt.append(
                f"{name}: {got.total:.1f} nats measured, {wanted.total:.1f} predicted, "
                f"{got.live} live dimensions, {wanted.live} predicted"
            )
        all_axes[0].set_ylabel("nats")
        all_axes[0].legend(frameon=False, fontsize=9)
        return f"Nats of the {shown} largest latent dimensions. {'; '.join(alt)}."

    picture = draw_picture(draw, (2.5 * len(found) + 0.6, 2.9), columns=len(found))
    picture.figure.subplots_adjust(wspace=0.2, top=0.8)
    return picture


def nats_of_dimensions(
    axes: Axes, got: Sequence[float] | Tensor, wanted: Sequence[float] | Tensor, most: float
) -> None:
    """Measured nats as dots over predicted ones as steps, from the largest dimension on."""
    places = range(1, len(wanted) + 1)
    axes.step(places, wanted, where="mid", color="black", label="predicted")
    look = ROLES["student"]
    axes.plot(range(1, len(got) + 1), got, look.mark, color=look.color, label="trained")
    most = max(most, 0.1)  # a VAE that remembers nothing has axes too
    axes.set(xlim=(0.3, max(2, len(wanted)) + 0.7), ylim=(-0.05 * most, 1.15 * most))
    axes.set_xlabel("latent dimension")


def singular_values(by_width: Mapping[int, Tensor], classes: int) -> Picture:
    """Singular values of class head times mean head, one curve for each width."""

    def draw(axes: Axes) -> str:
        alt = []
        for place, (width, values) in enumerate(by_width.items()):
            shares = (values / values[0]).clamp(min=1e-9)
            look = series(place)
            mark = SERIES[place % len(SERIES)].mark
            axes.plot(range(1, len(shares) + 1), shares, marker=mark, label=f"{width} wide", **look)
            count = int((shares > 1e-5).sum())
            alt.append(f"{width} wide: {count} above a hundred-thousandth of the largest")
        axes.axvline(classes + 0.5, **style("baseline"), label=f"{classes} classes")
        axes.set(yscale="log", ylim=(1e-9, 4), xlabel="singular value, from the largest on")
        axes.set_ylabel("share of the largest")
        axes.legend(frameon=False, loc="lower left", ncols=2, fontsize=9)
        return f"Singular values, logarithmic, with a line behind {classes}. {'; '.join(alt)}."

    return draw_picture(draw, (6.5, 3.0))


def widths(by_width: Mapping[int, Interval], name: str) -> Picture:
    """Accuracy over the width of the bottleneck, with intervals over seeds."""

    def draw(axes: Axes) -> str:
        places = range(len(by_width))
        for place, spread in zip(places, by_width.values(), strict=True):
            axes.vlines(place, 100 * spread.low, 100 * spread.high, color="black", linewidth=2)
        means = [100 * spread.mean for spread in by_width.values()]
        axes.plot(places, means, label=name, **style("student"), marker="o")
        ends = [100 * end for s in by_width.values() for end in (s.low, s.high) if end == end]
        axes.set_ylim(min(ends + means) - 3, max(ends + means) + 3)
        axes.set_xticks(list(places), [str(width) for width in by_width])
        axes.set(xlabel="width of the bottleneck", ylabel="test accuracy, %")
        axes.legend(frameon=False, loc="lower left")
        said = "; ".join(
            f"width {width} {100 * s.mean:.1f} ({100 * s.low:.1f} to {100 * s.high:.1f})"
            for width, s in by_width.items()
        )
        return f"{name}, accuracy in percent with 95 % intervals over seeds: {said}."

    return draw_picture(draw, (6.0, 2.9))


def theorem(
    draws: Mapping[str, tuple[Tensor, Tensor]], numbers: Mapping[str, Dependence]
) -> Picture:
    """Sample mean against sample variance, one panel for each kind of draw.

    draws: name -> (means, variances); numbers: the same names
    """

    def draw(given: Axes | tuple[Axes, ...]) -> str:
        all_axes, alt = several(given), []
        for axes, (name, (means, variances)) in zip(all_axes, draws.items(), strict=True):
            found = numbers[name]
            axes.plot(means, variances, ".", color=ROLES["teacher"].color, alpha=0.4, markersize=4)
            axes.set(xlabel="mean of the sample")
            axes.set_title(f"{name}\ndependence {found.value:.2f}", fontsize=10)
            alt.append(f"{name} {found.value:.2f}, shuffled {found.shuffled:.2f}")
        all_axes[0].set_ylabel("its variance")
        return f"Sample variance against sample mean. Distance correlation: {'; '.join(alt)}."

    picture = draw_picture(draw, (8.5, 2.9), columns=len(draws))
    picture.figure.subplots_adjust(top=0.8)
    return picture


def dependences(numbers: Mapping[str, Dependence]) -> Picture:
    """Each distance correlation as a dot over what shuffled rows show, a bar up to the largest."""

    def draw(axes: Axes) -> str:
        alt = []
        for place, (name, found) in enumerate(reversed(list(numbers.items()))):
            axes.barh(place, found.largest, 0.5, color="0.8")
            axes.plot(found.shuffled, place, "|", color="black", markersize=14)
            axes.plot(found.value, place, "o", color=ROLES["teacher"].color, markersize=8)
            alt.append(f"{name} {found.value:.2f}, shuffled {found.shuffled:.2f}")
        axes.set_yticks(range(len(numbers)), list(numbers)[::-1])
        axes.set(xlim=(0, 1), ylim=(-0.6, len(numbers) - 0.4), xlabel="distance correlation")
        shuffles = Patch(color="0.8", label="up to the largest of the shuffles")
        dot = axes.plot([], [], "o", color=ROLES["teacher"].color, label="measured")
        axes.legend(
            handles=[*dot, shuffles],
            frameon=False,
            loc="lower left",
            bbox_to_anchor=(0, 0.98),
            ncols=2,
            fontsize=9,
        )
        return f"Distance correlation beside that of shuffled rows: {'; '.join(reversed(alt))}."

    picture = draw_picture(draw, (7.5, 0.45 * len(numbers) + 1.3))
    picture.figure.subplots_adjust(left=0.3)
    return picture
