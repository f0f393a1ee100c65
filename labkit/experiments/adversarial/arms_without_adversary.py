"""The arms of the tables without an adversary: floor, labels, one teacher, a chain."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from labkit.evaluation.baselines import tfidf
from labkit.experiments.adversarial import arms_beyond_paper, arms_with_adversary
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed import SECONDS, Tensors, Testbed, made_on, testbed_named
from labkit.experiments.testbed_models import (
    VALIDATION,
    assistant_weights,
    first_student,
    new_student,
    stored,
    teacher_logits,
    train,
)
from labkit.experiments.trial import Answers, Trial, answers_of, measure
from labkit.losses.by_name import SoftLoss, WithLabels, named
from labkit.losses.standardised import repaired_zscore_kl
from labkit.methods.adversarial.networks import players_size
from labkit.methods.recipes import labels_only

Arm = Callable[[Testbed, Trial], Answers]


def floor(testbed: Testbed, trial: Trial) -> Answers:
    """Words and word pairs with logistic regression, on the training texts of the students."""
    return Answers(tfidf(testbed.part))


def teacher(testbed: Testbed, trial: Trial) -> Answers:
    """The teacher of stage 1."""
    return _read(testbed, teacher_logits(testbed))


def assistant(testbed: Testbed, trial: Trial) -> Answers:
    """The assistant of stage 1."""
    return _read(testbed, assistant_weights(testbed, trial.seed))


def stage_one(testbed: Testbed, trial: Trial) -> Answers:
    """The student of stage 1: teacher, assistant, student."""
    first = first_student(testbed, trial.seed)
    return Answers(
        first["test"], float(first[VALIDATION]), spent=float(first[SECONDS]), device=made_on(first)
    )


def labels(testbed: Testbed, trial: Trial) -> Answers:
    """A student that sees labels alone, for as long as both stages take together."""
    student = new_student(testbed, trial.seed)
    config = labels_only(student_settings(testbed.scale.both_stages, trial.seed))
    best = train(student, None, testbed, config)
    return answers_of(student, testbed.texts.test, best)


def direct(testbed: Testbed, trial: Trial) -> Answers:
    """Vanilla distillation: teacher to student at once, for as many steps as both stages take.

    option "more_time": also for the time that the assistant's training takes; "wider": with as
    many more parameters as the players of an adversary have
    """
    scale = testbed.scale
    epochs = scale.chain_time if trial.option == "more_time" else scale.both_stages
    extra = players_size(testbed.classes) if trial.option == "wider" else 0
    logits = teacher_logits(testbed)["train"]
    return _from_logits(testbed, trial.seed, logits, epochs, repaired_zscore_kl, extra)


def chained(testbed: Testbed, trial: Trial) -> Answers:
    """Teacher-assistant distillation without a stage 2, for as many steps as both stages take."""
    logits = assistant_weights(testbed, trial.seed)["train"]
    return _from_logits(testbed, trial.seed, logits, testbed.scale.both_stages, repaired_zscore_kl)


def soft_loss(testbed: Testbed, trial: Trial) -> Answers:
    """Vanilla distillation with the soft loss that the option names."""
    loss = named(trial.option)
    logits = teacher_logits(testbed)["train"]
    return _from_logits(testbed, trial.seed, logits, testbed.scale.both_stages, loss)


def _from_logits(
    testbed: Testbed,
    seed: int,
    logits: Tensor,
    epochs: int,
    loss: SoftLoss | WithLabels,
    extra: int = 0,
) -> Answers:
    student = new_student(testbed, seed, extra)
    best = train(student, stored(testbed, logits), testbed, student_settings(epochs, seed), loss)
    return answers_of(student, testbed.texts.test, best)


def _read(testbed: Testbed, model: Tensors) -> Answers:
    labels = testbed.texts.validation.labels
    assert labels is not None
    right = (model["validation"].argmax(-1) == labels).float().mean()
    return Answers(model["test"], float(right), spent=float(model[SECONDS]), device=made_on(model))


ARMS: dict[str, Arm] = {
    "tfidf": floor,
    "teacher": teacher,
    "assistant": assistant,
    "stage_one": stage_one,
    "labels": labels,
    "direct": direct,
    "chained": chained,
    "soft_loss": soft_loss,
    "guided_teacher": arms_with_adversary.guided_teacher,
    "stage_two": arms_with_adversary.stage_two,
    "student_student": arms_with_adversary.student_student,
    "three_modules": arms_with_adversary.three_modules,
    "shuffled": arms_with_adversary.shuffled_teacher,
    "ctkd": arms_beyond_paper.learned_temperature,
    "augmented": arms_beyond_paper.augmented,
}
"""Every arm a table can ask for."""

MADE_FIRST = (("teacher",), ("assistant",), ("stage_one",))
"""Arms that others start from, in the order they are needed: a sweep does them first."""


def arm_named(name: str) -> Arm:
    """The arm of that name; a ValueError lists the names when there is none."""
    if name not in ARMS:
        raise ValueError(f"no arm {name!r}; there are {', '.join(ARMS)}")
    return ARMS[name]


def run_trial(trial: Trial) -> dict[str, Any]:
    """Train and measure one arm; the test split is opened once, at the end.

    returns plain values: accuracy, macro_f1 and validation in [0, 1]; seconds by the clock (of the
    whole run) and of the processor; right or wrong of each test text, packed; versions
    """
    return measure(trial, testbed_named(trial.dataset, trial.scale), arm_named(trial.arm))
