"""Fig. 3 with numbers: the correlation of sixteen dimensions in every space, and by chance."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from labkit.evaluation.features import (
    FIRST,
    correlation_matrix,
    noise_level,
    off_diagonal,
    off_diagonal_elsewhere,
)
from labkit.evaluation.verdict import interval
from labkit.experiments.online import pictures
from labkit.experiments.online.claim_list import Claim
from labkit.experiments.online.claims import Verdict, compared, with_words
from labkit.experiments.online.facts.frozen import SEEDS, Frozen, frozen_sets
from labkit.experiments.online.facts.spaces import spaces
from labkit.experiments.online.runs_table import write_verdicts
from labkit.experiments.results import rounded, write_csv
from labkit.plots.picture import Picture

NAME = "kdfd_figure3"
COLUMNS = (
    "dataset", "space", "value", "low", "high", "noise", "rows", "steps", "other_sixteens_least",
    "other_sixteens_most", "seeds", "seeds_mean", "seeds_low", "seeds_high",
)  # fmt: skip
CLAIMS = (
    Claim(NAME, "the VAE's dimensions are less correlated than the original's", "VAE 0.005",
          "original", "features", "|r|"),
    Claim(NAME, "the VAE's dimensions are less correlated than a linear bottleneck's", "VAE 0.005",
          "linear", "features", "|r|"),
    Claim(NAME, "the VAE's dimensions are less correlated than the autoencoder's", "VAE 0.005",
          "AE", "features", "|r|"),
    Claim(NAME, "the VAE's dimensions are less correlated than PCA's", "VAE 0.005", "PCA",
          "features", "|r|"),
    Claim(NAME, "the VAE's dimensions are less correlated than after a random rotation",
          "VAE 0.005", "random rotation", "features", "|r|"),
)  # fmt: skip
DRAWN = ("original", "random rotation", "linear", "AE", "VAE 0.005", "VAE 1", "PCA")


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file, its verdict lines and its pictures."""
    rows, lines, drawn = [], [], []
    for frozen in frozen_sets(scale):
        by_seed = [spaces(frozen, seed) for seed in range(SEEDS)]
        values = {
            name: [off_diagonal(found[name].test, redraws=2).value for found in by_seed]
            for name in DRAWN
        }
        rows += [_row(frozen, name, by_seed[0][name].test, values[name]) for name in DRAWN]
        lines += _lines(frozen.dataset, values)
        drawn.append((frozen.dataset, {name: by_seed[0][name].test for name in DRAWN}))
    write_csv(folder / f"{NAME}.csv", {**about, "what": _WHAT}, COLUMNS, rows)
    lines = with_words(lines)
    write_verdicts(folder, NAME, lines)
    pictures.write(picture(drawn).figure, folder / f"{NAME}.png")


def _row(frozen: Frozen, name: str, test: Tensor, values: Sequence[float]) -> list[object]:
    one, over = off_diagonal(test), interval(values)
    others = off_diagonal_elsewhere(test)
    told = [one.value, one.low, one.high, one.noise, one.rows, frozen.steps]
    told += [min(others), max(others), len(values), over.mean, over.low, over.high]
    return [frozen.dataset, name, *map(rounded, told)]


def _lines(dataset: str, values: Mapping[str, Sequence[float]]) -> list[Verdict]:
    """Less is better, so the numbers are turned round."""
    return [
        compared(
            claim, dataset, [-v for v in values[claim.first]], [-v for v in values[claim.second]]
        )
        for claim in CLAIMS
    ]


def picture(drawn: Sequence[tuple[str, Mapping[str, Tensor]]]) -> Picture:
    """A matrix for every space, a row per data set, each with its number in the title."""
    from matplotlib.figure import Figure

    columns = max(len(found) for _, found in drawn)
    figure = Figure(figsize=(1.75 * columns, 2.25 * len(drawn) + 0.3), layout="constrained")
    grid, alt, image = figure.subplots(len(drawn), columns, squeeze=False), [], None
    for line, (dataset, found) in zip(grid, drawn, strict=True):
        noise = noise_level(len(next(iter(found.values()))))
        for axes, (name, features) in zip(line, found.items(), strict=True):
            value = off_diagonal(features, redraws=2).value
            matrix = correlation_matrix(features).numpy()
            image = axes.imshow(matrix, cmap="PuOr", vmin=-1, vmax=1)
            axes.set_title(f"{name}\nmean |r| {value:.2f}", fontsize=9)
            axes.set(xticks=[0, FIRST - 1], yticks=[0, FIRST - 1])
            axes.tick_params(labelsize=7)
            alt.append(f"{dataset}, {name}: mean absolute correlation {value:.2f}")
        line[0].set_ylabel(f"{dataset}\ndimension (chance: {noise:.3f})", fontsize=8)
    assert image is not None
    figure.colorbar(image, ax=grid, shrink=0.6, label="correlation")
    return Picture(figure, f"Correlation of the first 16 dimensions. {'; '.join(alt)}.")


def chance_level(rows: int, dimensions: int = FIRST, seed: int = 0) -> float:
    """The mean |r| of independent normal dimensions on so many rows, drawn once."""
    chance = torch.Generator().manual_seed(seed)
    return off_diagonal(torch.randn(rows, dimensions, generator=chance), redraws=2).value


_WHAT = (
    "mean absolute correlation of two of the first 16 dimensions, on test rows; low and high: 95 % "
    "over redrawn rows of seed 0; seeds: first weights of the bottleneck (the original has none, "
    "a rotation draws another); noise: what independent dimensions show on so many rows; other "
    "sixteens: least and most of all further neighbouring sixteens. The encoder is a teacher "
    "that learned the labels and stays as it is."
)
