"""One student learns from labels and from one teacher, a step at a time."""

import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch.nn.functional as F
from torch import Tensor

from labkit.data.batches import Encoded, collate, shuffled_rows
from labkit.losses.by_name import SoftLoss, WithLabels
from labkit.losses.kl import soft_kl
from labkit.training.compact_embedding import compact, expand
from labkit.training.config import DistillConfig, Step, Weights
from labkit.training.run_folder import RunFolder
from labkit.training.student_run import (
    BatchLoss,
    Companion,
    HardLoss,
    StudentRun,
    Teacher,
    WeightedLoss,
)

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
    folder: Path | None = None,
) -> Iterator[Step]:
    """Train `student` in place, yielding one `Step` a batch; leave the loop to stop early.

    Source: Hinton et al. 2015 (arXiv:1503.02531): ce * cross-entropy + kd * soft loss.

    teacher:    gives logits for a batch, such as `TeacherLogits`; None learns from labels alone
    validation: labelled texts; the weights of the best epoch are put back at the end
    folder:     where the run writes itself down; a run found there goes on where it stopped
    errors:     ValueError when weights, labels and teacher do not fit together
    """
    _check_parts(teacher, train, validation, config)
    disk = None if folder is None else RunFolder(folder, description(train, validation, config))
    losses = WeightedLoss(teacher, config, soft_loss, hard_loss)
    return run_steps(student, train, config, losses, validation, disk)


def run_steps(
    student: "PreTrainedModel",
    train: Encoded,
    config: DistillConfig,
    losses: BatchLoss,
    validation: Encoded | None,
    disk: RunFolder | None,
    companion: Companion | None = None,
) -> Iterator[Step]:
    """The loop of every run with one student: `losses` says what goes down, batch by batch.

    companion: what learns beside the student; it adds to each step and shares the checkpoint
    """
    was_training = student.training
    compact(student, [train] if validation is None else [train, validation])
    run = StudentRun(student, config, disk, companion)
    try:
        total = config.epochs * math.ceil(len(train) / config.batch_size)
        for epoch, rows, last in _plan(train, config, run.done):
            step = run.learn(collate(train, rows), losses, epoch, total)
            if last and validation is not None:
                step = replace(step, validation=run.judge(validation))
            run.write(step)
            yield step
        run.finish()
    except GeneratorExit:  # between two steps, so weights and optimizer agree
        run.save()
        raise
    finally:
        expand(student)
        student.train(was_training)


def _plan(train: Encoded, config: DistillConfig, done: int) -> Iterator[tuple[int, Tensor, bool]]:
    """(epoch, rows, last batch of the epoch?) for every step that is still to do."""
    a_pass = math.ceil(len(train) / config.batch_size)
    for epoch in range(done // a_pass, config.epochs):
        plan = shuffled_rows(train, config.batch_size, config.seed, epoch)
        for place in range(max(0, done - epoch * a_pass), a_pass):
            yield epoch, plan[place], place == a_pass - 1


def description(
    train: Encoded, validation: Encoded | None, config: DistillConfig
) -> dict[str, Any]:
    """What a run is known by on disk: its settings and its texts."""
    checked = None if validation is None else validation.key
    return {"config": asdict(config), "train": train.key, "validation": checked}


def _check_parts(
    teacher: Teacher | None, train: Encoded, validation: Encoded | None, config: DistillConfig
) -> None:
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
    if validation is not None and validation.labels is None:
        raise ValueError("the validation texts have no labels; encode them with labels")
