"""One student learns from labels and from one teacher, a step at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import torch.nn.functional as F

from labkit.data.encoding.encoded import Encoded
from labkit.losses.by_name import SoftLoss, WithLabels
from labkit.losses.kl import soft_kl
from labkit.training.class_numbers import check_class_numbers, check_validation
from labkit.training.config import DistillConfig, Step, Weights
from labkit.training.loop import run_folder, run_steps
from labkit.training.student_run import HardLoss, Teacher, WeightedLoss

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["DistillConfig", "Step", "Weights", "distill"]


def distill(
    student: "PreTrainedModel",
    teacher: Teacher | None,
    train: Encoded,
    config: DistillConfig,
    *,
    validation: Encoded | None = None,
    soft_loss: SoftLoss | WithLabels = soft_kl,
    hard_loss: HardLoss = F.cross_entropy,
    folder: Path | str | None = None,
) -> Iterator[Step]:
    """Train `student` in place, yielding one `Step` per batch; leave the loop to stop early.

    Source: Hinton et al. 2015 (arXiv:1503.02531): ce * cross-entropy + kd * soft loss.

    teacher:    gives logits for a batch, such as `TeacherLogits`; None learns from labels alone
    validation: labelled texts; the weights of the best epoch are put back at the end
    folder:     where the run writes itself down; a run found there goes on where it stopped
    errors:     ValueError when weights, labels, teacher and student do not fit together
    """
    _check_parts(teacher, train, config)
    check_validation(validation, student)
    if hard_loss is F.cross_entropy:
        check_class_numbers(train, student, "training")
    parts = {"teacher": teacher, "soft loss": soft_loss, "hard loss": hard_loss}
    disk = run_folder(folder, student, train, validation, config, parts)
    losses = WeightedLoss(teacher, config, soft_loss, hard_loss)
    return run_steps(student, train, config, losses, validation, disk)


def _check_parts(teacher: Teacher | None, train: Encoded, config: DistillConfig) -> None:
    if config.weights.kd > 0 and teacher is None:
        raise ValueError(
            "the weight kd is above 0, but there is no teacher; "
            "give a teacher, or set Weights(ce=1, kd=0)"
        )
    if config.weights.ce > 0 and train.labels is None:
        raise ValueError(
            "the weight ce is above 0, but the training texts have no labels; "
            "encode them with labels, or set Weights(ce=0, kd=1)"
        )
