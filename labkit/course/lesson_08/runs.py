"""The runs of lesson 08: the reader's texts with a teacher's answers, and one small student."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.compute import place
from labkit.data import Study, study
from labkit.experiments.own_student import material
from labkit.experiments.own_student.material import Material
from labkit.experiments.own_student.plan import check_study
from labkit.methods.distill import distill
from labkit.methods.recipes import student_steps
from labkit.models.encoders import name_classes
from labkit.training.config import DistillConfig, Weights
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel

DEFAULT = "trec"
"""The data set of a reader without a file."""
MINUTES = 13.0
"""Of `labkit student`'s plan: at most 5,200 labels, and two copies of each of TREC's questions."""
READS, HIDDEN, RATE = 10_000, 64, 8e-3
"""Texts that a student reads in one run, numbers per direction of its LSTM, largest step size."""


def own_study(data: str | Path) -> Study:
    """The reader's rows in three splits, refused where they cannot be judged.

    data: a name from `labkit fetch --list`, or a file or folder with the columns text and label
    errors: AssetError or ValueError that says what the file lacks
    """
    found = study(data)
    check_study(found)
    return found


def gather(part: Study, quiet: bool = False) -> Material:
    """Teacher, copies and the teacher's answers; a second call reads them from the cache."""
    return material.prepare(part, (), MINUTES, quiet)


def prepare() -> None:
    """Let the teacher of the default data set answer, so that the lesson need not wait for it."""
    gather(own_study(DEFAULT))


def train(
    given: Material, temperature: float | None, copies: bool, reads: int = READS, seed: int = 0
) -> "PreTrainedModel":
    """One BiLSTM after about `reads` texts, at its best epoch on validation.

    temperature: of the soft loss, above 0; None learns from the labels, without a teacher
    copies: whether the teacher's answers to masked and cut copies are read as well
    errors: ValueError for copies without a teacher, since a copy has no label of its own
    """
    from labkit.models.bilstm import build_bilstm

    if temperature is None and copies:
        raise ValueError("copies have no labels: give a temperature, or copies=False")
    texts = given.more if copies else given.texts.train
    config = _settings(temperature, max(1, round(reads / len(texts))), seed)
    source = None if temperature is None else StoredTargets(texts, given.answers[: len(texts)])
    names = given.part.label_names
    model = place(build_bilstm(len(given.vectors), len(names), given.vectors, seed, HIDDEN))
    for _ in distill(model, source, texts, config, validation=given.texts.validation):
        pass
    name_classes(model, names)
    return model.cpu()


def _settings(temperature: float | None, epochs: int, seed: int) -> DistillConfig:
    config = DistillConfig(Weights(ce=0, kd=1), epochs=epochs, seed=seed)
    if temperature is None:
        config = replace(config, weights=Weights(ce=1, kd=0))
    else:
        config = replace(config, temperature=temperature)
    return student_steps(config, largest=RATE)
