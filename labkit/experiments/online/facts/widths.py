"""Width, lambda and beta on features that stay: why the width cannot matter."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from labkit.evaluation.measures import accuracy, nll
from labkit.evaluation.pca_vae import measured_nats
from labkit.evaluation.verdict import interval
from labkit.experiments.online import pictures
from labkit.experiments.online.facts.frozen import Frozen, fitted, frozen_sets
from labkit.experiments.online.plan import BETAS, LAMBDAS, WIDTHS
from labkit.experiments.results import rounded, write_csv
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig
from labkit.plots import looks
from labkit.plots.picture import Picture

NAME = "kdfd_widths"
SEEDS = 3
USUAL = BottleneckConfig("vae", 64, 0.005)
COLUMNS = ("dataset", "setting", "value", "seed", "score", "nll", "nats", "live", "rank", "classes")
SETTINGS = {"latent": WIDTHS, "weight": LAMBDAS, "beta": BETAS}
NAMES = {"latent": "width", "weight": "lambda", "beta": "beta"}
Row = list[object]


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file and its picture."""
    rows = [
        _row(frozen, setting, value, seed)
        for frozen in frozen_sets(scale)[:1]
        for setting, values in SETTINGS.items()
        for value in values
        for seed in range(SEEDS)
    ]
    write_csv(folder / f"{NAME}.csv", {**about, "what": _WHAT}, COLUMNS, rows)
    pictures.write(picture(rows).figure, folder / f"{NAME}.png")


def rank(bottleneck: Bottleneck) -> int:
    """The rank of the one linear map that class head and mean head are together.

    At most the number of classes, and with a softmax on top only one less matters, however wide
    the passage between them is.
    """
    with torch.no_grad():
        whole = bottleneck.to_classes.weight @ bottleneck.to_mean.get_parameter("weight")
        values = torch.linalg.svdvals(whole)
    return int((values > 1e-5 * values[0]).sum())


def _row(frozen: Frozen, setting: str, value: float, seed: int) -> Row:
    config = _moved(setting, value)
    bottleneck = fitted(frozen, config, seed)
    with torch.no_grad():
        logits = bottleneck(frozen.test).logits
    kept = measured_nats(bottleneck, frozen.train)
    numbers = [accuracy(logits, frozen.test_labels), nll(logits, frozen.test_labels), kept.total]
    told = [kept.live, rank(bottleneck), frozen.classes]
    return [frozen.dataset, setting, value, seed, *map(rounded, numbers), *told]


def _moved(setting: str, value: float) -> BottleneckConfig:
    if setting == "latent":
        return replace(USUAL, latent=int(value))
    return replace(USUAL, weight=value) if setting == "weight" else replace(USUAL, beta=value)


def picture(rows: Sequence[Row]) -> Picture:
    """Accuracy above, nats below, over width, lambda and beta; a line per data set."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 4.6), layout="constrained")
    grid, alt = figure.subplots(2, len(SETTINGS), sharex="col"), []
    for column, (setting, values) in enumerate(SETTINGS.items()):
        for place, dataset in enumerate(dict.fromkeys(row[0] for row in rows)):
            for line, (what, at) in enumerate((("accuracy", 4), ("nats", 6))):
                spreads = [
                    interval([float(str(row[at])) for row in rows
                              if (row[0], row[1], row[2]) == (dataset, setting, value)])
                    for value in sorted(values)
                ]  # fmt: skip
                means = [spread.mean for spread in spreads]
                mark = looks.SERIES[place].mark
                axes = grid[line, column]
                axes.plot(means, marker=mark, label=str(dataset), **looks.series(place))
                pairs = zip(sorted(values), means, strict=True)
                told = ", ".join(f"{value:g} {mean:.3g}" for value, mean in pairs)
                alt.append(f"{dataset}, {what} over {NAMES[setting]}: {told}")
        names = [f"{value:g}" for value in sorted(values)]
        grid[1, column].set_xticks(range(len(names)), names, fontsize=8)
        grid[1, column].set_xlabel(NAMES[setting])
    grid[0, 0].set_title(_ranks(rows), fontsize=8, loc="left")
    grid[0, 0].set_ylabel("test accuracy, share")
    grid[1, 0].set_ylabel("nats kept")
    grid[0, 0].legend(frameon=False, fontsize=8)
    return Picture(figure, f"A VAE on frozen features. {'; '.join(alt)}.")


def _ranks(rows: Sequence[Row]) -> str:
    """What the rank of head times mean is at every width, per data set."""
    found = {str(row[0]): set[int]() for row in rows}
    for row in rows:
        if row[1] == "latent":
            found[str(row[0])].add(int(str(row[8])))
    told = [f"{name} {min(own)} to {max(own)}" for name, own in found.items()]
    return f"rank of head times mean: {', '.join(told)}"


_WHAT = (
    "a VAE of 64 dimensions, lambda 0.005 and beta 1 on the features of a teacher that stays as "
    "it is, one setting moved at a time; rank: of class head times mean head; live: dimensions "
    "with more than 0.01 nats of the train rows"
)
