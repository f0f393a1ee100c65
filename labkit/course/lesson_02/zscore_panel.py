"""What the z-score does to the logits of one text: the classes before and after it."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from labkit.course.lesson_01.temperature_panel import softened
from labkit.course.widgets.panel import Panel, number
from labkit.plots import charts as plots

LOGITS = (4.0, 1.0, -1.0, -2.0, -2.5, -3.0)
SMALLEST_DEVIATION = 0.01


def zscore(logits: np.ndarray) -> np.ndarray:
    """The logits shifted and scaled to mean 0 and sample deviation 1.

    Source: Sun et al. 2024 (arXiv:2403.01427), the Z-score function.

    logits: (classes,), at least 2; returns (classes,); a deviation below 0.01 counts as 0.01
    """
    if len(logits) < 2:
        raise ValueError(f"got {len(logits)} logit, wanted at least 2: one number has no deviation")
    deviation = max(float(logits.std(ddof=1)), SMALLEST_DEVIATION)
    return np.asarray((logits - logits.mean()) / deviation)


def draw(
    axes: Axes, temperature: float, before: dict[str, Any] | None = None, **logits: float
) -> str:
    """Bars of the softened classes of the raw logits beside those of their z-scores.

    logits: one value a class, named as on the sliders; the previous picture is black lines
    """
    values = np.array(list(logits.values()))
    names = [name.removeprefix("class_") for name in logits]
    raw, scored = softened(values, temperature), softened(zscore(values), temperature)
    by_name = {"before z-score": raw, "teacher, z-scored": scored}
    title = f"z-scores {_numbers(zscore(values))}"
    plots.class_probabilities(axes, by_name, names, title)
    axes.title.set_fontsize(10)
    axes.set(ylim=(0, 1.4), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1.0])  # room for the legend
    if before:
        _marks(axes, np.array([before[name] for name in logits]), before["temperature"])
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return (
        f"Bars of class probabilities at temperature {temperature:g}, classes {', '.join(names)}: "
        f"before the z-score {_numbers(raw)}, after it {_numbers(scored)}. The z-scores are "
        f"{_numbers(zscore(values))}."
    )


def panel(classes: int = 3) -> Panel:
    """The panel: one slider a class (2 to 6 classes) and one for the temperature."""
    if not 2 <= classes <= 6:
        raise ValueError(f"classes must be 2 to 6, got {classes}")
    sliders = {
        f"class_{letter}": number(f"logit of class {letter}", start, -5, 5, 0.5)
        for letter, start in zip("ABCDEF"[:classes], LOGITS, strict=False)
    }
    return Panel(draw, temperature=number("temperature", 1, 0.5, 10, 0.5), **sliders)


def _marks(axes: Axes, values: np.ndarray, temperature: float) -> None:
    """Dark lines where the bars stood before the last change."""
    places = np.arange(len(values))
    raw, scored = softened(values, temperature), softened(zscore(values), temperature)
    axes.hlines(raw, places - 0.4, places, color="0.35", label="previous picture")
    axes.hlines(scored, places, places + 0.4, color="0.35")


def _numbers(values: np.ndarray) -> str:
    return ", ".join(f"{value + 0.0:.2f}" for value in values.round(2))
