"""What each arm trains. The paper's own, to the letter, and what stands beside it, by name.

tfidf              words and word pairs, logistic regression
teacher            labels alone
assistant          stage 1, eq. 4 from the teacher
stage_one          the student of stage 1, eq. 4 from the assistant
direct             the same steps, eq. 4 from the teacher
guided_teacher     stage 2, eq. 5 with an adversary against the student of stage 1
unguided_teacher   the same steps on labels alone
guided_assistant   stage 2, eq. 4 from the guided teacher (Algorithm 1, line 22)
second_stage       the student of stage 2, eq. 6: from its stage-1 weights, taught by the guided
                   assistant, labels 0.4 and assistant 0.5
    differ         adversary 0.1 as printed in 3.2 and 4.2: told apart from the stage-1 student
    resemble       adversary 0.1, second reading (3.1.3): passes for the guided teacher
    without        no adversary, the same weights of labels and assistant
    more_labels    no adversary, its 0.1 given to the labels
one_stage          eq. 4 from the assistant, as many steps as both stages together
no_sharing         eq. 4 from the guided assistant, fresh weights, as many steps as both stages
labels             labels alone, as many steps as both stages
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from torch import Tensor

from labkit.compute import model_device
from labkit.evaluation.predict import predict
from labkit.experiments.adversarial.arms_without_adversary import floor
from labkit.experiments.confirm import material
from labkit.experiments.confirm.cast import cast_of, testbed_named
from labkit.experiments.confirm.plan import GAN, chain_of
from labkit.experiments.testbed import SECONDS, Tensors, Testbed, made_on
from labkit.experiments.testbed_models import stored, with_weights
from labkit.experiments.trial import Answers, Trial, measure
from labkit.losses.standardised import zscore_kl
from labkit.methods.adversarial.second_stage import StageTwoConfig, StageTwoWeights, second_stage
from labkit.methods.distill import distill
from labkit.methods.recipes import labels_only
from labkit.training.config import Step, Weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Arm = Callable[[Testbed, Trial], Answers]
NEW_WEIGHTS = 1000
"""Added to the seed of a student that shares nothing with stage 1, not even chance."""


def run(trial: Trial) -> dict[str, Any]:
    """Train and measure one arm; nothing is chosen, the test texts are read once."""
    return measure(trial, testbed_named(trial.dataset, trial.scale), ARMS[trial.arm])


def teacher(testbed: Testbed, trial: Trial) -> Answers:
    """The teacher of the chain."""
    return kept(material.teacher(testbed, trial.seed))


def assistant(testbed: Testbed, trial: Trial) -> Answers:
    """The assistant of stage 1."""
    return kept(material.assistant(testbed, trial.seed))


def stage_one(testbed: Testbed, trial: Trial) -> Answers:
    """The student of stage 1."""
    return kept(material.first_student(testbed, trial.seed))


def guided_teacher(testbed: Testbed, trial: Trial) -> Answers:
    """The teacher of stage 2."""
    return kept(material.guided_teacher(testbed, trial.seed))


def unguided_teacher(testbed: Testbed, trial: Trial) -> Answers:
    """The teacher that goes on for as long without an adversary."""
    return kept(material.guided_teacher(testbed, trial.seed, gan=0.0))


def guided_assistant(testbed: Testbed, trial: Trial) -> Answers:
    """The assistant of stage 2."""
    return kept(material.guided_assistant(testbed, trial.seed))


def stage_two(testbed: Testbed, trial: Trial) -> Answers:
    """The student of stage 2; the option says which adversary it has, if any."""
    source = material.guided_assistant(testbed, chain_of(trial.seed))["train"]
    if trial.gan == 0:
        student = with_stage_one(testbed, trial)
        ce = trial.ce if trial.option == "more_labels" else without_labels(trial)
        return _eq_4(testbed, trial, student, source, Weights(ce, trial.kd))
    return played(testbed, trial, eq_6(testbed, trial, trial.option), source)


def with_stage_one(testbed: Testbed, trial: Trial) -> "PreTrainedModel":
    """The student with its weights of stage 1."""
    first = material.first_student(testbed, trial.seed)
    return with_weights(material.new_student(testbed, trial.seed), first)


def eq_6(testbed: Testbed, trial: Trial, reading: str) -> StageTwoConfig:
    """How a student learns beside an adversary: the weights and steps of this study."""
    plain = material.student_config(testbed.scale.second_epochs, trial.seed, cast_of(testbed))
    return StageTwoConfig(
        weights=StageTwoWeights.from_alpha_beta(trial.kd, trial.gan),
        soft_loss="zscore",
        reading=reading,
        epochs=plain.epochs,
        learning_rate=plain.learning_rate,
        embedding_learning_rate=plain.embedding_learning_rate,
        seed=trial.seed,
        precision=plain.precision,
    )


def played(
    testbed: Testbed,
    trial: Trial,
    config: StageTwoConfig,
    source: Tensor,
    pretrained: Mapping[str, Tensor] | None = None,
) -> Answers:
    """Stage 2 with an adversary, from the weights of stage 1.

    source: the logits of the training texts that the soft loss learns from
    pretrained: discriminator and generator to begin with; None: fresh ones
    """
    student = with_stage_one(testbed, trial)
    first = material.first_student(testbed, trial.seed)["train"]
    real = material.guided_teacher(testbed, chain_of(trial.seed))["train"]
    steps = second_stage(
        student,
        stored(testbed, source),
        testbed.texts.train,
        config,
        first_student=stored(testbed, first),
        real=stored(testbed, real),
        pretrained=pretrained,
    )
    return last_step(testbed, student, steps)


def without_labels(trial: Trial) -> float:
    """The weight of the labels beside an adversary, kept where there is none."""
    return round(trial.ce - GAN, 9)


def direct(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 1 without an assistant: as many steps, from the teacher."""
    source = material.teacher(testbed, chain_of(trial.seed))["train"]
    return _from_nothing(testbed, trial, trial.seed, source, testbed.scale.first_epochs)


def one_stage(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 1 for as long as both stages take."""
    source = material.assistant(testbed, chain_of(trial.seed))["train"]
    return _from_nothing(testbed, trial, trial.seed, source, testbed.scale.both_stages)


def no_sharing(testbed: Testbed, trial: Trial) -> Answers:
    """Stage 2's teacher for fresh weights, for as long as both stages take."""
    source = material.guided_assistant(testbed, chain_of(trial.seed))["train"]
    fresh = trial.seed + NEW_WEIGHTS
    return _from_nothing(testbed, trial, fresh, source, testbed.scale.both_stages)


def labels(testbed: Testbed, trial: Trial) -> Answers:
    """Labels alone, for as long as both stages take."""
    student = material.new_student(testbed, trial.seed)
    plain = material.student_config(testbed.scale.both_stages, trial.seed, cast_of(testbed))
    config = labels_only(plain)
    return last_step(testbed, student, distill(student, None, testbed.texts.train, config))


def _from_nothing(
    testbed: Testbed, trial: Trial, fresh: int, source: Tensor, epochs: int
) -> Answers:
    student = material.new_student(testbed, fresh)
    config = material.student_config(epochs, trial.seed, cast_of(testbed))
    steps = distill(
        student, stored(testbed, source), testbed.texts.train, config, soft_loss=zscore_kl
    )
    return last_step(testbed, student, steps)


def _eq_4(
    testbed: Testbed, trial: Trial, student: "PreTrainedModel", source: Tensor, weights: Weights
) -> Answers:
    """Stage 2 without an adversary: the same texts in the same order as with one."""
    config = material.student_config(testbed.scale.second_epochs, trial.seed, cast_of(testbed))
    config = replace(config, weights=weights)
    steps = distill(
        student, stored(testbed, source), testbed.texts.train, config, soft_loss=zscore_kl
    )
    return last_step(testbed, student, steps)


def last_step(testbed: Testbed, student: "PreTrainedModel", steps: Iterator[Step]) -> Answers:
    """Take the steps to their end, then read the test texts once."""
    notes = material.health(steps)
    logits = predict(student, testbed.texts.test, precision=material.EXACT)
    return Answers(logits, notes=notes, device=model_device(student).type)


def kept(model: Tensors) -> Answers:
    """The answers of a model of the chain, as they lie beside its weights."""
    start = "health."
    notes = {
        name.removeprefix(start): round(float(value), 4)
        for name, value in model.items()
        if name.startswith(start)
    }
    return Answers(model["test"], notes=notes, spent=float(model[SECONDS]), device=made_on(model))


ARMS: dict[str, Arm] = {
    "tfidf": floor,
    "teacher": teacher,
    "assistant": assistant,
    "stage_one": stage_one,
    "direct": direct,
    "guided_teacher": guided_teacher,
    "unguided_teacher": unguided_teacher,
    "guided_assistant": guided_assistant,
    "second_stage": stage_two,
    "one_stage": one_stage,
    "no_sharing": no_sharing,
    "labels": labels,
}
"""Every arm of the plan."""
