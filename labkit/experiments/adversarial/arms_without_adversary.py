"""The arms of the tables without an adversary: floor, labels, one teacher, a chain."""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from labkit.evaluation.baselines import tfidf
from labkit.evaluation.predict import predict
from labkit.experiments.adversarial import arms_beyond_paper as arms_more
from labkit.experiments.adversarial import arms_with_adversary as arms_two
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed import SECONDS, Bench, bench
from labkit.experiments.testbed_models import (
    VALIDATION,
    assistant_weights,
    first_student,
    new_student,
    stored,
    teacher_logits,
    train,
)
from labkit.experiments.trial import Measured, Trial, measured
from labkit.losses.by_name import SoftLoss, WithLabels, named
from labkit.losses.standardised import paper_kl
from labkit.methods.adversarial.networks import players_size
from labkit.methods.recipes import labels_only

Arm = Callable[[Bench, Trial], Measured]


def floor(bench: Bench, trial: Trial) -> Measured:
    """Words and word pairs with logistic regression, on the training texts of the students."""
    return Measured(tfidf(bench.part))


def teacher(bench: Bench, trial: Trial) -> Measured:
    """The teacher of stage 1."""
    return _read(bench, teacher_logits(bench))


def assistant(bench: Bench, trial: Trial) -> Measured:
    """The assistant of stage 1."""
    return _read(bench, assistant_weights(bench, trial.seed))


def stage_one(bench: Bench, trial: Trial) -> Measured:
    """The student of stage 1: teacher, assistant, student."""
    kept = first_student(bench, trial.seed)
    return Measured(kept["test"], float(kept[VALIDATION]), spent=float(kept[SECONDS]))


def labels(bench: Bench, trial: Trial) -> Measured:
    """A student that sees labels alone, for as long as both stages take together."""
    student = new_student(bench, trial.seed)
    config = labels_only(student_settings(bench.scale.both_stages, trial.seed))
    best = train(student, None, bench, config)
    return Measured(predict(student, bench.texts.test), best)


def direct(bench: Bench, trial: Trial) -> Measured:
    """Vanilla distillation: teacher to student at once, for as many steps as both stages take.

    option "more_time": also for the time that the assistant's training takes; "wider": with as
    many more parameters as the players of an adversary have
    """
    scale = bench.scale
    epochs = scale.chain_time if trial.option == "more_time" else scale.both_stages
    extra = players_size(bench.classes) if trial.option == "wider" else 0
    logits = teacher_logits(bench)["train"]
    return _from_logits(bench, trial.seed, logits, epochs, paper_kl, extra)


def chained(bench: Bench, trial: Trial) -> Measured:
    """Teacher-assistant distillation without a stage 2, for as many steps as both stages take."""
    logits = assistant_weights(bench, trial.seed)["train"]
    return _from_logits(bench, trial.seed, logits, bench.scale.both_stages, paper_kl)


def soft_loss(bench: Bench, trial: Trial) -> Measured:
    """Vanilla distillation with the soft loss that the option names."""
    loss = named(trial.option)
    logits = teacher_logits(bench)["train"]
    return _from_logits(bench, trial.seed, logits, bench.scale.both_stages, loss)


def _from_logits(
    bench: Bench,
    seed: int,
    logits: Tensor,
    epochs: int,
    loss: SoftLoss | WithLabels,
    extra: int = 0,
) -> Measured:
    student = new_student(bench, seed, extra)
    best = train(student, stored(bench, logits), bench, student_settings(epochs, seed), loss)
    return Measured(predict(student, bench.texts.test), best)


def _read(bench: Bench, kept: dict[str, Tensor]) -> Measured:
    held = bench.texts.validation.labels
    assert held is not None
    right = (kept["validation"].argmax(-1) == held).float().mean()
    return Measured(kept["test"], float(right), spent=float(kept[SECONDS]))


ARMS: dict[str, Arm] = {
    "tfidf": floor,
    "teacher": teacher,
    "assistant": assistant,
    "stage_one": stage_one,
    "labels": labels,
    "direct": direct,
    "chained": chained,
    "soft_loss": soft_loss,
    "guided_teacher": arms_two.guided_teacher,
    "stage_two": arms_two.stage_two,
    "student_student": arms_two.student_student,
    "three_modules": arms_two.three_modules,
    "shuffled": arms_two.shuffled_teacher,
    "ctkd": arms_more.learned_temperature,
    "augmented": arms_more.augmented,
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
    return measured(trial, bench(trial.dataset, trial.scale), arm_named(trial.arm))
