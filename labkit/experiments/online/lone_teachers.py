"""Teachers that learn from labels alone, before any student: one of all rows, and one per fold."""

from dataclasses import replace

import torch
from torch import Tensor

from labkit.data.encoding.encoded import Encoded
from labkit.experiments.online.arms import settings
from labkit.experiments.online.judge import answers
from labkit.experiments.online.material import Built, Material, teacher_of
from labkit.experiments.online.plan import OnlineRun
from labkit.methods.online.config import OnlineConfig, SideConfig
from labkit.methods.online.loop import Pupil, offline
from labkit.methods.online.side import Inputs
from labkit.models.bottlenecks import BottleneckConfig
from labkit.training.config import Weights

FOLDS = 5


def lone_teacher(material: Material, run: OnlineRun) -> dict[str, Tensor]:
    """Logits "train" and "test" of a teacher that learned from labels alone, with this seed."""

    def make() -> dict[str, Tensor]:
        built = taught(material, run, torch.arange(len(material.train.labels)))
        train, test = material.train.texts.lengths, material.test.texts.lengths
        return {"train": answers(built.model, built.train, train).logits,
                "test": answers(built.model, built.test, test).logits}  # fmt: skip

    return material.once(f"teacher-{run.epochs}-{run.seed}", make)


def out_of_fold(material: Material, run: OnlineRun) -> dict[str, Tensor]:
    """Logits "train" of five teachers, each row from the one that did not learn from it."""

    def make() -> dict[str, Tensor]:
        count = len(material.train.labels)
        logits = torch.empty(count, material.task.classes)
        for fold in range(FOLDS):
            held = torch.arange(fold, count, FOLDS)
            others = torch.ones(count, dtype=torch.bool)
            others[held] = False
            built = taught(material, run, others.nonzero().flatten())
            lengths = material.train.texts.lengths[held]
            logits[held] = answers(built.model, _part(built.train, held), lengths).logits
        return {"train": logits}

    return material.once(f"folds-{run.epochs}-{run.seed}", make)


def taught(material: Material, run: OnlineRun, rows: Tensor) -> Built:
    """A teacher that learned from the labels of some train rows."""
    built = teacher_of(material, BottleneckConfig("none", seed=run.seed))
    config = replace(settings(replace(run, arm="kd")), student=_alone())
    texts = _reordered(material, rows)
    pupil = Pupil(built.model, _part(built.train, rows))
    for _ in offline(pupil, None, texts, config, labels=material.train.labels[rows]):
        pass
    return built


def _part(inputs: Inputs, rows: Tensor) -> Inputs:
    """The same inputs, counted within some rows."""
    return lambda places: inputs(rows[places])


def _alone() -> SideConfig:
    return replace(OnlineConfig().teacher, weights=Weights(1.0, 0.0))


def _reordered(material: Material, rows: Tensor) -> Encoded:
    texts = material.train.texts
    if len(rows) == len(texts):
        return texts
    return replace(
        texts,
        texts=tuple(texts.texts[row] for row in rows.tolist()),
        starts=texts.starts[rows],
        lengths=texts.lengths[rows],
        labels=None if texts.labels is None else texts.labels[rows],
        pairs=None if texts.pairs is None else tuple(texts.pairs[row] for row in rows.tolist()),
    )
