"""The water line: beta against the eigenvalues says which dimensions will carry anything."""

import math
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from torch import Tensor

from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel
from labkit.plots.looks import ROLES, style

SHOWN = 64
"""Eigenvalues that are drawn, the largest first."""
SIZE = (7.5, 3.3)
PLACES = np.arange(1, SHOWN + 1)


def panel(eigenvalues: Tensor) -> Panel:
    """The panel: move beta, the price of a nat, and see which dimensions stay above it.

    eigenvalues: (width,), the largest first, of centred and scaled features
    """
    values = eigenvalues[:SHOWN].tolist()
    return Panel(partial(draw, values=values), size=SIZE, beta=number("beta", 1, 0.1, 40, 0.1))


def draw(axes: Axes, values: list[float], beta: float) -> str:
    """Eigenvalues over the line beta; what stands above it, in halves of logarithms, is kept."""
    heights, places = np.array(values), PLACES[: len(values)]
    live = heights > beta
    kept = sum(0.5 * math.log(value / beta) for value in values if value > beta)
    axes.vlines(places[live], beta, heights[live], color=ROLES["student"].color, linewidth=4)
    axes.plot(places, heights, ".", color="black", markersize=5, label="eigenvalue")
    axes.axhline(beta, **style("teacher"), label="beta")
    axes.set(yscale="log", ylim=(0.05, 120), xlim=(0, len(values) + 1))
    axes.set(xlabel="direction, strongest first", ylabel="variance")
    axes.set_title(f"beta {beta:g}: {live.sum()} live dimensions, {kept:.1f} nats", fontsize=11)
    axes.legend(frameon=False, loc="upper right", ncols=2, fontsize=9)
    return (
        f"The {len(values)} largest eigenvalues, logarithmic, from {values[0]:.1f} to "
        f"{values[-1]:.2f}, and a line at beta {beta:g}: {live.sum()} stand above it and carry "
        f"{kept:.1f} nats together."
    )
