"""The pictures of lesson 01: data in, one Picture with its alt text out."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from labkit.evaluation.verdict import Interval, Verdict
from labkit.losses.softening import entropy
from labkit.plots import charts as plots
from labkit.plots.picture import Picture, draw_multiples, draw_picture
from labkit.training.config import Step


def teacher_doubts(probabilities: Tensor, labels: Tensor, classes: Sequence[str]) -> Picture:
    """Bars of the teacher's probabilities, one small drawing a question.

    probabilities: (questions, classes), at most 4 questions; labels: (questions,)
    """

    def draw(axes: Axes, question: int) -> str:
        shares, right = probabilities[question - 1], int(labels[question - 1])
        plots.teacher_bars(axes, shares.numpy(), classes, right)
        return f"{_shares(classes, shares)}; right is {classes[right]}."

    picture = draw_multiples(draw, {"question": range(1, len(labels) + 1)})
    return Picture(picture.figure, f"Bars of the teacher's class probabilities. {picture.alt}")


def mean_by_class(probabilities: Tensor, labels: Tensor, classes: Sequence[str]) -> Picture:
    """A table in colours: the teacher's mean probabilities for the texts of each class.

    probabilities: (rows, classes); labels: (rows,); each class has a text
    """
    means = np.stack([probabilities[labels == label].mean(0) for label in range(len(classes))])

    def draw(axes: Axes) -> str:
        title = "mean probability by the teacher"
        plots.heat_map(axes, means, classes, classes, title)
        axes.set(xlabel="class by the teacher", ylabel="right class")
        off = means * (1 - np.eye(len(classes)))
        row, column = divmod(int(off.argmax()), len(classes))
        return (
            f"Heat map of the teacher's mean class probabilities, one row a right class. The "
            f"largest one off the diagonal is {off.max():.2f}, from {classes[row]} to "
            f"{classes[column]}."
        )

    return draw_picture(draw, (5.0, 3.4))


def gradient_norms(
    temperatures: Sequence[float], by_name: Mapping[str, Sequence[float]]
) -> Picture:
    """How strongly the soft loss pulls at the student's logits, against temperature."""

    def draw(axes: Axes) -> str:
        plots.named_curves(
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
        plots.named_curves(axes, temperatures, by_name, "temperature, no unit", "ratio, no unit")
        axes.axhline(1, color=plots.COLOR["baseline"], linestyle=":", label="limit")
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
        plots.live_curve(left, [step.loss for step in steps], [], "loss, nats")
        plots.live_curve(right, [step.accuracy for step in steps], [], "accuracy, share")
        plots.validation_points(right, places, values)
        return (
            f"Left, the loss over {len(steps)} steps, from {steps[0].loss:.2f} to "
            f"{steps[-1].loss:.2f}. Right, the accuracy of the batches and, as diamonds, of the "
            f"validation texts, at the end {values[-1]:.2f}."
        )

    return draw_picture(draw, (7.5, 3.0), columns=2)


def arms(by_name: Mapping[str, float | Interval], chance: float, teacher: float) -> Picture:
    """Bars of test accuracy with intervals over seeds, chance and teacher as lines."""

    def draw(axes: Axes) -> str:
        plots.accuracy_bars(axes, by_name, chance, teacher)
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 0.98), ncols=2)
        said = ", ".join(f"{name} {_mean(value):.2f}" for name, value in by_name.items())
        return (
            f"Bars of test accuracy, the black lines are 95 % intervals over seeds: {said}. "
            f"Lines: chance {chance:.2f}, teacher {teacher:.2f}."
        ).replace("\n", " ")

    return draw_picture(draw, (max(5.0, 1.25 * len(by_name)), 3.0))


def differences(verdicts: Sequence[Verdict]) -> Picture:
    """Each verdict as a line: the difference, its interval, and where no difference lies."""

    def draw(axes: Axes) -> str:
        plots.difference_lines(axes, verdicts)
        said = " ".join(verdict.sentence for verdict in verdicts)
        return f"Differences in test accuracy with 95 % intervals and a line at 0. {said}"

    picture = draw_picture(draw, (7.0, 0.6 * len(verdicts) + 1.4))
    picture.figure.subplots_adjust(left=0.32)
    return picture


def humans_and_teacher(humans: Tensor, teacher: Tensor, classes: Sequence[str]) -> Picture:
    """Left the mean shares of humans and teacher, right the doubt of both on every text.

    humans, teacher: (rows, classes) probabilities
    """

    def draw(axes: tuple[Axes, Axes]) -> str:
        left, right = axes
        means = {"humans": humans.mean(0).numpy(), "teacher": teacher.mean(0).numpy()}
        plots.class_probabilities(left, means, [str(place) for place in range(len(classes))])
        left.set(ylim=(0, 0.6), xlabel=f"class, from {classes[0]} (0) to {classes[-1]}")
        doubts = entropy(humans).numpy(), entropy(teacher).numpy()
        names = ("entropy of humans, nats", "entropy of teacher, nats")
        plots.paired_points(right, *doubts, names)
        return (
            f"Left, mean class shares: humans {_shares(classes, humans.mean(0))}; teacher "
            f"{_shares(classes, teacher.mean(0))}. Right, a point a sentence: entropy of the "
            f"humans, mean {doubts[0].mean():.2f}, against entropy of the teacher, mean "
            f"{doubts[1].mean():.2f} nats."
        )

    picture = draw_picture(draw, (8.0, 3.2), columns=2)
    picture.figure.subplots_adjust(wspace=0.3)
    return picture


def soft_loss_curves(by_name: Mapping[str, Sequence[float]]) -> Picture:
    """The soft loss against steps, one line a run."""

    def draw(axes: Axes) -> str:
        for name, values in by_name.items():
            look = plots.style(plots.role_of(name))
            axes.plot(range(1, len(values) + 1), values, label=name, **look)
        most = max(max(values) for values in by_name.values())
        axes.set(xlabel="steps", ylabel="soft loss, nats", ylim=(0, 1.4 * most))
        axes.legend(frameon=False, loc="upper right")
        said = ", ".join(f"{name} {values[-1]:.2f}" for name, values in by_name.items())
        return f"Soft loss against steps. At the last step: {said} nats."

    return draw_picture(draw)


def _shares(classes: Sequence[str], shares: Tensor) -> str:
    return ", ".join(f"{name} {share:.2f}" for name, share in zip(classes, shares, strict=True))


def _mean(value: float | Interval) -> float:
    return value if isinstance(value, int | float) else value.mean


def _ends(xs: Sequence[float], by_name: Mapping[str, Sequence[float]]) -> str:
    said = [
        f"{name}: {values[0]:.3g} at {xs[0]:g}, {values[-1]:.3g} at {xs[-1]:g}."
        for name, values in by_name.items()
    ]
    return " ".join(said)
