"""The pictures of lesson 01: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from labkit.losses.softening import entropy
from labkit.plots import charts, curves
from labkit.plots.looks import style
from labkit.plots.picture import Picture, draw_multiples, draw_picture, write_texts
from labkit.plots.roles import role_of
from labkit.training.config import Step


def teacher_doubts(
    probabilities: Tensor, labels: Tensor, classes: Sequence[str], texts: Sequence[str]
) -> Picture:
    """Bars of the teacher's probabilities under each question, one small drawing per question.

    probabilities: (questions, classes), at most 4 questions; labels: (questions,)
    texts: (questions,); a long one is cut
    """

    def draw(axes: Axes, question: int) -> str:
        shares, right = probabilities[question - 1], int(labels[question - 1])
        charts.teacher_bars(axes, shares.numpy(), classes, right)
        shown = f'"{texts[question - 1]}": {_shares(classes, shares)}'
        return f"{shown}; right is {classes[right]}."

    picture = draw_multiples(draw, {"question": range(1, len(labels) + 1)})
    write_texts(picture, texts)
    return Picture(picture.figure, f"Bars of the teacher's class probabilities. {picture.alt}")


def mean_by_class(probabilities: Tensor, labels: Tensor, classes: Sequence[str]) -> Picture:
    """A table in colours: the teacher's mean probabilities for the texts of each class.

    probabilities: (rows, classes); labels: (rows,); each class has a text
    """
    means = np.stack([probabilities[labels == label].mean(0) for label in range(len(classes))])

    def draw(axes: Axes) -> str:
        title = "mean probability by the teacher"
        charts.heat_map(axes, means, classes, classes, title)
        axes.set(xlabel="class by the teacher", ylabel="right class")
        axes.figure.subplots_adjust(left=0.19)  # room for the names of the classes
        off = means * (1 - np.eye(len(classes)))
        row, column = divmod(int(off.argmax()), len(classes))
        return (
            f"Heat map of the teacher's mean class probabilities, one row per right class. The "
            f"largest one off the diagonal is {off.max():.2f}, from {classes[row]} to "
            f"{classes[column]}."
        )

    return draw_picture(draw, (5.0, 3.4))


def gradient_norms(
    temperatures: Sequence[float], by_name: Mapping[str, Sequence[float]]
) -> Picture:
    """How strongly the soft loss pulls at the student's logits, against temperature."""

    def draw(axes: Axes) -> str:
        charts.named_curves(
            axes, temperatures, by_name, "temperature, no unit", "gradient norm", logarithmic=True
        )
        return "Gradient norm against temperature, both axes logarithmic. " + _ends(
            temperatures, by_name
        )

    return draw_picture(draw)


def ratios(temperatures: Sequence[float], values: Sequence[float]) -> Picture:
    """soft_kl divided by its high-temperature limit, against temperature."""
    by_name = {"student, soft_kl / limit": values}

    def draw(axes: Axes) -> str:
        charts.named_curves(axes, temperatures, by_name, "temperature, no unit", "ratio, no unit")
        axes.axhline(1, **style("baseline"), label="limit")
        axes.set(xscale="log", ylim=(0, max(1.2, 1.1 * max(values))))
        axes.set_xticks(list(temperatures), [f"{each:g}" for each in temperatures])
        axes.minorticks_off()
        axes.legend(frameon=False, loc="lower right")
        return "The ratio against temperature, with a line at 1. " + _ends(temperatures, by_name)

    return draw_picture(draw)


def one_run(steps: Sequence[Step]) -> Picture:
    """Loss and accuracy of one run against steps."""
    checked = [(step.index + 1, step.validation) for step in steps if step.validation is not None]
    places, values = [place for place, _ in checked], [value for _, value in checked]

    def draw(axes: tuple[Axes, Axes]) -> str:
        left, right = axes
        curves.live_curve(left, [step.loss for step in steps], [], "loss, nats")
        curves.live_curve(right, [step.accuracy for step in steps], [], "accuracy, share")
        curves.validation_points(right, places, values)
        return (
            f"Left, the loss over {len(steps)} steps, from {steps[0].loss:.2f} to "
            f"{steps[-1].loss:.2f}. Right, the accuracy of the batches and, as diamonds, of the "
            f"validation texts, at the end {values[-1]:.2f}."
        )

    return draw_picture(draw, (7.5, 3.0), columns=2)


def humans_and_teacher(humans: Tensor, teacher: Tensor, classes: Sequence[str]) -> Picture:
    """Left the mean shares of humans and teacher, right the doubt of both on every text.

    humans, teacher: (rows, classes) probabilities
    """

    def draw(axes: tuple[Axes, Axes]) -> str:
        left, right = axes
        means = {"humans": humans.mean(0).numpy(), "teacher": teacher.mean(0).numpy()}
        charts.class_probabilities(left, means, [str(place) for place in range(len(classes))])
        left.set(ylim=(0, 0.6), xlabel=f"class, from {classes[0]} (0) to {classes[-1]}")
        doubts = entropy(humans).numpy(), entropy(teacher).numpy()
        names = ("entropy of humans, nats", "entropy of teacher, nats")
        charts.paired_points(right, *doubts, names)
        return (
            f"Left, mean class shares: humans {_shares(classes, humans.mean(0))}; teacher "
            f"{_shares(classes, teacher.mean(0))}. Right, one point per sentence: entropy of the "
            f"humans, mean {doubts[0].mean():.2f}, against entropy of the teacher, mean "
            f"{doubts[1].mean():.2f} nats."
        )

    picture = draw_picture(draw, (8.0, 3.2), columns=2)
    picture.figure.subplots_adjust(wspace=0.3)
    return picture


def soft_loss_curves(by_name: Mapping[str, Sequence[float]]) -> Picture:
    """The soft loss against steps, one line per run."""

    def draw(axes: Axes) -> str:
        for name, values in by_name.items():
            look = style(role_of(name))
            axes.plot(range(1, len(values) + 1), values, label=name, **look)
        most = max(max(values) for values in by_name.values())
        axes.set(xlabel="steps", ylabel="soft loss, nats", ylim=(0, 1.4 * most))
        axes.legend(frameon=False, loc="upper right")
        ends = ", ".join(f"{name} {values[-1]:.2f}" for name, values in by_name.items())
        return f"Soft loss against steps. At the last step: {ends} nats."

    return draw_picture(draw)


def _shares(classes: Sequence[str], shares: Tensor) -> str:
    return ", ".join(f"{name} {share:.2f}" for name, share in zip(classes, shares, strict=True))


def _ends(xs: Sequence[float], by_name: Mapping[str, Sequence[float]]) -> str:
    ends = [
        f"{name}: {values[0]:.3g} at {xs[0]:g}, {values[-1]:.3g} at {xs[-1]:g}."
        for name, values in by_name.items()
    ]
    return " ".join(ends)
