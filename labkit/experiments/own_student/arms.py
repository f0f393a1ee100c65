"""One arm of the reader's own data: its tries are trained, the best on validation is kept."""

import copy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor
from tqdm.auto import tqdm

from labkit.compute import place
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.measures import accuracy
from labkit.evaluation.predict import predict
from labkit.experiments.own_student.material import Material
from labkit.experiments.own_student.plan import HIDDEN, LAYERS, NETWORKS, TRIES, Budget, settings
from labkit.losses.kl import logit_mse
from labkit.methods.distill import distill
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Trained:
    """The best try of an arm."""

    model: "PreTrainedModel"
    setting: str
    """What was chosen, in words."""
    accuracy: float
    """Of the torch model on validation, in [0, 1]."""


def train_arm(arm: str, given: Material, folder: Path, quiet: bool = False) -> Trained:
    """Train all tries of a student, or take the teacher as it is.

    folder: where the runs write themselves down; a run that was stopped goes on from there
    """
    if arm == "teacher":
        score = accuracy(predict(given.master, given.texts.validation), _labels(given))
        return Trained(given.master, "fine-tuned on the labels", score)
    found: list[Trained] = []
    for number, (dropout, rate) in enumerate(TRIES[arm], start=1):
        said = f"{NETWORKS[arm]}, try {number} of {len(TRIES[arm])}"
        model = new_model(arm, given, dropout)
        score = train(model, arm, (dropout, rate), given, given.texts.train, given.budget,
                      folder / f"try_{number}", "" if quiet else said)  # fmt: skip
        found.append(Trained(model, f"dropout {dropout:g}, learning rate {rate:g}", score))
    return max(found, key=lambda one: one.accuracy)


def train(
    model: "PreTrainedModel",
    arm: str,
    chosen: tuple[float, float],
    given: Material,
    labelled: Encoded,
    budget: Budget,
    folder: Path,
    said: str,
) -> float:
    """One run to its best epoch on validation; gives that accuracy, in [0, 1].

    labelled: what an arm of labels learns from; the others learn the teacher's answers to `more`
    said: what the progress bar says; "" for none
    """
    source = None if arm == "labels" else StoredTargets(given.more, given.answers)
    texts = labelled if source is None else given.more
    config = settings(arm, chosen, len(texts), budget)
    steps = distill(
        place(model), source, texts, config, validation=given.texts.validation,
        soft_loss=logit_mse, folder=folder,
    )  # fmt: skip
    with tqdm(desc=said, file=sys.stderr, disable=not said) as bar:
        for step in steps:
            bar.total = step.total
            bar.update(step.index + 1 - bar.n)
    return accuracy(predict(model, given.texts.validation), _labels(given))


def new_model(arm: str, given: Material, dropout: float) -> "PreTrainedModel":
    """A student before its first step: token vectors or layers come from the teacher."""
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import keep_layers
    from labkit.models.swem import build_swem

    size, classes = len(given.vectors), len(given.part.label_names)
    if arm == "two_layers":
        model = copy.deepcopy(given.master)
        keep_layers(model, min(LAYERS, int(model.config.num_hidden_layers)))
        return model
    if arm == "swem":
        return build_swem(size, classes, given.vectors)
    return build_bilstm(size, classes, given.vectors, hidden_size=HIDDEN, dropout=dropout)


def _labels(given: Material) -> Tensor:
    labels = given.texts.validation.labels
    assert labels is not None
    return labels
