"""Correlation matrices in a row, and t-SNE pictures in a strip, each with its number."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from torch import Tensor

from labkit.evaluation.clusters import PERPLEXITIES, Scatter, tsne
from labkit.evaluation.features import FIRST, correlation_matrix
from labkit.experiments.online.facts.frozen import Frozen
from labkit.experiments.online.facts.spaces import Space, Twin
from labkit.files import write_atomically
from labkit.plots.picture import Picture

SHOWN = 300
"""Test texts in a t-SNE picture: more take longer and hide one another."""
CLASS_LOOKS = (
    ("#0072B2", "o"), ("#E69F00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#000000", "x"),
    ("#D55E00", "v"),
)  # fmt: skip
"""Colour and mark of each class: two cues, since six colours alone are hard to tell apart."""
IN_README = ("original", "linear", "VAE 0.005", "PCA")


def matrices(spaces: Mapping[str, Space], numbers: Mapping[str, Twin]) -> Picture:
    """The correlation matrices of the first 16 dimensions on the test texts, in a row.

    spaces, numbers: the same names, in the same order
    """
    wide = 1.75 * len(spaces) + 0.9
    figure = Figure(figsize=(wide, 2.6), layout="constrained", facecolor="white")
    all_axes = figure.subplots(1, len(spaces), squeeze=False)[0]
    alt = []
    for axes, (name, space) in zip(all_axes, spaces.items(), strict=True):
        found = numbers[name].correlation
        image = correlations(axes, correlation_matrix(space.test, FIRST))
        axes.set_title(f"{name}\nmean |r| {found.value:.2f}", fontsize=10)
        alt.append(f"{name} {found.value:.2f} ({found.low:.2f} to {found.high:.2f})")
    all_axes[0].set_ylabel("dimension")
    figure.colorbar(image, ax=list(all_axes), label="correlation r", shrink=0.75, pad=0.01)
    noise = next(iter(numbers.values())).correlation
    figure.supxlabel(
        f"dimension (independent ones: mean |r| {noise.noise:.2f} on {noise.rows} texts)",
        fontsize=9,
    )
    return Picture(
        figure,
        f"Correlation matrices of {FIRST} dimensions, side by side. Mean absolute correlation "
        f"beside the diagonal, with its 95 % interval: {'; '.join(alt)}. Independent dimensions "
        f"would show {noise.noise:.2f}.",
    )


def correlations(axes: Axes, matrix: Tensor) -> AxesImage:
    """One correlation matrix as colours from -1 to 1, its diagonal in grey: it says nothing."""
    values = np.ma.masked_where(np.eye(len(matrix), dtype=bool), matrix.numpy())
    axes.set_facecolor("0.7")
    image = axes.imshow(values, cmap="PuOr", vmin=-1, vmax=1, aspect="equal")
    last = len(matrix) - 1
    axes.set_xticks([0, last], ["1", str(last + 1)])
    axes.set_yticks([0, last], ["1", str(last + 1)])
    return image


def strip(
    spaces: Mapping[str, Space],
    labels: Tensor,
    class_names: Sequence[str],
    perplexities: Sequence[float] = PERPLEXITIES,
    rows: int = SHOWN,
) -> Picture:
    """A t-SNE picture of each space (down) at each perplexity (across), its silhouette on top.

    labels: (test rows,), which colour the points and are not seen by t-SNE
    """
    down, across = len(spaces), len(perplexities)
    figure = Figure(
        figsize=(2.5 * across + 0.4, 2.2 * down + 0.5), layout="constrained", facecolor="white"
    )
    grid = figure.subplots(down, across, squeeze=False)
    alt = []
    for row, (name, space) in zip(grid, spaces.items(), strict=True):
        scatters = tsne(space.test[:rows], labels[:rows], perplexities)
        for axes, found in zip(row, scatters, strict=True):
            scatter(axes, found, labels[:rows], class_names)
        row[0].set_ylabel(name, fontsize=10)
        alt.append(
            f"{name}: " + ", ".join(f"{s.silhouette:.2f} at {s.perplexity:g}" for s in scatters)
        )
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    return Picture(
        figure,
        f"t-SNE pictures of {rows} test texts, one row for each space, one column for each "
        f"perplexity. Silhouette in the picture, {'; '.join(alt)}.",
    )


def scatter(axes: Axes, found: Scatter, labels: Tensor, class_names: Sequence[str]) -> None:
    """One t-SNE picture: no axes, since its distances have no unit."""
    for place, (name, (colour, mark)) in enumerate(zip(class_names, CLASS_LOOKS, strict=False)):
        own = (labels == place).numpy()
        axes.plot(*found.points[own].T, mark, color=colour, markersize=3, label=name)
    axes.set_title(
        f"perplexity {found.perplexity:g}, silhouette {found.silhouette:.2f}", fontsize=9
    )
    axes.set(xticks=[], yticks=[], aspect="equal", adjustable="datalim")


def save(
    folder: Path,
    features: Frozen,
    spaces: Mapping[str, Space],
    numbers: Mapping[str, Twin],
    class_names: Sequence[str],
) -> list[Path]:
    """Write the two pictures of the README; gives their files."""
    four = {name: spaces[name] for name in IN_README}
    rows = {name: spaces[name] for name in ("original", "VAE 0.005")}
    drawn = {
        "frozen_matrices.png": matrices(four, numbers),
        "frozen_tsne.png": strip(rows, features.test_labels, class_names),
    }
    for name, picture in drawn.items():
        with write_atomically(folder / name) as temporary:
            temporary.write_bytes(picture.png())
    return [folder / name for name in drawn]
