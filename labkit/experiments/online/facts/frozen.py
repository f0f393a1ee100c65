"""Features of a teacher that has learned, and what each bottleneck makes of them in seconds."""

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from labkit.evaluation.features import random_projection, random_rotation
from labkit.experiments.online.judge import answers
from labkit.experiments.online.lone_teachers import taught
from labkit.experiments.online.material import Material, material_for
from labkit.experiments.online.plan import SetSize, runs, sizes_of
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig

LATENT = 64
SEEDS = 5
FITS = {
    "linear": BottleneckConfig("linear", LATENT),
    "AE": BottleneckConfig("ae", LATENT, 0.005),
    "VAE 0.005": BottleneckConfig("vae", LATENT, 0.005),
    "VAE 1": BottleneckConfig("vae", LATENT, 1.0),
    "PCA": BottleneckConfig("pca", LATENT),
}
"""Name of a space -> the bottleneck that makes it; the number is lambda."""


@dataclass(frozen=True, eq=False)
class Frozen:
    """A data set as a teacher sees it after it has learned, centred and scaled by one number."""

    dataset: str
    train: Tensor
    """(rows, width)"""
    test: Tensor
    train_labels: Tensor
    test_labels: Tensor
    classes: int
    steps: int
    """How long a bottleneck is fitted."""


def frozen_sets(scale: str) -> list[Frozen]:
    """The sets that carry verdicts, each after its teacher's training."""
    return [frozen_of(size) for size in sizes_of(scale) if size.student == "bag" and _carries(size)]


def _carries(size: SetSize) -> bool:
    return size.dataset in ("trec", "glue_sst2")


@lru_cache(maxsize=4)
def frozen_of(size: SetSize) -> Frozen:
    """The features of one set by a teacher of seed 0."""
    run = next(runs(size, ["kd"], 1))
    return features_by_teacher(material_for(run), size)


def features_by_teacher(material: Material, size: SetSize) -> Frozen:
    """Train a teacher on labels alone and take its pooled features of train and test."""
    run = next(runs(size, ["kd"], 1))
    everything = torch.arange(len(material.train.labels))
    built = taught(material, run, everything)
    train = answers(built.model, built.train, material.train.texts.lengths).means
    test = answers(built.model, built.test, material.test.texts.lengths).means
    steps = 600 if size.train_rows > 100 else 30
    return Frozen(
        size.dataset, train, test, material.train.labels, material.test.labels,
        material.task.classes, steps,
    )  # fmt: skip


def fitted(frozen: Frozen, config: BottleneckConfig, seed: int = 0, steps: int = 0) -> Bottleneck:
    """A bottleneck trained on the labels of the train rows, in eval mode.

    steps: 0 takes the usual number
    """
    how = FitConfig(steps or frozen.steps, seed=seed)
    own = replace(config, seed=seed)
    return fit(frozen.train, frozen.train_labels, own, how, classes=frozen.classes)


def seen_through(bottleneck: Bottleneck, features: Tensor) -> Tensor:
    """The means (rows, latent) of a bottleneck in eval mode."""
    with torch.no_grad():
        return bottleneck(features).mean


@lru_cache(maxsize=16)
def spaces(frozen: Frozen, seed: int = 0) -> dict[str, tuple[Tensor, Tensor]]:
    """Name -> train and test rows in that space: the original, its twins, and every bottleneck.

    Kept, since several figures look at the same spaces.
    """
    both = frozen.train, frozen.test
    found = {"original": both}
    turned = random_rotation(torch.cat(both), seed).split([len(rows) for rows in both])
    found["random rotation"] = (turned[0], turned[1])
    drawn = random_projection(torch.cat(both), LATENT, seed).split([len(rows) for rows in both])
    found["random projection"] = (drawn[0], drawn[1])
    for name, config in FITS.items():
        bottleneck = fitted(frozen, config, seed)
        found[name] = (
            seen_through(bottleneck, frozen.train),
            seen_through(bottleneck, frozen.test),
        )
    return found
