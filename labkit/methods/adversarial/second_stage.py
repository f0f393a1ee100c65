"""Stage 2 of Adversarial Distillation: labels, teacher and a conditional adversary at once."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch.nn.functional as F
from torch import Tensor

from labkit.compute import model_device
from labkit.data.batches import Batch
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.predict import eval_logits
from labkit.losses.by_name import named
from labkit.methods.adversarial.adversary import Adversary
from labkit.methods.adversarial.config import StageTwoConfig, StageTwoStep, StageTwoWeights
from labkit.methods.adversarial.networks import Health
from labkit.training.class_numbers import check_class_numbers, check_validation
from labkit.training.config import Step
from labkit.training.loop import run_folder, run_steps
from labkit.training.moving_teacher import EpochTargets
from labkit.training.student_run import Teacher, WeightedLoss

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["StageTwoConfig", "StageTwoStep", "StageTwoWeights", "guide_teacher", "second_stage"]


def second_stage(
    student: "PreTrainedModel",
    teacher: Teacher | None,
    train: Encoded,
    config: StageTwoConfig,
    *,
    first_student: Teacher | None = None,
    real: Teacher | None = None,
    pretrained: Mapping[str, Tensor] | None = None,
    validation: Encoded | None = None,
    folder: Path | str | None = None,
) -> Iterator[StageTwoStep]:
    """Train `student` in place on ce * CE + kd * soft loss + gan * adversary, one step per batch.

    Source: Adversarial Distillation, eq. 6 and Algorithm 1, lines 16 to 28.

    student:       carries the stage-1 weights already, see `weight_sharing.share_weights`
    teacher:       cached logits for the soft loss, such as `TeacherLogits`
    first_student: cached logits of the frozen stage-1 student, needed by the reading "differ"
                   and by the generator
    real:          whose logits the discriminator calls real, where that is not the teacher
    pretrained:    discriminator and generator to begin with, from `pretraining.pretrain`
    validation:    labelled texts; the weights of the best epoch are put back at the end
    folder:        where the run writes itself down; a run found there goes on where it stopped
    errors: ValueError when weights, labels and sources of logits do not fit together

    With the weight gan at 0 this is `distill` to the last bit: the arm without an adversary.
    """
    real = teacher if real is None else real
    check_parts(student, teacher, real, first_student, train, validation, config)
    losses = StageTwoLoss(student, teacher, config, real, first_student, pretrained)
    parts: dict[str, object] = {"teacher": teacher, "real side": real}
    parts["stage-1 student"] = first_student
    if pretrained is not None:
        parts["pre-trained networks"] = dict(pretrained)
    disk = run_folder(folder, student, train, validation, config, parts)
    steps = run_steps(student, train, config, losses, validation, disk, losses)
    return cast(Iterator[StageTwoStep], steps)


def guide_teacher(
    teacher: "PreTrainedModel",
    first_student: Teacher | None,
    train: Encoded,
    config: StageTwoConfig,
    *,
    first_teacher: Teacher | None = None,
    validation: Encoded | None = None,
    folder: Path | str | None = None,
) -> Iterator[StageTwoStep]:
    """Train the stage-2 teacher in place on labels and on an adversary, without a soft loss.

    Source: Adversarial Distillation, eq. 5; `StageTwoWeights.for_teacher(beta)` gives weights.

    first_student: cached logits of the frozen stage-1 student. With the reading "differ" the
                   teacher learns to differ from it: the only reading of "guided by the stage-1
                   student" that needs no model above the teacher
    first_teacher: cached logits of the teacher before stage 2, needed by "resemble": the teacher
                   may then not leave what it was
    """
    if config.weights.kd > 0:
        raise ValueError(
            "no model stands above the guided teacher to give it soft labels, got kd "
            f"{config.weights.kd}; use StageTwoWeights.for_teacher(beta)"
        )
    return second_stage(
        teacher,
        first_teacher,
        train,
        config,
        first_student=first_student,
        validation=validation,
        folder=folder,
    )


@dataclass
class StageTwoLoss:
    """The loss of a stage-2 batch; the adversary in it learns as the loss is asked for."""

    student: "PreTrainedModel"
    teacher: Teacher | None
    config: StageTwoConfig
    real: Teacher | None
    first_student: Teacher | None
    pretrained: Mapping[str, Tensor] | None = field(default=None, repr=False)
    adversary: Adversary | None = None
    listens: bool = True
    """False in the passes of the warm-up."""
    gan: float = math.nan
    health: Health = field(default_factory=lambda: Health(math.nan, math.nan, math.nan))

    def __post_init__(self) -> None:
        self.plain = WeightedLoss(
            self.teacher, self.config, named(self.config.soft_loss), F.cross_entropy
        )
        if self.pretrained is None and not self.config.players_learn:
            raise ValueError(
                "players_learn is False, and there are no pre-trained networks: give some as "
                "pretrained, or let the discriminator learn"
            )
        other = self.real if self.config.reading == "resemble" else self.first_student
        if self.config.weights.gan > 0 and other is not None:
            classes = int(self.student.config.num_labels or 0)
            where = model_device(self.student)
            self.adversary = Adversary(
                classes, self.config, other, self.first_student, where, self.pretrained
            )

    def __call__(self, logits: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        loss, hard, soft = self.plain(logits, batch)
        if self.adversary is None:
            return loss, hard, soft
        seen = logits
        if self.config.dropout_off:
            seen = eval_logits(self.student, batch, self.config.precision)
        gan, self.health = self.adversary.play(logits, seen, batch)
        self.gan = gan.item()
        return loss + self.config.weights.gan * gan if self.listens else loss, hard, soft

    def begin(self, index: int, total: int, epoch: int) -> None:
        """Look which epoch it is: for the warm-up, and for logits that change with the epoch."""
        self.listens = epoch >= self.config.warm_up
        for source in (self.teacher, self.real, self.first_student):
            if isinstance(source, EpochTargets):
                source.epoch = epoch

    def after(self, step: Step) -> StageTwoStep:
        """The step with what the adversary has to report."""
        return StageTwoStep(
            **asdict(step),
            gan=self.gan,
            discriminator_accuracy=self.health.accuracy,
            discriminator_loss=self.health.loss,
            gradient_norm=self.health.gradient_norm,
            collapsed=self.adversary is not None and self.adversary.collapsed,
        )

    def tensors(self) -> dict[str, Tensor]:
        """The adversary's state, ready for a checkpoint."""
        return {} if self.adversary is None else self.adversary.tensors()

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Put the adversary's state back."""
        if self.adversary is not None:
            self.adversary.restore(tensors)


def check_parts(
    student: "PreTrainedModel",
    teacher: Teacher | None,
    real: Teacher | None,
    first_student: Teacher | None,
    train: Encoded,
    validation: Encoded | None,
    config: StageTwoConfig,
) -> None:
    """ValueError unless every weight above 0 has the labels or the logits that it needs."""
    weights = config.weights
    if weights.kd > 0 and teacher is None:
        raise ValueError("the weight kd is above 0, but there is no teacher; give one, or set kd=0")
    if weights.gan > 0 and config.reading == "resemble" and real is None:
        raise ValueError(
            "the reading 'resemble' needs the logits that count as real; give a teacher"
        )
    wants_first = config.reading == "differ" or config.generator
    if weights.gan > 0 and wants_first and first_student is None:
        raise ValueError(
            "the reading 'differ' and the generator need the stage-1 student's logits; give "
            "first_student=weight_sharing.frozen_logits(stage_1_student, train)"
        )
    for name, source in (("teacher", teacher), ("real", real), ("first_student", first_student)):
        if getattr(source, "teacher", None) is student:
            raise ValueError(
                f"{name} asks the very model that is being trained, so its logits would move "
                "with it; give frozen ones: weight_sharing.frozen_logits(model, train)"
            )
    if (weights.ce > 0 or weights.gan > 0) and train.labels is None:
        raise ValueError("the training texts have no labels; encode them with labels")
    check_class_numbers(train, student, "training")
    check_validation(validation, student)
