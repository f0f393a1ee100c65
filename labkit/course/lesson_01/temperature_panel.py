"""How a temperature softens the classes of one example."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from labkit.course.widgets.panel import Panel, number
from labkit.plots import charts as plots

LOGITS = (4.0, 2.0, 1.0, -1.0, -2.0, -3.0)


def softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(logits / temperature).

    Source: Hinton et al. 2015 (arXiv:1503.02531), eq. 1.

    logits: (classes,); temperature: > 0, no unit; returns (classes,), its sum is 1
    """
    if temperature <= 0:
        raise ValueError(f"temperature must be > 0, got {temperature}")
    scaled = (logits - logits.max()) / temperature
    shares = np.exp(scaled)
    return np.asarray(shares / shares.sum())


def entropy(probabilities: np.ndarray) -> float:
    """Entropy in nats: 0 when one class has everything, log(classes) when all are equal."""
    positive = probabilities[probabilities > 0]
    return float(-(positive * np.log(positive)).sum())


def draw(
    axes: Axes, temperature: float, before: dict[str, Any] | None = None, **logits: float
) -> str:
    """Bars of the softened classes beside those at temperature 1, the previous ones as grey marks.

    logits: one value a class, named as on the sliders
    """
    names, values = list(logits), np.array(list(logits.values()))
    soft, plain = softened(values, temperature), softened(values, 1.0)
    names = [name.removeprefix("class_") for name in names]
    by_name = {"before softening": plain, "teacher, softened": soft}
    title = f"entropy {entropy(soft):.2f} nats, at most {np.log(len(values)):.2f}"
    plots.class_probabilities(axes, by_name, names, title)
    if before:
        _marks(axes, np.array([before[name] for name in logits]), before["temperature"])
    shares = ", ".join(f"{name} {share:.2f}" for name, share in zip(names, soft, strict=True))
    return (
        f"Bars of class probabilities at temperature {temperature:g}: {shares}. Entropy "
        f"{entropy(soft):.2f} nats; at temperature 1 the first class has {plain[0]:.2f}."
    )


def _marks(axes: Axes, values: np.ndarray, temperature: float) -> None:
    """Short black-edged lines where the bars stood before the last change."""
    soft = softened(values, temperature)
    label = "previous picture"
    axes.hlines(soft, np.arange(len(soft)), np.arange(len(soft)) + 0.4, color="0.35", label=label)
    axes.legend(frameon=False)


def panel(classes: int = 3) -> Panel:
    """The panel: one slider a class (3 to 6 classes) and one for the temperature."""
    if not 3 <= classes <= 6:
        raise ValueError(f"classes must be 3 to 6, got {classes}")
    sliders = {
        f"class_{letter}": number(f"logit of class {letter}", start, -5, 5, 0.5)
        for letter, start in zip("ABCDEF"[:classes], LOGITS, strict=False)
    }
    return Panel(draw, temperature=number("temperature", 2, 0.5, 20, 0.5), **sliders)
