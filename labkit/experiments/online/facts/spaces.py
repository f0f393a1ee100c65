"""The same features let through different bottlenecks: what matrices and t-SNE compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from labkit.evaluation.clusters import linear_probe, silhouette
from labkit.evaluation.features import (
    OffDiagonal,
    off_diagonal,
    random_projection,
    random_rotation,
)
from labkit.experiments.online.facts.frozen import Frozen, fitted
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig

LATENT = 64
FITS = {
    "linear": BottleneckConfig("linear", LATENT),
    "AE": BottleneckConfig("ae", LATENT, 0.005),
    "VAE 0.005": BottleneckConfig("vae", LATENT, 0.005),
    "VAE 1": BottleneckConfig("vae", LATENT, 1.0),
    "PCA": BottleneckConfig("pca", LATENT),
}
"""Name of a space -> the bottleneck that makes it; the number is lambda."""
ORIGINAL, ROTATED, PROJECTED = "original", "random rotation", "random projection"


@dataclass(frozen=True, eq=False)
class Space:
    """One representation of the same texts."""

    train: Tensor
    """(train rows, width)"""
    test: Tensor
    """(test rows, width)"""


@dataclass(frozen=True)
class Twin:
    """What can be said of a space without a picture."""

    correlation: OffDiagonal
    silhouette: float
    """Of the classes on the test texts, in [-1, 1]."""
    probe: float
    """Test accuracy of logistic regression, in [0, 1]."""


@lru_cache(maxsize=16)
def spaces(frozen: Frozen, seed: int = 0) -> dict[str, Space]:
    """The features as they are, turned and projected at random, and through each of `FITS`.

    Kept, since several figures look at the same spaces.

    seed: of first weights, noise, order of the rows, and random directions
    """
    both = torch.cat((frozen.train, frozen.test))
    found = {
        ORIGINAL: both,
        ROTATED: random_rotation(both, seed),
        PROJECTED: random_projection(both, LATENT, seed),
    }
    for name, config in FITS.items():
        found[name] = seen_through(fitted(frozen, config, seed), both)
    cut = [len(frozen.train), len(frozen.test)]
    return {name: Space(*rows.split(cut)) for name, rows in found.items()}


def seen_through(bottleneck: Bottleneck, features: Tensor) -> Tensor:
    """The means (rows, latent) of a bottleneck in eval mode."""
    with torch.no_grad():
        return bottleneck(features).mean


def twins(frozen: Frozen, found: Mapping[str, Space]) -> dict[str, Twin]:
    """The numbers of each space that no picture can change."""
    train_labels, labels = frozen.train_labels, frozen.test_labels
    return {
        name: Twin(
            off_diagonal(space.test),
            silhouette(space.test, labels),
            linear_probe(space.train, train_labels, space.test, labels),
        )
        for name, space in found.items()
    }
