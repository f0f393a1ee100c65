"""The chain above the students, drawn anew per chain: each model trained once and kept on disk.

Nothing is chosen on validation: every model is taken as its last step left it.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

import torch

from labkit.compute import place
from labkit.evaluation.predict import predict
from labkit.experiments.confirm.plan import GAN, NAME, VERSION, chain_of
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed import Tensors, Testbed
from labkit.experiments.testbed_models import named_weights, stored, with_weights
from labkit.losses.standardised import zscore_kl
from labkit.methods.adversarial.second_stage import (
    StageTwoConfig,
    StageTwoStep,
    StageTwoWeights,
    guide_teacher,
)
from labkit.methods.distill import distill
from labkit.methods.recipes import CLASSROOM_TEACHER, encoder_steps
from labkit.training.config import DistillConfig, Step, Weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel

LABELS = 0.5
"""Weight of the labels in eq. 4, for assistant and student; the rest is the teacher's."""
GUIDED_STEP = 5e-5
"""Largest step of encoders in stage 2, half of that in stage 1: they are trained already."""
HEALTH = ("discriminator_accuracy", "discriminator_loss", "gradient_norm")
EXACT = "float32"
"""For students: in bfloat16 two logits can tie, where the z-score's gradient has no bound."""


def teacher(testbed: Testbed, chain: int) -> Tensors:
    """The teacher of stage 1, labels alone on all rows: weights and logits."""

    def make() -> Tensors:
        model = new_encoder(testbed, chain)
        config = DistillConfig(Weights(ce=1, kd=0), epochs=testbed.scale.teacher_epochs, seed=chain)
        return _done(
            testbed, model, distill(model, None, testbed.texts.train, encoder_steps(config))
        )

    return _once(testbed, f"teacher_{chain}", make)


def assistant(testbed: Testbed, chain: int) -> Tensors:
    """The assistant of stage 1, eq. 4 from the teacher."""

    def make() -> Tensors:
        model = new_encoder(testbed, chain, testbed.scale.assistant_layers)
        source = stored(testbed, teacher(testbed, chain)["train"])
        config = DistillConfig(_eq_4(), epochs=testbed.scale.assistant_epochs, seed=chain)
        config = encoder_steps(config)
        steps = distill(model, source, testbed.texts.train, config, soft_loss=zscore_kl)
        return _done(testbed, model, steps)

    return _once(testbed, f"assistant_{chain}", make)


def first_student(testbed: Testbed, seed: int) -> Tensors:
    """The student of stage 1, eq. 4 from the assistant: teacher, assistant, student."""

    def make() -> Tensors:
        student = new_student(testbed, seed)
        source = stored(testbed, assistant(testbed, chain_of(seed))["train"])
        config = student_config(testbed.scale.first_epochs, seed)
        steps = distill(student, source, testbed.texts.train, config, soft_loss=zscore_kl)
        return _done(testbed, student, steps, EXACT)

    return _once(testbed, f"first_student_{seed}", make)


def guided_teacher(testbed: Testbed, chain: int, gan: float = GAN) -> Tensors:
    """The teacher after stage 2, eq. 5: one pass over all rows, the labels at 1 - gan.

    Its adversary tells it apart from the student of stage 1 ("differ"), the one reading of
    Algorithm 1 that needs no model above it. gan: 0 goes on for as long on labels alone
    """

    def make() -> Tensors:
        model = with_weights(new_encoder(testbed, chain), teacher(testbed, chain))
        first = stored(testbed, first_student(testbed, chain)["train"])
        weights = StageTwoWeights.for_teacher(round(1 - gan, 9))
        config = StageTwoConfig(
            weights=weights,
            reading="differ",
            epochs=1,
            learning_rate=GUIDED_STEP,
            clip=1.0,
            seed=chain,
        )
        return _done(testbed, model, guide_teacher(model, first, testbed.texts.train, config))

    return _once(testbed, f"{'guided' if gan else 'unguided'}_teacher_{chain}", make)


def guided_assistant(testbed: Testbed, chain: int) -> Tensors:
    """The assistant of stage 2, Algorithm 1, line 22: eq. 4 once more, from the guided teacher."""

    def make() -> Tensors:
        layers = testbed.scale.assistant_layers
        model = with_weights(new_encoder(testbed, chain, layers), assistant(testbed, chain))
        source = stored(testbed, guided_teacher(testbed, chain)["train"])
        config = DistillConfig(
            _eq_4(), epochs=1, learning_rate=GUIDED_STEP, clip=1.0, seed=chain + 1000
        )
        steps = distill(model, source, testbed.texts.train, config, soft_loss=zscore_kl)
        return _done(testbed, model, steps)

    return _once(testbed, f"guided_assistant_{chain}", make)


def new_encoder(testbed: Testbed, chain: int, layers: int | None = None) -> "PreTrainedModel":
    """The pre-trained encoder with a head drawn for this chain, before its first step."""
    from labkit.models.encoders import load_encoder

    return place(load_encoder(CLASSROOM_TEACHER, testbed.classes, layers, chain))


def new_student(testbed: Testbed, seed: int) -> "PreTrainedModel":
    """A BiLSTM before its first step; its token vectors saw text, but no label."""
    from labkit.models.bilstm import build_bilstm

    vectors = _vectors(testbed)
    hidden = testbed.scale.hidden
    return place(build_bilstm(len(vectors), testbed.classes, vectors, seed, hidden_size=hidden))


def student_config(epochs: int, seed: int) -> DistillConfig:
    """How every student of one stage learns: eq. 4."""
    return replace(student_settings(epochs, seed, kd=1 - LABELS), precision=EXACT)


def health(steps: Iterable[Step]) -> dict[str, float]:
    """Run to the end; how the adversary did over the last pass, where there was one."""
    done: Sequence[Step] = list(steps)
    last = [one for one in done if one.epoch == done[-1].epoch and isinstance(one, StageTwoStep)]
    means = {name: fmean(getattr(one, name) for one in last) for name in HEALTH if last}
    return {name: round(value, 4) for name, value in means.items() if math.isfinite(value)}


def _vectors(testbed: Testbed) -> torch.Tensor:
    from labkit.models.encoders import embedding_pca

    def make() -> Tensors:
        return {"vectors": embedding_pca(new_encoder(testbed, 0), testbed.scale.width)}

    return _once(testbed, "vectors", make)["vectors"]


def _eq_4() -> Weights:
    return Weights(ce=LABELS, kd=1 - LABELS)


def _done(
    testbed: Testbed, model: "PreTrainedModel", steps: Iterable[Step], precision: str = "auto"
) -> Tensors:
    """Take the steps to their end; the model's weights, logits and the adversary's health."""
    told = {f"health.{name}": torch.tensor(value) for name, value in health(steps).items()}
    texts = testbed.texts
    splits = {"train": texts.train, "test": texts.test}
    logits = {name: predict(model, rows, precision=precision) for name, rows in splits.items()}
    return logits | told | named_weights(model)


def _once(testbed: Testbed, name: str, make: Callable[[], Tensors]) -> Tensors:
    return testbed.once(f"{NAME}_{VERSION}_{name}", make)
