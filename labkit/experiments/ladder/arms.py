"""The trained rungs of the ladder: the same steps and start for each, another source of truth."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from torch import Tensor

from labkit import paths
from labkit.compute import place
from labkit.data.augment import AugmentConfig, teacher_labels, vary
from labkit.data.encoding.encoded import Encoded, encode
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.predict import predict
from labkit.losses.kl import logit_mse, soft_kl
from labkit.methods.distill import DistillConfig, distill
from labkit.methods.recipes import (
    CLASSROOM_TEACHER,
    VARIANTS,
    labels_only,
    student_recipe,
    transfer_recipe,
)
from labkit.models.bilstm import build_bilstm
from labkit.models.encoders import embedding_pca, load_tokenizer
from labkit.models.swem import build_swem
from labkit.training.student_run import SoftLoss
from labkit.training.teacher_logits import StoredTargets, TeacherLogits

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Trained = Callable[[int], Tensor]
"""Seed -> logits of the test texts."""
DROPOUT = 0.2


@dataclass(frozen=True)
class Budget:
    """What every trained arm may spend."""

    variants: int = VARIANTS
    """Copies drawn from each training text for the teacher to answer, at least 0."""
    epochs: int = 4
    """Passes over the texts and their variants; arms without variants get as many steps."""

    def __post_init__(self) -> None:
        if self.variants < 0 or self.epochs < 1:
            raise ValueError(
                f"variants must be at least 0 and epochs at least 1, got {self.variants} and "
                f"{self.epochs}"
            )


@dataclass(frozen=True)
class _Shared:
    """What the arms share."""

    vectors: Tensor
    classes: int
    validation: Encoded
    test: Encoded

    def bilstm(self, seed: int) -> "PreTrainedModel":
        return build_bilstm(len(self.vectors), self.classes, self.vectors, seed, dropout=DROPOUT)

    def swem(self, seed: int) -> "PreTrainedModel":
        return build_swem(len(self.vectors), self.classes, self.vectors, seed)

    def learn(
        self,
        student: "PreTrainedModel",
        train: Encoded,
        config: DistillConfig,
        source: StoredTargets | None = None,
        soft_loss: SoftLoss = soft_kl,
    ) -> Tensor:
        """Train to the end and open the test split once."""
        place(student)
        run = distill(
            student, source, train, config, validation=self.validation, soft_loss=soft_loss
        )
        for _ in run:
            pass
        return predict(student, self.test)


def trained_arms(
    master: "PreTrainedModel", texts: EncodedStudy, budget: Budget, width: int
) -> dict[str, Trained]:
    """The arms that are trained, from words without order to the distilled BiLSTM.

    swem, student_labels: labels alone. student_plain_kd: teacher and labels, the same texts.
    student_hard: the teacher's first choices on texts and variants. student_kd: its logits on them.
    """
    vectors = embedding_pca(master, width).cpu()
    shared = _Shared(vectors, master.config.num_labels or 2, texts.validation, texts.test)
    own = _answers(master, texts.train)
    more = with_variants(texts, budget.variants)
    answers = _answers(master, more)
    hard = teacher_labels(more, answers)
    soft, plain = StoredTargets(more, answers), StoredTargets(texts.train, own)

    def long(seed: int) -> DistillConfig:
        return as_many_steps(student_recipe(seed), len(texts.train), len(more), budget.epochs)

    def wide(seed: int) -> DistillConfig:
        return transfer_recipe(seed, budget.epochs)

    def labelled(seed: int) -> DistillConfig:
        return labels_only(long(seed))

    return {
        "swem": lambda seed: shared.learn(shared.swem(seed), texts.train, labelled(seed)),
        "student_labels": lambda seed: shared.learn(
            shared.bilstm(seed), texts.train, labelled(seed)
        ),
        "student_plain_kd": lambda seed: shared.learn(
            shared.bilstm(seed), texts.train, long(seed), plain
        ),
        "student_hard": lambda seed: shared.learn(
            shared.bilstm(seed), hard, labels_only(wide(seed))
        ),
        "student_kd": lambda seed: shared.learn(
            shared.bilstm(seed), more, wide(seed), soft, logit_mse
        ),
    }


def with_variants(texts: EncodedStudy, variants: int) -> Encoded:
    """The training texts and masked or cut copies of them.

    No copy is a text of validation or test. Pairs of texts have no variants.
    """
    own = texts.train.texts
    if variants == 0 or texts.train.pairs is not None:
        return texts.train
    forbidden = (*texts.validation.texts, *texts.test.texts)
    copies = vary(own, AugmentConfig(n_iter=variants), forbidden).texts
    return encode((*own, *copies), load_tokenizer(CLASSROOM_TEACHER), max_length=texts.max_length)


def as_many_steps(config: DistillConfig, rows: int, more_rows: int, epochs: int) -> DistillConfig:
    """The settings with as many steps over `rows` as the transfer recipe takes over `more_rows`."""
    steps = epochs * math.ceil(more_rows / transfer_recipe().batch_size)
    return replace(config, epochs=max(1, round(steps / math.ceil(rows / config.batch_size))))


def _answers(master: "PreTrainedModel", texts: Encoded) -> Tensor:
    return TeacherLogits(master, texts, paths.cache() / "logits").all()
