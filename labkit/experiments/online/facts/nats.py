"""A linear VAE is probabilistic PCA: its nats, dimension by dimension, before it is trained."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit.evaluation.pca_vae import Nats, measured_nats, predicted_nats
from labkit.experiments.online import pictures
from labkit.experiments.online.facts.frozen import Frozen, frozen_sets
from labkit.experiments.online.facts.spaces import LATENT
from labkit.experiments.results import rounded, write_csv
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import BottleneckConfig
from labkit.plots import looks
from labkit.plots.picture import Picture

NAME = "kdfd_nats"
BETAS = (1.0, 4.0, 16.0)
TIMES = 3
"""Times the usual steps: directions with an eigenvalue near beta are learned last."""
COLUMNS = ("dataset", "beta", "reduction", "dimension", "predicted", "trained", "steps")
Pair = tuple[str, Nats, Nats]


def make(folder: Path, about: Mapping[str, str], scale: str) -> None:
    """Write the file and its picture."""
    rows: list[list[object]] = []
    drawn = []
    for frozen in frozen_sets(scale):
        pairs = [_pair(frozen, beta, "sum") for beta in BETAS] + [_pair(frozen, 1.0, "mean")]
        for (beta, reduction), (_, predicted, trained) in zip(SETTINGS, pairs, strict=True):
            both = zip(predicted.by_dimension, trained.by_dimension, strict=True)
            rows += [
                [frozen.dataset, f"{beta:g}", reduction, place, rounded(float(a)),
                 rounded(float(b)), TIMES * frozen.steps]
                for place, (a, b) in enumerate(both)
            ]  # fmt: skip
        drawn.append((frozen.dataset, pairs))
    write_csv(folder / f"{NAME}.csv", {**about, "what": _WHAT}, COLUMNS, rows)
    pictures.write(picture(drawn).figure, folder / f"{NAME}.png")


SETTINGS = (*((beta, "sum") for beta in BETAS), (1.0, "mean"))


def _pair(frozen: Frozen, beta: float, reduction: str) -> Pair:
    config = BottleneckConfig("vae", LATENT, 1.0, beta, reduction)
    trained = fit(frozen.train, None, config, FitConfig(TIMES * frozen.steps))
    centred = (frozen.train - trained.centre) / trained.scale
    name = f"beta {beta:g}" if reduction == "sum" else "error averaged, not summed"
    predicted = predicted_nats(centred, LATENT, beta, reduction)
    return name, predicted, measured_nats(trained, frozen.train)


def picture(drawn: Sequence[tuple[str, Sequence[Pair]]]) -> Picture:
    """Nats of each dimension, the largest first: the line was drawn before the dots."""
    from matplotlib.figure import Figure

    columns = len(SETTINGS)
    figure = Figure(figsize=(2.6 * columns, 2.5 * len(drawn)), layout="constrained")
    grid, alt = figure.subplots(len(drawn), columns, squeeze=False), []
    for line, (dataset, pairs) in zip(grid, drawn, strict=True):
        for axes, (name, predicted, trained) in zip(line, pairs, strict=True):
            axes.plot(predicted.by_dimension, **looks.style("other"), label="from eigenvalues")
            axes.plot(
                trained.by_dimension, "o", color=looks.ROLES["student"].color, markersize=3,
                label="trained",
            )  # fmt: skip
            axes.set_title(
                f"{dataset}, {name}\n{predicted.total:.1f} nats predicted, "
                f"{trained.total:.1f} trained",
                fontsize=8,
            )
            axes.set_xlabel("dimension, by size", fontsize=8)
            most = float(max(predicted.by_dimension.max(), trained.by_dimension.max()))
            axes.set_ylim(-0.05, 1.1 * most if most > 0.1 else 1.0)
            told = f"{predicted.total:.1f} predicted, {trained.total:.1f} trained"
            alt.append(f"{dataset}, {name}: {told}")
        line[0].set_ylabel("nats", fontsize=8)
    grid[0, 0].legend(frameon=False, fontsize=8)
    return Picture(figure, f"Nats that a linear VAE of 64 dimensions keeps. {'; '.join(alt)}.")


_WHAT = (
    "predicted: max(0, ln(eigenvalue / beta) / 2) of the train rows' features; trained: the KL of "
    "each dimension of a VAE that learned from these rows without labels; reduction mean: the "
    "squared error averaged over the width, which is beta times the width"
)
