"""The arms of the tables with an adversary: guided teacher, second stage, its ablations."""

import math
from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import TYPE_CHECKING

from torch import Tensor

from labkit.data.encoding.encoded import first_rows
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed import Tensors, Testbed
from labkit.experiments.testbed_models import (
    assistant_weights,
    first_student,
    logits_of_splits,
    new_assistant,
    new_student,
    stored,
    teacher_logits,
    teacher_model,
    with_weights,
)
from labkit.experiments.trial import Answers, Trial, answers_of
from labkit.methods.adversarial.second_stage import (
    StageTwoConfig,
    StageTwoStep,
    StageTwoWeights,
    guide_teacher,
    second_stage,
)
from labkit.methods.adversarial.weight_sharing import share_weights
from labkit.training.false_teachers import shuffled, shuffled_within_classes
from labkit.training.teacher_logits import StoredTargets

if TYPE_CHECKING:
    from transformers import PreTrainedModel

GUIDE_BETA = 0.9
"""Weight of the labels in the stage-2 teacher that the grids learn from: the paper's best."""
NEW_HEAD = 1000
"""Added to the seed of a second-stage student, so that "none" shares nothing, not even chance."""


def guided_teacher(testbed: Testbed, trial: Trial) -> Answers:
    """The teacher after its own stage 2 (equation 5); with gan at 0 it is trained on labels alone.

    The adversary learns to tell it apart from the first-stage student: the reading "differ". It is
    measured on the first `guide_test_rows` test texts.
    """
    model = teacher_model(testbed)
    notes, validation = _guide(testbed, model, trial.gan, trial.seed)
    test = first_rows(testbed.texts.test, testbed.scale.guide_test_rows)
    return answers_of(model, test, validation, notes)


def stage_two(testbed: Testbed, trial: Trial) -> Answers:
    """The student after stage 2 (equation 6), taught by the guided teacher.

    option: what it takes over from stage 1, "none", "partial" or "full"; nothing said is "full"
    """
    return answers_after(testbed, *stage_two_run(testbed, trial))


def stage_two_run(
    testbed: Testbed, trial: Trial
) -> tuple["PreTrainedModel", Iterator[StageTwoStep]]:
    """The student of `stage_two` before its first step, and the steps that train it in place."""
    how = trial.option or "full"
    return _begun(testbed, trial, guided_logits(testbed)["train"], "resemble", how)


def answers_after(
    testbed: Testbed, student: "PreTrainedModel", steps: Iterable[StageTwoStep]
) -> Answers:
    """Take the steps to their end, then read the test texts once."""
    notes, validation = _watched(steps)
    return answers_of(student, testbed.texts.test, validation, notes)


def student_student(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 2 with the adversary between the two students alone; the teacher is that of stage 1.

    option: the reading, "differ" or "resemble"; nothing said is "differ"
    """
    logits = teacher_logits(testbed)["train"]
    return answers_after(testbed, *_begun(testbed, trial, logits, trial.option or "differ"))


def three_modules(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 2 in which teacher, assistant and student all have an adversary."""
    logits = guided_assistant(testbed)["train"]
    return answers_after(testbed, *_begun(testbed, trial, logits, "resemble"))


def shuffled_teacher(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 2 whose discriminator is shown the teacher's logits of other texts as real.

    option: "within" shuffles inside each class, so that the label still fits the logits
    """
    logits = guided_logits(testbed)["train"]
    labels = testbed.texts.train.labels
    assert labels is not None
    inside = trial.option == "within"
    other = shuffled_within_classes(logits, labels) if inside else shuffled(logits)
    return answers_after(testbed, *_begun(testbed, trial, logits, "resemble", real=other))


def guided_logits(testbed: Testbed) -> Tensors:
    """The logits of the one guided teacher that all grids of a data set learn from."""

    def make() -> Tensors:
        model = teacher_model(testbed)
        _guide(testbed, model, 1 - GUIDE_BETA, 0)
        return logits_of_splits(model, testbed)

    return testbed.once("guided_teacher", make)


def guided_assistant(testbed: Testbed) -> Tensors:
    """The logits of an assistant after a stage 2 of its own, told apart from what it was."""

    def make() -> Tensors:
        before = assistant_weights(testbed, 0)
        model = with_weights(new_assistant(testbed, 0), before)
        config = _slow(StageTwoWeights(0.3, 0.6, 0.1), 0, "differ")
        teacher = stored(testbed, guided_logits(testbed)["train"])
        first = stored(testbed, before["train"])
        held = testbed.texts.validation
        texts = testbed.texts.train
        _watched(second_stage(model, teacher, texts, config, first_student=first, validation=held))
        return logits_of_splits(model, testbed)

    return testbed.once("guided_assistant", make)


def _guide(
    testbed: Testbed, model: "PreTrainedModel", gan: float, seed: int
) -> tuple[dict[str, float], float]:
    texts = first_rows(testbed.texts.train, testbed.scale.guide_rows)
    first = StoredTargets(texts, first_student(testbed, seed)["train"][: len(texts)])
    config = _slow(StageTwoWeights.for_teacher(round(1 - gan, 9)), seed, "differ")
    held = testbed.texts.validation
    return _watched(guide_teacher(model, first, texts, config, validation=held))


def _slow(weights: StageTwoWeights, seed: int, reading: str) -> StageTwoConfig:
    """One pass in the small steps that a pre-trained encoder wants."""
    return StageTwoConfig(
        weights=weights, reading=reading, epochs=1, learning_rate=5e-5, clip=1.0, seed=seed
    )


def _begun(
    testbed: Testbed,
    trial: Trial,
    logits: Tensor,
    reading: str,
    how: str = "full",
    real: Tensor | None = None,
) -> tuple["PreTrainedModel", Iterator[StageTwoStep]]:
    """One second stage of the student, from the first-stage weights of the same seed."""
    first = first_student(testbed, trial.seed)
    before = with_weights(new_student(testbed, trial.seed), first)
    student = share_weights(before, new_student(testbed, trial.seed + NEW_HEAD), how)
    plain = student_settings(testbed.scale.second_epochs, trial.seed)
    config = StageTwoConfig(
        weights=StageTwoWeights.from_alpha_beta(trial.kd, trial.gan),
        reading=reading,
        epochs=plain.epochs,
        learning_rate=plain.learning_rate,
        embedding_learning_rate=plain.embedding_learning_rate,
        seed=trial.seed,
    )
    steps = second_stage(
        student,
        stored(testbed, logits),
        testbed.texts.train,
        config,
        first_student=stored(testbed, first["train"]),
        real=None if real is None else stored(testbed, real),
        validation=testbed.texts.validation,
    )
    return student, steps


def _watched(steps: Iterable[StageTwoStep]) -> tuple[dict[str, float], float]:
    """Run to the end: how the adversary did over the last epoch, and the best validation."""
    done = list(steps)
    held = [step.validation for step in done if step.validation is not None]
    last = [step for step in done if step.epoch == done[-1].epoch]
    names = ("discriminator_accuracy", "discriminator_loss", "gradient_norm")
    notes = {name: fmean(getattr(step, name) for step in last) for name in names}
    notes["collapsed"] = float(last[-1].collapsed)
    finite = {name: value for name, value in notes.items() if math.isfinite(value)}
    return {name: round(value, 4) for name, value in finite.items()}, max(held)
