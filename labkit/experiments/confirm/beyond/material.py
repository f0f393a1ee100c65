"""The teachers and assistants of stage 2 that the variations learn from, and the players of eq. 3.

against_itself   the guided teacher is told apart from the teacher of stage 1, the reading "differ"
three_modules    the same teacher; the assistant is told apart from the assistant of stage 1 too
share_encoder    both get a classifier drawn anew, and all other weights of stage 1
share_nothing    both start from the pre-trained encoder, and take the steps of both stages
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from torch import Tensor

from labkit.compute import model_device
from labkit.experiments.confirm import material
from labkit.experiments.confirm.arms import NEW_WEIGHTS
from labkit.experiments.confirm.cast import texts_for_assistant
from labkit.experiments.confirm.material import (
    GUIDED_STEP,
    LABELS,
    Settings,
    eq_4,
    finished,
    in_pace,
)
from labkit.experiments.confirm.plan import GAN, NAME, VERSION, chain_of
from labkit.experiments.testbed import Tensors, Testbed
from labkit.experiments.testbed_models import stored, with_weights
from labkit.losses.standardised import zscore_kl
from labkit.methods.adversarial.networks import Health
from labkit.methods.adversarial.pretraining import pretrain
from labkit.methods.adversarial.second_stage import (
    StageTwoConfig,
    StageTwoWeights,
    guide_teacher,
    second_stage,
)
from labkit.methods.adversarial.weight_sharing import share_weights
from labkit.methods.distill import distill
from labkit.methods.recipes import encoder_steps
from labkit.training.config import DistillConfig, Step

if TYPE_CHECKING:
    from transformers import PreTrainedModel

SHARING = {"share_encoder": "partial", "share_nothing": "none"}
"""Option -> what `share_weights` copies."""
ITSELF = ("against_itself", "teacher_against_itself", "three_modules")
"""Options with the teacher that is told apart from itself: there is one of it."""


def guided_teacher(testbed: Testbed, chain: int, option: str) -> Tensors:
    """The teacher of stage 2, eq. 5, told apart from itself or sharing less."""
    itself = option in ITSELF

    def make() -> Tensors:
        before = material.teacher(testbed, chain)
        first = before if itself else material.first_student(testbed, chain)
        model = begun(testbed, chain, option, before)
        config = StageTwoConfig(
            weights=StageTwoWeights.for_teacher(round(1 - GAN, 9)), reading="differ", seed=chain
        )
        config = in_pace(testbed, paced(config, option, testbed.scale.teacher_epochs))
        other = stored(testbed, first["train"])
        steps = guide_teacher(model, other, testbed.texts.train, config)
        return finished(testbed.texts, model, steps)

    how = "against_itself" if itself else option
    return testbed.once(f"{NAME}_{VERSION}_guided_teacher_{how}_{chain}", make)


def guided_assistant(testbed: Testbed, chain: int, option: str) -> Tensors:
    """The assistant of stage 2 under the teacher of that option: eq. 4, or with three modules
    eq. 6, since the paper prints no loss for an assistant with an adversary."""

    def make() -> Tensors:
        before = material.assistant(testbed, chain)
        model = begun(testbed, chain, option, before, testbed.scale.assistant_layers)
        source = stored(testbed, guided_teacher(testbed, chain, option)["train"])
        texts = texts_for_assistant(testbed)
        config = in_pace(testbed, _assistant_config(testbed, chain, option))
        if isinstance(config, StageTwoConfig):
            other = stored(testbed, before["train"])
            steps: Iterable[Step] = second_stage(
                model, source, texts.train, config, first_student=other
            )
        else:
            steps = distill(model, source, texts.train, config, soft_loss=zscore_kl)
        return finished(texts, model, steps)

    return testbed.once(f"{NAME}_{VERSION}_guided_assistant_{option}_{chain}", make)


def begun(
    testbed: Testbed, chain: int, option: str, before: Tensors, layers: int | None = None
) -> "PreTrainedModel":
    """An encoder before stage 2: with its weights of stage 1, or with as many as it may share."""
    model = with_weights(material.new_encoder(testbed, chain, layers), before)
    if option not in SHARING:
        return model
    fresh = material.new_encoder(testbed, chain + NEW_WEIGHTS, layers)
    return share_weights(model, fresh, SHARING[option])


def paced(config: Settings, option: str, first_epochs: int) -> Settings:
    """One pass in small steps, or, where nothing is shared, the passes and steps of both stages."""
    anew = option == "share_nothing"
    rate = encoder_steps(config).learning_rate if anew else GUIDED_STEP
    return replace(config, epochs=first_epochs + 1 if anew else 1, learning_rate=rate, clip=1.0)


def players(
    testbed: Testbed, seed: int, config: StageTwoConfig
) -> tuple[Mapping[str, Tensor], Health]:
    """G and D after as many passes of eq. 3 as stage 2 has, real logits of the guided teacher."""
    real = material.guided_teacher(testbed, chain_of(seed))["train"]
    first = material.first_student(testbed, seed)["train"]
    texts = testbed.texts.train
    where = model_device(material.new_student(testbed, seed))
    real_side, start = stored(testbed, real), stored(testbed, first)
    return pretrain(testbed.classes, real_side, start, texts, config, config.epochs, where)


def _assistant_config(testbed: Testbed, chain: int, option: str) -> DistillConfig:
    seed, first_epochs = chain + NEW_WEIGHTS, testbed.scale.assistant_epochs
    if option != "three_modules":
        config = DistillConfig(eq_4(), seed=seed)
        return paced(config, option, first_epochs)
    weights = StageTwoWeights.from_alpha_beta(1 - LABELS, GAN)
    play = StageTwoConfig(weights=weights, soft_loss="zscore", reading="differ", seed=seed)
    return paced(play, option, first_epochs)
