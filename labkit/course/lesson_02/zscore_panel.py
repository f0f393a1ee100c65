"""What the z-score does to the logits of one text: the classes before and after it."""

from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes

from labkit.course.widgets.controls import class_sliders, number
from labkit.course.widgets.panel import Panel
from labkit.losses.softening import softened
from labkit.losses.standardised import zscore
from labkit.plots.charts import class_probabilities

LOGITS = (4.0, 1.0, -1.0, -2.0, -2.5, -3.0)


def draw_zscored(
    axes: Axes, temperature: float, before: dict[str, Any] | None = None, **logits: float
) -> str:
    """Bars of the softened classes of the raw logits beside those of their z-scores.

    logits: one value per class, named as on the sliders; the previous picture is dark lines
    """
    raw, scored = _both(logits, temperature)
    scores = _numbers(zscore(_row(logits))[0].numpy())
    names = [name.removeprefix("class_") for name in logits]
    by_name = {"before z-score": raw, "teacher, z-scored": scored}
    class_probabilities(axes, by_name, names, f"z-scores {scores}", numbers=len(names) <= 4)
    axes.title.set_fontsize(10)
    axes.set(ylim=(0, 1.4), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1.0])  # room for the legend
    if before:
        _marks(axes, *_both({name: before[name] for name in logits}, before["temperature"]))
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return (
        f"Bars of class probabilities at temperature {temperature:g}, classes {', '.join(names)}: "
        f"before the z-score {_numbers(raw)}, after it {_numbers(scored)}. The z-scores are "
        f"{scores}."
    )


def panel(classes: int = 3) -> Panel:
    """The panel: one slider per class (2 to 6 classes) and one for the temperature."""
    sliders = class_sliders(classes, 2, LOGITS)
    return Panel(draw_zscored, temperature=number("temperature", 1, 0.5, 10, 0.5), **sliders)


def _row(logits: dict[str, float]) -> torch.Tensor:
    return torch.tensor([list(logits.values())], dtype=torch.float64)


def _both(logits: dict[str, float], temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """The classes of the raw logits and of their z-scores, (classes,) each."""
    row = _row(logits)
    return softened(row, temperature)[0].numpy(), softened(zscore(row), temperature)[0].numpy()


def _marks(axes: Axes, raw: np.ndarray, scored: np.ndarray) -> None:
    """Dark lines where the bars stood before the last change."""
    places = np.arange(len(raw))
    axes.hlines(raw, places - 0.4, places, color="0.35", label="previous picture")
    axes.hlines(scored, places, places + 0.4, color="0.35")


def _numbers(values: np.ndarray) -> str:
    return ", ".join(f"{value + 0.0:.2f}" for value in values.round(2))
