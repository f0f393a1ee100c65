"""Fig. 4 with numbers: t-SNE at three perplexities, beside what no projection can bend."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.evaluation.clusters import PERPLEXITIES, Scatter, linear_probe, silhouette, tsne
from labkit.experiments.online import pictures
from labkit.experiments.online.claim_list import Claim
from labkit.experiments.online.claims import Verdict, compared, with_words
from labkit.experiments.online.facts.frozen import SEEDS, Frozen, frozen_sets
from labkit.experiments.online.facts.spaces import Space, spaces
from labkit.experiments.online.runs_table import write_verdicts
from labkit.experiments.results import rounded, write_csv
from labkit.plots import looks
from labkit.plots.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "kdfd_figure4"
ROWS = 300
DRAWN = ("original", "random projection", "linear", "VAE 0.005", "VAE 1", "PCA")
COLUMNS = (
    "dataset", "space", "width", "rows", "silhouette", "probe",
    *(f"silhouette_{perplexity:g}" for perplexity in PERPLEXITIES),
)  # fmt: skip
OWN = "silhouette"
CLAIMS = (
    Claim(NAME, "the VAE's clusters are tighter than the original's", "VAE 0.005", "original",
          "features", OWN),
    Claim(NAME, "the VAE's clusters are tighter than a linear bottleneck's", "VAE 0.005", "linear",
          "features", OWN),
    Claim(NAME, "the VAE's clusters are tighter than PCA's", "VAE 0.005", "PCA", "features", OWN),
    Claim(NAME, "classes are read better from the VAE than from the original", "VAE 0.005",
          "original", "features", "score"),
    Claim(NAME, "classes are read better from the VAE than from random directions", "VAE 0.005",
          "random projection", "features", "score"),
)  # fmt: skip


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file, its verdict lines and its picture."""
    rows, lines = [], []
    drawn: list[tuple[Frozen, dict[str, list[Scatter]]]] = []
    for frozen in frozen_sets(scale):
        by_seed = [spaces(frozen, seed) for seed in range(SEEDS)]
        some, labels = _some(frozen)
        perplexities = [value for value in PERPLEXITIES if value < len(some)]
        scatters = {}
        for name in DRAWN:
            test = by_seed[0][name].test
            scatters[name] = tsne(test[some], labels, perplexities)
            rows.append(_row(frozen, name, by_seed[0][name], scatters[name]))
        lines += _lines(frozen, by_seed)
        drawn.append((frozen, scatters))
    write_csv(folder / f"{NAME}.csv", {**about, "what": _WHAT}, COLUMNS, rows)
    write_verdicts(folder, NAME, with_words(lines))
    pictures.write(picture(*drawn[0]).figure, folder / f"{NAME}.png")


def _some(frozen: Frozen) -> tuple[Tensor, Tensor]:
    order = torch.randperm(len(frozen.test), generator=torch.Generator().manual_seed(0))[:ROWS]
    return order, frozen.test_labels[order]


def _row(frozen: Frozen, name: str, space: Space, scatters: Sequence[Scatter]) -> list[object]:
    some, labels = _some(frozen)
    seen = {scatter.perplexity: scatter.silhouette for scatter in scatters}
    numbers = [silhouette(space.test[some], labels), _probe(frozen, space)]
    numbers += [seen.get(perplexity, float("nan")) for perplexity in PERPLEXITIES]
    return [frozen.dataset, name, space.test.shape[1], len(some), *map(rounded, numbers)]


def _probe(frozen: Frozen, space: Space) -> float:
    return linear_probe(space.train, frozen.train_labels, space.test, frozen.test_labels)


def _lines(frozen: Frozen, by_seed: Sequence[Mapping[str, Space]]) -> list[Verdict]:
    some, labels = _some(frozen)
    tight = {n: [silhouette(found[n].test[some], labels) for found in by_seed] for n in DRAWN}
    read = {n: [_probe(frozen, found[n]) for found in by_seed] for n in DRAWN}
    found = []
    for claim in CLAIMS:
        values = tight if claim.measure == OWN else read
        found.append(compared(claim, frozen.dataset, values[claim.first], values[claim.second]))
    return found


def picture(frozen: Frozen, scatters: Mapping[str, Sequence[Scatter]]) -> Picture:
    """A column per space, a row per perplexity; the number is the silhouette in the picture."""
    from matplotlib.figure import Figure

    lines = len(next(iter(scatters.values())))
    figure = Figure(figsize=(1.75 * len(scatters), 1.85 * lines + 0.4), layout="constrained")
    grid, labels, alt = figure.subplots(lines, len(scatters), squeeze=False), _some(frozen)[1], []
    for column, (name, own) in enumerate(scatters.items()):
        for line, scatter in enumerate(own):
            axes = grid[line, column]
            _dots(axes, scatter, labels)
            axes.set_title(f"{name}\n{scatter.silhouette:.2f}" if line == 0
                           else f"{scatter.silhouette:.2f}", fontsize=9)  # fmt: skip
            if column == 0:
                axes.set_ylabel(f"perplexity {scatter.perplexity:g}", fontsize=9)
            alt.append(f"{name}, perplexity {scatter.perplexity:g}: {scatter.silhouette:.2f}")
    figure.suptitle(
        f"t-SNE of {len(labels)} test texts of {frozen.dataset}; number: silhouette of the classes "
        "in the picture",
        fontsize=9,
    )
    return Picture(figure, f"t-SNE pictures with the silhouette in each. {'; '.join(alt)}.")


def _dots(axes: "Axes", scatter: Scatter, labels: Tensor) -> None:
    for value in labels.unique().tolist():
        look = looks.SERIES[value % len(looks.SERIES)]
        own = scatter.points[(labels == value).numpy()]
        mark = look.mark if value < len(looks.SERIES) else "P"
        axes.scatter(own[:, 0], own[:, 1], s=6, marker=mark, color=look.color, linewidths=0)
    axes.set(xticks=[], yticks=[])


_WHAT = (
    "silhouette and linear probe in the space itself, then the silhouette in its t-SNE pictures; "
    "seed 0 of the bottlenecks; the verdict lines are over five seeds of them"
)
