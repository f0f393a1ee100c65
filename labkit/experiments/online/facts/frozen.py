"""Features of a teacher that learned from labels alone and then stands still."""

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from labkit.experiments.online.judge import answers
from labkit.experiments.online.lone_teachers import taught
from labkit.experiments.online.material import Material, material_for
from labkit.experiments.online.plan import LESSON, OnlineRun, SetSize, runs, sizes_of
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig

SEEDS = 5
"""First weights of a bottleneck over the same features."""


@dataclass(frozen=True, eq=False)
class Frozen:
    """A data set as a teacher sees it after it has learned, centred and scaled by one number."""

    dataset: str
    train: Tensor
    """(rows, width), float32"""
    test: Tensor
    train_labels: Tensor
    """(rows,) class numbers"""
    test_labels: Tensor
    classes: int
    steps: int = 600
    """How long a bottleneck is fitted."""
    rows: str = ""
    """Fingerprint of all rows and labels."""

    @property
    def scaled(self) -> Tensor:
        """The train features as a bottleneck sees them: mean 0, one scale for all dimensions.

        The teacher's own centre and scale date from before it learned.
        """
        centred = self.train - self.train.mean(0)
        return centred / centred.square().mean().sqrt()


def frozen_sets(scale: str) -> list[Frozen]:
    """The sets that carry verdicts, each after its teacher's training."""
    return [frozen_of(size) for size in sizes_of(scale) if size.student == "bag" and _carries(size)]


def _carries(size: SetSize) -> bool:
    return size.dataset in ("trec", "glue_sst2")


def lesson_features() -> Frozen:
    """The features that the shipped fits and lesson 05 share."""
    return frozen_of(LESSON)


def teacher_run(size: SetSize = LESSON) -> OnlineRun:
    """The run whose teacher, taught by labels alone with seed 0, gives the features of a set."""
    return next(runs(size, ["kd"], 1))


@lru_cache(maxsize=4)
def frozen_of(size: SetSize) -> Frozen:
    """The features of one set by a teacher of seed 0; the caller's random numbers stay his.

    errors: as in `material_for`
    """
    with torch.random.fork_rng(devices=[]):
        return features_by_teacher(material_for(teacher_run(size)), size)


def features_by_teacher(material: Material, size: SetSize) -> Frozen:
    """Train a teacher on labels alone (some seconds, once) and keep its pooled features on disk."""
    run = teacher_run(size)

    def make() -> dict[str, Tensor]:
        built = taught(material, run, torch.arange(len(material.train.labels)))
        train, test = material.train.texts.lengths, material.test.texts.lengths
        return {"train": answers(built.model, built.train, train).means,
                "test": answers(built.model, built.test, test).means}  # fmt: skip

    found = material.once(f"pooled-{run.epochs}-{run.seed}", make)
    steps = 600 if size.train_rows > 100 else 30
    return Frozen(
        size.dataset, found["train"], found["test"], material.train.labels, material.test.labels,
        material.task.classes, steps, material.rows,
    )  # fmt: skip


def fitted(frozen: Frozen, config: BottleneckConfig, seed: int = 0, steps: int = 0) -> Bottleneck:
    """A bottleneck trained on the labels of the train rows, in eval mode.

    steps: 0 takes the usual number
    """
    how = FitConfig(steps or frozen.steps, seed=seed)
    own = replace(config, seed=seed)
    return fit(frozen.train, frozen.train_labels, own, how, classes=frozen.classes)
