"""Pictures of lesson 07: what each KL fits, and what a discriminator sees."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from torch import Tensor

from labkit.course.lesson_07.kl_panel import PLACES, bump
from labkit.plots.looks import ROLES, SERIES, series
from labkit.plots.picture import Picture, draw_picture


def fits(teacher: Tensor, found: Mapping[str, tuple[float, float]]) -> Picture:
    """The teacher, and the student that each divergence ended at.

    found: name -> (centre, spread)
    """

    def draw(axes: Axes) -> str:
        look = ROLES["teacher"]
        places = range(len(PLACES))
        axes.bar(places, teacher.tolist(), 0.7, color=look.color, alpha=0.35, label="teacher")
        said = []
        for place, (name, (centre, spread)) in enumerate(found.items()):
            mark = SERIES[place % len(SERIES)].mark
            axes.plot(
                places, bump(centre, spread).tolist(), marker=mark, label=name, **series(place)
            )
            said.append(f"{name} centre {centre:.1f}, spread {spread:.1f}")
        axes.set(xlabel="token", ylabel="probability", xticks=range(len(PLACES)), ylim=(0, 0.75))
        axes.legend(frameon=False, ncols=2, fontsize=9, loc="upper right")
        return f"What each divergence fits to a teacher with two modes: {'; '.join(said)}."

    return draw_picture(draw, (7.5, 3.2))


def both_kls(points: Mapping[str, tuple[float, float]]) -> Picture:
    """Students as points: forward KL across, reverse KL up, nats per token."""

    def draw(axes: Axes) -> str:
        said = []
        for place, (name, (across, up)) in enumerate(points.items()):
            look = SERIES[place % len(SERIES)]
            filled = look.color if place < len(SERIES) else "none"  # the sixth has the first's look
            axes.plot(across, up, look.mark, color=look.color, mfc=filled, markersize=9, label=name)
            said.append(f"{name} {across:.2f} and {up:.2f}")
        axes.set_xlabel("forward KL, nats per token: what it misses")
        axes.set_ylabel("reverse KL, nats: what it makes up")
        axes.margins(0.15)
        axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1, 1))
        return f"Forward and reverse KL of each student: {'; '.join(said)}."

    picture = draw_picture(draw, (8.5, 3.4))
    picture.figure.subplots_adjust(right=0.62)
    return picture


def slopes(by_name: Mapping[str, Sequence[float]]) -> Picture:
    """The penalty's size over the discriminator's steps, one curve for each way."""

    def draw(axes: Axes) -> str:
        said = []
        for place, (name, values) in enumerate(by_name.items()):
            axes.plot(range(1, len(values) + 1), values, label=name, **series(place))
            said.append(f"{name} ends at {values[-1]:.3g}")
        axes.set(xlabel="step of the discriminator", ylabel="R1 + R2", yscale="log")
        axes.legend(frameon=False, fontsize=9)
        return f"The squared slopes of the score over the steps: {'; '.join(said)}."

    return draw_picture(draw, (6.5, 3.0))
