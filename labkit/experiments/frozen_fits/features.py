"""Features of a teacher that learned from labels alone and then stands still."""

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from labkit.experiments.frozen_fits.plan import teacher_run
from labkit.experiments.online.arms import settings
from labkit.experiments.online.material import Material, material_for, teacher_of
from labkit.experiments.online.plan import OnlineRun
from labkit.methods.online.loop import Pupil, offline
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.top_layers import TopLayers, features_above
from labkit.training.config import Weights


@dataclass(frozen=True)
class Frozen:
    """Pooled features of one teacher, before centring and scaling, with their labels."""

    train: Tensor
    """(train rows, width), float32."""
    train_labels: Tensor
    """(train rows,) class numbers."""
    test: Tensor
    """(test rows, width)"""
    test_labels: Tensor
    """(test rows,)"""
    rows: str = ""
    """Fingerprint of all rows and labels."""

    @property
    def scaled(self) -> Tensor:
        """The train features as a bottleneck sees them: centred, divided by one number."""
        centred = self.train - self.train.mean(0)
        return centred / centred.square().mean().sqrt()


def frozen_features(material: Material, run: OnlineRun) -> Frozen:
    """Teach a teacher on labels alone (some seconds, once) and keep its features on disk.

    run: gives seed and epochs of the teacher
    """

    def make() -> dict[str, Tensor]:
        built = teacher_of(material, BottleneckConfig("none", seed=run.seed))
        alone = replace(settings(run).teacher, weights=Weights(1.0, 0.0))
        config = replace(settings(run), student=alone)
        pupil, train = Pupil(built.model, built.train), material.train
        for _ in offline(pupil, None, train.texts, config, labels=train.labels):
            pass
        top = built.model.get_submodule("top")
        assert isinstance(top, TopLayers)
        sides = {"train": train.upper, "test": material.test.upper}
        return {name: features_above(top, side) for name, side in sides.items()}

    found = material.once(f"features-{run.epochs}-{run.seed}", make)
    labels = material.train.labels, material.test.labels
    return Frozen(found["train"], labels[0], found["test"], labels[1], material.rows)


@lru_cache(maxsize=1)
def lesson_features() -> Frozen:
    """The features that the shipped fits and lesson 05 share: made once per process.

    errors: as in `material_for`
    """
    run = teacher_run()
    with torch.random.fork_rng(devices=[]):
        return frozen_features(material_for(run), run)
