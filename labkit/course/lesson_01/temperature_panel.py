"""How a temperature softens the classes of one example."""

from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes

from labkit.course.widgets.controls import class_sliders, number
from labkit.course.widgets.panel import Panel
from labkit.losses.softening import entropy, softened
from labkit.plots.charts import class_probabilities

LOGITS = (4.0, 2.0, 1.0, -1.0, -2.0, -3.0)


def draw_softened(
    axes: Axes, temperature: float, before: dict[str, Any] | None = None, **logits: float
) -> str:
    """Bars of the softened classes beside those at temperature 1, the previous ones as grey marks.

    logits: one value per class, named as on the sliders
    """
    soft, plain = _shares(logits, temperature), _shares(logits, 1.0)
    names = [name.removeprefix("class_") for name in logits]
    by_name = {"before softening": plain, "teacher, softened": soft}
    doubt = float(entropy(torch.tensor(soft)))
    title = f"entropy {doubt:.2f} nats, at most {np.log(len(soft)):.2f}"
    class_probabilities(axes, by_name, names, title, numbers=len(names) <= 4)
    axes.set(ylim=(0, 1.35), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1.0])  # room for the legend
    if before:
        _marks(axes, _shares({name: before[name] for name in logits}, before["temperature"]))
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    shares = ", ".join(f"{name} {share:.2f}" for name, share in zip(names, soft, strict=True))
    return (
        f"Bars of class probabilities at temperature {temperature:g}: {shares}. Entropy "
        f"{doubt:.2f} nats; at temperature 1 the first class has {plain[0]:.2f}."
    )


def _shares(logits: dict[str, float], temperature: float) -> np.ndarray:
    return softened(torch.tensor([list(logits.values())], dtype=torch.float64), temperature)[
        0
    ].numpy()


def _marks(axes: Axes, soft: np.ndarray) -> None:
    """Short black-edged lines where the bars stood before the last change."""
    places = np.arange(len(soft))
    axes.hlines(soft, places, places + 0.4, color="0.35", label="previous picture")


def panel(classes: int = 3) -> Panel:
    """The panel: one slider per class (3 to 6 classes) and one for the temperature."""
    sliders = class_sliders(classes, 3, LOGITS)
    return Panel(draw_softened, temperature=number("temperature", 2, 0.5, 20, 0.5), **sliders)
