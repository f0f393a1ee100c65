"""The rows of one data set for online runs, and what is computed of them once."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from labkit import paths
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.loading import Study, study
from labkit.data.studies import keys_of
from labkit.evaluation.glue import Task, check_columns, check_targets, task_of, to_unit
from labkit.experiments.online.plan import STUDENTS, OnlineRun
from labkit.files import fingerprint, lock_beside, locked
from labkit.methods.online.side import Inputs, row_inputs
from labkit.methods.recipes import CLASSROOM_TEACHER
from labkit.models.bag_student import BagClassifier
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.encoders import keep_layers
from labkit.models.top_layers import (
    LowerStates,
    TopClassifier,
    TopLayers,
    features_above,
    lower_states,
)
from labkit.notices import say
from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAX_LENGTH = 64
ROWS_SEED = 0
STUDENT_LAYERS = 2


@dataclass(frozen=True)
class Split:
    """One split in every form that a model of an online run reads."""

    texts: Encoded
    labels: Tensor
    """(rows,) class numbers, or scores in [0, 1]."""
    upper: LowerStates
    """What lies below the layers of the teacher that learn."""
    embedded: LowerStates
    """The embedding alone, for the students."""
    bags: Tensor
    """(rows, width): the mean of each text's embedding."""


@dataclass(frozen=True)
class Material:
    """A data set, cut and encoded, with the encoder that teacher and student come from."""

    task: Task
    train: Split
    test: Split
    encoder: "PreTrainedModel"
    top: int
    """How many upper layers of the teacher learn; those below were run once."""
    of_teacher: Tensor
    """(train rows, width) features of a teacher that has not learned yet, the same in every run."""
    of_student: Tensor
    """The same of a student of `STUDENT_LAYERS` layers."""
    rows: str
    """Fingerprint of all rows and labels, in their order."""
    folder: Path
    """Where logits that several arms share are kept."""

    def once(self, name: str, make: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        """The tensors of that name: made by the first call, read from the folder by later ones."""
        file = self.folder / f"{name}.safetensors"
        with locked(lock_beside(file)):
            try:
                return read_tensors(file)[0]
            except FileNotFoundError:
                pass
            except DamagedFile as error:
                say(f"{file} is damaged: {error}; it is made again")
            tensors = make()
            write_tensors(file, tensors, {})
            return tensors


@dataclass(frozen=True)
class Built:
    """A new model and what it reads of train and test."""

    model: nn.Module
    train: Inputs
    test: Inputs


def teacher_of(material: Material, config: BottleneckConfig) -> Built:
    """A new teacher: the upper layers as they were pre-trained, a new bottleneck and head."""
    top = TopLayers(material.encoder, material.encoder.config.num_hidden_layers - material.top)
    train, test = material.train.upper, material.test.upper
    model = TopClassifier(top, material.of_teacher, material.task.classes, config)
    return Built(model, train.take, test.take)


def student_of(material: Material, student: str, config: BottleneckConfig, seed: int) -> Built:
    """A new student: "bag", or "two_layers" of the pre-trained encoder over its embedding.

    errors: ValueError for another name
    """
    classes, train, test = material.task.classes, material.train, material.test
    if student == "bag":
        bag = BagClassifier(train.bags, classes, config, seed=seed)
        return Built(bag, row_inputs(train.bags), row_inputs(test.bags))
    if student != "two_layers":
        raise ValueError(f"got the student {student!r}, wanted one of {', '.join(STUDENTS)}")
    model = TopClassifier(_student_layers(material.encoder), material.of_student, classes, config)
    return Built(model, train.embedded.take, test.embedded.take)


def _student_layers(encoder: "PreTrainedModel") -> TopLayers:
    cut = deepcopy(encoder)
    keep_layers(cut, STUDENT_LAYERS)
    return TopLayers(cut, 0)


def material_of(
    whole: Study,
    encoder: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    train_rows: int,
    test_rows: int,
    top: int,
) -> Material:
    """A study cut to so many rows, at random but always the same, and run through the encoder.

    The test rows are the test split and, where there are fewer than `test_rows`, validation rows
    and then train rows that no model learns from: the difference of two models scatters with the
    square root of their number, and no row chooses anything here.

    errors: ValueError for a data set without a metric, pairs without a second text, or labels of
            another kind than the task's
    """
    task = task_of(whole.name)
    check_columns(task, whole.train.column_names)
    below = encoder.config.num_hidden_layers - top
    chosen = chosen_rows(whole, train_rows, test_rows)
    train, test = (_split(rows, task, encoder, tokenizer, below) for rows in chosen)
    mark = _mark(*chosen)
    return Material(
        task,
        train,
        test,
        encoder,
        top,
        of_teacher=features_above(TopLayers(encoder, below), train.upper),
        of_student=features_above(_student_layers(encoder), train.embedded),
        rows=mark,
        folder=paths.cache() / "online" / f"{whole.name}-{mark}-{top}",
    )


@lru_cache(maxsize=2)
def material_named(dataset: str, train_rows: int, test_rows: int, top: int) -> Material:
    """The material of a data set that a run names: made once per process, the last two kept."""
    from labkit.models.encoders import load_encoder, load_tokenizer

    tokenizer = load_tokenizer(CLASSROOM_TEACHER)
    encoder = load_encoder(CLASSROOM_TEACHER, 2)
    return material_of(study(dataset), encoder, tokenizer, train_rows, test_rows, top)


def material_for(run: OnlineRun) -> Material:
    """The material that a run asks for."""
    return material_named(run.dataset, run.train_rows, run.test_rows, run.top)


def chosen_rows(whole: Study, train_rows: int, test_rows: int) -> "tuple[Dataset, Dataset]":
    """The rows that models learn from, and those that they are judged by; no text is in both."""
    from datasets import concatenate_datasets

    learned, rest = _some(whole.train, train_rows)
    reported, _ = _some(whole.test, test_rows)
    known = set(keys_of(learned))
    for more in (_some(whole.validation, test_rows)[0], rest):
        unseen = [row for row, key in enumerate(keys_of(more)) if key not in known]
        left = unseen[: test_rows - len(reported)]
        if left:
            reported = concatenate_datasets([reported, more.select(left)])
    return learned, reported


@lru_cache(maxsize=8)
def rows_mark(dataset: str, train_rows: int, test_rows: int) -> str:
    """The fingerprint of the rows that runs of this size see; see `OnlineRun.rows`."""
    return _mark(*chosen_rows(study(dataset), train_rows, test_rows))


def _mark(*splits: "Dataset") -> str:
    return fingerprint([[keys_of(rows), list(rows["label"])] for rows in splits])[:12]


def _some(rows: "Dataset", most: int) -> "tuple[Dataset, Dataset]":
    """At most so many rows, and the rest, both in random order."""
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(ROWS_SEED)).tolist()
    return rows.select(order[:most]), rows.select(order[most:])


def _split(
    rows: "Dataset",
    task: Task,
    encoder: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    below: int,
) -> Split:
    first = list(rows["text_a" if task.pair else "text"])
    second = list(rows["text_b"]) if task.pair else None
    texts = encode(first, tokenizer, list(rows["label"]), MAX_LENGTH, second)
    assert texts.labels is not None
    check_targets(task, texts.labels)
    labels = to_unit(task, texts.labels) if task.regression else texts.labels
    embedded = lower_states(encoder, texts, 0)
    return Split(texts, labels, lower_states(encoder, texts, below), embedded, embedded.bag())
