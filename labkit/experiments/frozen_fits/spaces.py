"""The same features let through different bottlenecks: what is compared in matrices and t-SNE."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.evaluation.clusters import linear_probe, silhouette
from labkit.evaluation.features import (
    OffDiagonal,
    off_diagonal,
    random_projection,
    random_rotation,
)
from labkit.experiments.frozen_fits.features import Frozen
from labkit.experiments.frozen_fits.plan import STEPS
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.directions import principal_directions

LATENT = 64
LEARNED = {"linear": 0.0, "autoencoder": 0.005, "VAE": 0.005}
"""Name of a learned bottleneck -> its lambda."""
KINDS = {"linear": "linear", "autoencoder": "ae", "VAE": "vae"}
ORIGINAL, ROTATED, PROJECTED = "original", "original, rotated", "random projection"


@dataclass(frozen=True)
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


def spaces_of(features: Frozen, seed: int = 0, steps: int = STEPS) -> dict[str, Space]:
    """The features as they are, turned at random, and through each kind of bottleneck.

    seed: of first weights, noise, order of the rows, and random directions
    """
    found = {
        ORIGINAL: Space(features.train, features.test),
        ROTATED: _turned(features, lambda rows: random_rotation(rows, seed)),
        PROJECTED: _turned(features, lambda rows: random_projection(rows, LATENT, seed)),
    }
    for name, weight in LEARNED.items():
        found[name] = learned(features, BottleneckConfig(KINDS[name], LATENT, weight, seed=seed),
                              steps)  # fmt: skip
    directions = principal_directions(features.train, LATENT)
    found["PCA"] = _turned(features, lambda rows: rows @ directions)
    return found


def learned(features: Frozen, config: BottleneckConfig, steps: int = STEPS) -> Space:
    """The means of a bottleneck that was fitted with the labels."""
    how = FitConfig(steps=steps, seed=config.seed)
    bottleneck = fit(features.train, features.train_labels, config, how)
    with torch.no_grad():
        return Space(bottleneck(features.train).mean, bottleneck(features.test).mean)


def _turned(features: Frozen, turn: Callable[[Tensor], Tensor]) -> Space:
    """Both sides around the train texts' mean, on other axes."""
    middle = features.train.mean(0)
    return Space(turn(features.train - middle), turn(features.test - middle))


def twins(features: Frozen, spaces: Mapping[str, Space]) -> dict[str, Twin]:
    """The numbers of each space that no picture can change."""
    train_labels, labels = features.train_labels, features.test_labels
    return {
        name: Twin(
            off_diagonal(space.test),
            silhouette(space.test, labels),
            linear_probe(space.train, train_labels, space.test, labels),
        )
        for name, space in spaces.items()
    }
