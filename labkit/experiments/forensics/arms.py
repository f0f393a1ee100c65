"""What each arm trains: a student on all training rows, with one way to write the losses."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from labkit.compute import place
from labkit.data.encoding.encoded_study import EncodedStudy, encode_study
from labkit.evaluation.predict import predict
from labkit.experiments.adversarial.arms_without_adversary import floor
from labkit.experiments.forensics.losses import FIRST_STAGE, SECOND_STAGE, Losses
from labkit.experiments.forensics.plain_bilstm import PlainBiLSTM
from labkit.experiments.forensics.plain_run import Epoch, epochs, own_tokens
from labkit.experiments.forensics.plan import NAME, VERSION
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed import Tensors, Testbed, testbed_named
from labkit.experiments.testbed_models import (
    named_weights,
    new_student,
    teacher_logits,
    teacher_model,
    with_weights,
)
from labkit.experiments.trial import Answers, Trial, answers_of, measure
from labkit.methods.distill import distill
from labkit.training.config import Weights
from labkit.training.teacher_logits import StoredTargets

FIRST_PASSES = 4
SECOND_PASSES = 3
FIRST = "zscored_both"
"""The first stage that the second stages go on from."""


def run(trial: Trial) -> dict[str, Any]:
    """Train and measure one arm."""
    return measure(trial, testbed_named(trial.dataset, trial.scale), _answers)


def _answers(testbed: Testbed, trial: Trial) -> Answers:
    if trial.arm == "tfidf":
        return floor(replace(testbed, part=_rows(testbed)), trial)
    if trial.arm == "teacher":
        return Answers(teacher_logits(testbed)["test"])
    if trial.option == "lab":
        return _lab_student(testbed, trial)
    if trial.arm in SECOND_STAGE:
        return _second_stage(testbed, trial)
    return _told(_first_stage(testbed, trial.arm, trial.seed))


def _first_stage(testbed: Testbed, arm: str, seed: int) -> Tensors:
    """A plain student after its first stage: weights, test logits, and numbers of each pass."""
    mark = f"{NAME}_{VERSION}_{arm}_{seed}"
    student, texts = _plain_student(testbed, seed)
    return testbed.once(
        mark, lambda: _trained(testbed, student, texts, FIRST_STAGE[arm], FIRST_PASSES, seed)
    )


def _second_stage(testbed: Testbed, trial: Trial) -> Answers:
    student, texts = _plain_student(testbed, trial.seed)
    with_weights(student, _first_stage(testbed, FIRST, trial.seed))  # type: ignore[arg-type]
    losses = SECOND_STAGE[trial.arm]
    found = _trained(testbed, student, texts, losses, SECOND_PASSES, trial.seed + 1000)
    return _told(found)


def _trained(
    testbed: Testbed,
    student: PlainBiLSTM,
    texts: EncodedStudy,
    losses: Losses,
    passes: int,
    seed: int,
) -> Tensors:
    teacher = StoredTargets(texts.train, _teacher_on_all_rows(testbed)["train"])
    done = list(epochs(student, teacher, texts.train, texts.test, losses, passes, seed))
    curve = torch.tensor([_numbers(epoch) for epoch in done], dtype=torch.float64)
    return {"test": done[-1].logits, "curve": curve, **named_weights(student)}  # type: ignore[arg-type]


CURVE = ("accuracy", "ties", "gradient_median", "gradient_99", "gradient_largest")
"""Columns of a run's "curve", a line per pass."""


def _numbers(epoch: Epoch) -> list[float]:
    middle, high, largest = epoch.gradients.quantile(torch.tensor([0.5, 0.99, 1.0])).tolist()
    return [epoch.accuracy, epoch.ties, middle, high, largest]


def _told(found: Tensors) -> Answers:
    """The answers of the last pass, beside the numbers of every pass."""
    notes = {
        f"{name} {place}": value
        for place, line in enumerate(found["curve"].tolist(), start=1)
        for name, value in zip(CURVE, line, strict=True)
    }
    return Answers(found["test"], notes=notes, device="cpu")


def _lab_student(testbed: Testbed, trial: Trial) -> Answers:
    """The same losses in the lab's own loop: vectors of the teacher, warm-up, decay, clipping."""
    losses, texts = FIRST_STAGE[trial.arm], _whole_texts(testbed)
    config = student_settings(FIRST_PASSES, trial.seed)
    config = replace(config, weights=Weights(losses.ce, losses.kd))
    teacher = StoredTargets(texts.train, _teacher_on_all_rows(testbed)["train"])
    student = new_student(testbed, trial.seed)
    for _ in distill(
        student, teacher, texts.train, config, soft_loss=losses.soft, hard_loss=losses.hard
    ):
        pass
    return answers_of(student, texts.test, float("nan"))


def _plain_student(testbed: Testbed, seed: int) -> tuple[PlainBiLSTM, EncodedStudy]:
    texts = _whole_texts(testbed)
    (train, test), vocabulary = own_tokens(texts.train, texts.test)
    student = place(PlainBiLSTM(vocabulary, testbed.classes, seed=seed))
    return student, replace(texts, train=train, test=test)


def _whole_texts(testbed: Testbed) -> EncodedStudy:
    """All training rows, and the test rows of the testbed, in the teacher's tokens."""
    from labkit.methods.recipes import CLASSROOM_TEACHER
    from labkit.models.encoders import load_tokenizer

    return encode_study(_rows(testbed), load_tokenizer(CLASSROOM_TEACHER), testbed.texts.max_length)


def _rows(testbed: Testbed) -> Any:
    """The test rows of the testbed with all training rows; a quick trial keeps its few."""
    if testbed.scale.name == "smoke":
        return testbed.part
    return replace(testbed.part, train=testbed.whole.train)


def _teacher_on_all_rows(testbed: Testbed) -> Tensors:
    """The teacher's logits on all training rows, in the order of `_whole_texts`."""

    def ask() -> dict[str, Tensor]:
        return {"train": predict(teacher_model(testbed), _whole_texts(testbed).train)}

    return testbed.once("teacher_logits_all_rows", ask)
