"""KDFD as its authors ran it: BERT-base and TinyBERT-6L on GLUE, whole models, a GPU."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from torch import Tensor

from labkit.compute import device, place
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.loading import Study
from labkit.evaluation.features import features_of
from labkit.evaluation.glue import (
    GLUE,
    Task,
    check_columns,
    check_targets,
    checkpoint_score,
    scores,
    task_of,
    to_unit,
)
from labkit.experiments.online.facts.printed_numbers import settings
from labkit.experiments.online.judge import answers
from labkit.methods.online.config import OnlineConfig, OnlineStep, SideConfig
from labkit.methods.online.loop import Pupil, offline, online
from labkit.methods.online.side import Inputs, token_inputs
from labkit.models.bottleneck_classifier import BottleneckClassifier
from labkit.models.bottlenecks import BottleneckConfig
from labkit.training.config import Weights

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

TEACHER, STUDENT = "bert-base-uncased", "tinybert"
LENGTH, BATCH = 128, 32
EPOCHS = 3
WAYS = ("online", "vanilla")


@dataclass(frozen=True)
class PaperRun:
    """One point of the paper's grid on one task."""

    task: str
    temperature: float
    teacher_rate: float
    student_rate: float
    seed: int = 0
    way: str = "online"
    """"online", or "vanilla": the teacher is tuned alone first and then frozen."""
    bottleneck: str = "vae"
    """Kind of the bottleneck on the teacher; "linear" is the control, "none" plain online."""
    weight: float = 0.005
    latent: int = 64
    epochs: int = EPOCHS

    def __post_init__(self) -> None:
        if self.task not in GLUE:
            raise ValueError(f"got the task {self.task!r}, wanted one of {', '.join(GLUE)}")
        if self.way not in WAYS:
            raise ValueError(f"got the way {self.way!r}, wanted one of {', '.join(WAYS)}")


def grid(task: str, seeds: int = 1) -> Iterator[PaperRun]:
    """The paper's grid of one task: 2 temperatures, 3 rates of the teacher, 3 of the student."""
    rates = settings("teacher_learning_rate"), settings("student_learning_rate")
    for seed, temperature, teacher, student in product(
        range(seeds), settings("temperature"), *rates
    ):
        yield PaperRun(task, temperature, teacher, student, seed)


def config_of(run: PaperRun) -> OnlineConfig:
    """The settings of a run: the paper's weights, one step size for body and head."""
    (alpha_s,), (alpha_t,) = settings("alpha_s"), settings("alpha_t")
    student = SideConfig(Weights(alpha_s, 1 - alpha_s), run.student_rate)
    teacher = SideConfig(Weights(alpha_t, 1 - alpha_t), run.teacher_rate)
    return OnlineConfig(
        student, teacher, run.temperature, epochs=run.epochs, batch_size=BATCH, seed=run.seed
    )


@dataclass(frozen=True)
class Texts:
    """One split of a task in a model's tokens, with what is asked."""

    encoded: Encoded
    labels: Tensor
    """(rows,) class numbers, or scores in [0, 1]."""
    inputs: Inputs
    """With BERT's token types where the task has pairs."""


def texts_of_task(rows: "Dataset", task: Task, tokenizer: "PreTrainedTokenizerBase") -> Texts:
    """A split in a tokenizer's tokens, cut at 128.

    errors: ValueError for pairs without a second text, or labels of another kind than the task's
    """
    check_columns(task, rows.column_names)
    first = list(rows["text_a" if task.pair else "text"])
    second = list(rows["text_b"]) if task.pair else None
    encoded = encode(first, tokenizer, list(rows["label"]), LENGTH, second)
    assert encoded.labels is not None
    check_targets(task, encoded.labels)
    labels = to_unit(task, encoded.labels) if task.regression else encoded.labels
    separator = tokenizer.sep_token_id if task.pair else None
    return Texts(encoded, labels, token_inputs(encoded, separator))


@dataclass(frozen=True)
class Found:
    """What came out of one run at paper scale."""

    test: dict[str, float]
    """Every metric of the task, of the student."""
    teacher: dict[str, float]
    """The same of the teacher."""
    validation: float
    """The first metric of the student's best checkpoint, which chooses among the grid."""
    steps: list[OnlineStep]


def run_on(
    run: PaperRun,
    whole: Study,
    teacher: "PreTrainedModel",
    student: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
) -> Found:
    """Train both whole models, together or one after the other, and judge them.

    teacher, student: classifiers with one vocabulary, trained on copies, so they stay as they are
    The checkpoint of each is chosen by the task's own metric on the validation split.
    errors: ValueError for models with different vocabularies: they would read other texts
    """
    check_vocabularies(teacher, student)
    task = task_of(whole.name)
    train, validation, test = (
        texts_of_task(rows, task, tokenizer) for rows in (whole.train, whole.validation, whole.test)
    )
    kinds = BottleneckConfig(run.bottleneck, run.latent, run.weight, seed=run.seed)
    below = _pupil(student, replace(kinds, kind="linear"), task, train, validation)
    above = _pupil(teacher, kinds, task, train, validation)
    together = online(below, above, train.encoded, config_of(run), labels=train.labels)
    steps = list(_vanilla(run, above, below, train) if run.way == "vanilla" else together)
    judged = [
        scores(task, answers(pupil.model, _moved(test.inputs), test.encoded.lengths).logits,
               test.labels)
        for pupil in (below, above)
    ]  # fmt: skip
    assert below.judge is not None
    return Found(judged[0], judged[1], below.judge(), steps)


def _vanilla(run: PaperRun, above: Pupil, below: Pupil, train: Texts) -> Iterator[OnlineStep]:
    """The teacher learns from labels, then the student from labels and its stored logits."""
    config = config_of(run)
    alone = replace(config, student=replace(config.teacher, weights=Weights(1.0, 0.0)))
    for _ in offline(above, None, train.encoded, alone, labels=train.labels):
        pass
    logits = answers(above.model, _moved(train.inputs), train.encoded.lengths).logits
    yield from offline(below, lambda rows: logits[rows], train.encoded, config, labels=train.labels)


def check_vocabularies(teacher: "PreTrainedModel", student: "PreTrainedModel") -> None:
    """ValueError unless both models know equally many tokens, as one tokenizer serves both."""
    sizes = [model.config.vocab_size for model in (teacher, student)]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"got a teacher of {sizes[0]} tokens and a student of {sizes[1]}, wanted one "
            "vocabulary; encode the texts for each and call `online` with two `Pupil`s instead"
        )


def _pupil(
    model: "PreTrainedModel", kind: BottleneckConfig, task: Task, train: Texts, validation: Texts
) -> Pupil:
    own = deepcopy(model)
    place(own)
    features = features_of(own, train.encoded)
    whole = BottleneckClassifier(own, features, task.classes, kind)
    place(whole)

    def judge() -> float:
        lengths = validation.encoded.lengths
        logits = answers(whole, _moved(validation.inputs), lengths).logits
        return checkpoint_score(task, logits, validation.labels)

    return Pupil(whole, train.inputs, judge)


def _moved(inputs: Inputs) -> Inputs:
    where = device()
    return lambda rows: tuple(value.to(where) for value in inputs(rows))
