"""Arms from beyond the paper: a learned temperature, and more texts for the teacher to answer."""

import torch
from torch import Tensor

from labkit.data.augment import AugmentConfig, teacher_labels, vary
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.encoding.encoded_study import texts_of
from labkit.evaluation.predict import predict
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed import Tensors, Testbed
from labkit.experiments.testbed_models import (
    new_student,
    stored,
    teacher_logits,
    teacher_model,
    train,
)
from labkit.experiments.trial import Answers, Trial, answers_of
from labkit.methods.learned_temperature import TemperatureConfig, ctkd
from labkit.methods.recipes import CLASSROOM_TEACHER, labels_only
from labkit.training.teacher_logits import StoredTargets

COPIES = 2
"""Varied copies drawn from each training text."""


def learned_temperature(testbed: Testbed, trial: Trial) -> Answers:
    """Vanilla distillation with a temperature that learns against the student."""
    student = new_student(testbed, trial.seed)
    source = stored(testbed, teacher_logits(testbed)["train"])
    config = student_settings(testbed.scale.both_stages, trial.seed)
    learned = TemperatureConfig(warmup_epochs=config.epochs)
    held = testbed.texts.validation
    steps = list(ctkd(student, source, testbed.texts.train, config, learned, validation=held))
    best = max(step.validation for step in steps if step.validation is not None)
    notes = {"temperature": round(steps[-1].temperature, 2)}
    return answers_of(student, testbed.texts.test, best, notes)


def augmented(testbed: Testbed, trial: Trial) -> Answers:
    """Vanilla distillation on masked and cut copies too, for as many steps as without them.

    option: "soft" learns from the teacher's logits and the labels; "hard" from labels alone,
    those of the copies being the teacher's first choices
    """
    texts, logits = more_texts(testbed)
    epochs = round(testbed.scale.both_stages * len(testbed.texts.train) / len(texts))
    config = student_settings(max(1, epochs), trial.seed)
    source = None if trial.option == "hard" else StoredTargets(texts, logits)
    if source is None:
        config = labels_only(config)
    student = new_student(testbed, trial.seed)
    best = train(student, source, testbed, config, texts=texts)
    return answers_of(student, testbed.texts.test, best)


def more_texts(testbed: Testbed) -> tuple[Encoded, Tensor]:
    """The training texts and their varied copies, with the teacher's logits of each."""
    part, first = testbed.part, testbed.texts.train
    if part.is_pair:
        raise ValueError(f"{part.name} has pairs of texts; copies are made of single texts only")
    held = [*texts_of(part.validation), *texts_of(part.test)]
    copies = vary(texts_of(part.train), AugmentConfig(n_iter=COPIES), forbidden=held).texts

    def answer() -> Tensors:
        return {"logits": predict(teacher_model(testbed), _encoded(testbed, copies))}

    answers = testbed.once("copies", answer)["logits"]
    chosen = teacher_labels(_encoded(testbed, copies), answers).labels
    assert first.labels is not None and chosen is not None
    labels = torch.cat([first.labels, chosen]).tolist()
    logits = torch.cat([teacher_logits(testbed)["train"], answers])
    return _encoded(testbed, (*texts_of(part.train), *copies), labels), logits


def _encoded(testbed: Testbed, texts: tuple[str, ...], labels: list[int] | None = None) -> Encoded:
    from labkit.models.encoders import load_tokenizer

    return encode(texts, load_tokenizer(CLASSROOM_TEACHER), labels, testbed.texts.max_length)
