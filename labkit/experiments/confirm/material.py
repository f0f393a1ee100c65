"""The chain above the students, drawn anew per chain: each model trained once and kept on disk.

Nothing is chosen on validation: every model is taken as its last step left it. Who plays is said in
`cast`; what passes from model to model are logits, so each may read the texts in its own tokens.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING, TypeVar

import torch

from labkit.compute import place
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.predict import predict
from labkit.experiments.confirm.cast import LAB, Cast, cast_of, texts_for_assistant
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
from labkit.methods.recipes import encoder_steps
from labkit.training.config import DistillConfig, Step, Weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Settings = TypeVar("Settings", bound=DistillConfig)
LABELS = 0.5
"""Weight of the labels in eq. 4, for assistant and student; the rest is the teacher's."""
GUIDED_STEP = 5e-5
"""Largest step of MiniLM in stage 2, half of that in stage 1: it is trained already."""
HEALTH = ("discriminator_accuracy", "discriminator_loss", "gradient_norm")
EXACT = "float32"
"""For students: in bfloat16 two logits can tie, where the z-score's gradient has no bound."""


def teacher(testbed: Testbed, chain: int) -> Tensors:
    """The teacher of stage 1, labels alone on all rows: weights and logits."""

    def make() -> Tensors:
        model = new_encoder(testbed, chain)
        config = DistillConfig(Weights(ce=1, kd=0), epochs=testbed.scale.teacher_epochs, seed=chain)
        config = in_pace(testbed, encoder_steps(config))
        return finished(testbed.texts, model, distill(model, None, testbed.texts.train, config))

    return _once(testbed, f"teacher_{chain}", make)


def assistant(testbed: Testbed, chain: int) -> Tensors:
    """The assistant of stage 1, eq. 4 from the teacher."""

    def make() -> Tensors:
        model = new_encoder(testbed, chain, testbed.scale.assistant_layers)
        source = stored(testbed, teacher(testbed, chain)["train"])
        config = DistillConfig(eq_4(), epochs=testbed.scale.assistant_epochs, seed=chain)
        config, texts = in_pace(testbed, encoder_steps(config)), texts_for_assistant(testbed)
        steps = distill(model, source, texts.train, config, soft_loss=zscore_kl)
        return finished(texts, model, steps)

    return _once(testbed, f"assistant_{chain}", make)


def first_student(testbed: Testbed, seed: int) -> Tensors:
    """The student of stage 1, eq. 4 from the assistant: teacher, assistant, student."""

    def make() -> Tensors:
        student = new_student(testbed, seed)
        source = stored(testbed, assistant(testbed, chain_of(seed))["train"])
        config = student_config(testbed.scale.first_epochs, seed, cast_of(testbed))
        steps = distill(student, source, testbed.texts.train, config, soft_loss=zscore_kl)
        return finished(testbed.texts, student, steps, EXACT)

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
            learning_rate=GUIDED_STEP * cast_of(testbed).pace,
            clip=1.0,
            seed=chain,
        )
        steps = guide_teacher(model, first, testbed.texts.train, config)
        return finished(testbed.texts, model, steps)

    return _once(testbed, f"{'guided' if gan else 'unguided'}_teacher_{chain}", make)


def guided_assistant(testbed: Testbed, chain: int) -> Tensors:
    """The assistant of stage 2, Algorithm 1, line 22: eq. 4 once more, from the guided teacher."""

    def make() -> Tensors:
        layers = testbed.scale.assistant_layers
        model = with_weights(new_encoder(testbed, chain, layers), assistant(testbed, chain))
        source = stored(testbed, guided_teacher(testbed, chain)["train"])
        config = DistillConfig(
            eq_4(), epochs=1, learning_rate=GUIDED_STEP, clip=1.0, seed=chain + 1000
        )
        config, texts = in_pace(testbed, config), texts_for_assistant(testbed)
        steps = distill(model, source, texts.train, config, soft_loss=zscore_kl)
        return finished(texts, model, steps)

    return _once(testbed, f"guided_assistant_{chain}", make)


def new_encoder(testbed: Testbed, chain: int, layers: int | None = None) -> "PreTrainedModel":
    """A pre-trained encoder with a head drawn for this chain, before its first step.

    layers: of the assistant, which keeps as many where it is not taken whole; None: the teacher
    """
    from labkit.models.encoders import load_encoder

    cast = cast_of(testbed)
    name = cast.teacher if layers is None else cast.assistant
    return place(load_encoder(name, testbed.classes, None if cast.whole else layers, chain))


def new_student(testbed: Testbed, seed: int) -> "PreTrainedModel":
    """A BiLSTM before its first step; its token vectors saw no label, in the lab's cast text."""
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import load_tokenizer

    cast, scale = cast_of(testbed), testbed.scale
    vectors = None if cast.random_vectors else _vectors(testbed)
    words = len(load_tokenizer(cast.teacher)) if vectors is None else len(vectors)
    padding = testbed.texts.train.pad_id
    return place(
        build_bilstm(
            words,
            testbed.classes,
            vectors,
            seed,
            scale.width,
            scale.hidden,
            pad_token_id=padding,
        )
    )


def student_config(epochs: int, seed: int, cast: Cast = LAB) -> DistillConfig:
    """How every student of one stage learns: eq. 4; vectors drawn at random in full steps."""
    config = replace(student_settings(epochs, seed, kd=1 - LABELS), precision=EXACT)
    return replace(config, embedding_learning_rate=None) if cast.random_vectors else config


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


def eq_4() -> Weights:
    """The weights of eq. 4: the rest of the labels' is the teacher's."""
    return Weights(ce=LABELS, kd=1 - LABELS)


def in_pace(testbed: Testbed, config: Settings) -> Settings:
    """The settings of an encoder with the steps that the encoders of this cast want."""
    return replace(config, learning_rate=config.learning_rate * cast_of(testbed).pace)


def finished(
    texts: EncodedStudy, model: "PreTrainedModel", steps: Iterable[Step], precision: str = "auto"
) -> Tensors:
    """Take the steps to their end; the model's weights, logits and the adversary's health.

    texts: in the model's own tokens
    """
    told = {f"health.{name}": torch.tensor(value) for name, value in health(steps).items()}
    splits = {"train": texts.train, "test": texts.test}
    logits = {name: predict(model, rows, precision=precision) for name, rows in splits.items()}
    return logits | told | named_weights(model)


def _once(testbed: Testbed, name: str, make: Callable[[], Tensors]) -> Tensors:
    return testbed.once(f"{NAME}_{VERSION}_{name}", make)
