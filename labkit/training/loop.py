"""The run of one model over its texts: which batch comes when, and what the run is known by."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from labkit.data.batches import shuffled_rows
from labkit.data.encoding.encoded import Encoded
from labkit.training.config import DistillConfig, Step
from labkit.training.marks import architecture, label_mark, mark_of, token_mark, weights_key
from labkit.training.ranks import ranks
from labkit.training.run_folder import RunFolder
from labkit.training.student_run import BatchLoss, Companion, StudentSeat
from labkit.training.together import Turn, together

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Plan:
    """Which texts a run reads in which batch; decided by the settings alone."""

    texts: Encoded
    config: DistillConfig

    def batches(self, epoch: int) -> list[Tensor]:
        """The rows of each batch of an epoch."""
        return shuffled_rows(self.texts, self.config.batch_size, self.config.seed, epoch)

    def turns(self, done: int) -> Iterator[Turn]:
        """The batches that are still to do when `done` of them are done."""
        a_pass = math.ceil(len(self.texts) / self.config.batch_size)
        total = self.config.epochs * a_pass
        for epoch in range(done // a_pass, self.config.epochs):
            rows = self.batches(epoch)
            for place in range(max(0, done - epoch * a_pass), a_pass):
                index, last = epoch * a_pass + place, place == a_pass - 1
                yield Turn(index, total, epoch, rows[place], place == 0, last)


def run_steps(
    student: "PreTrainedModel",
    train: Encoded,
    config: DistillConfig,
    losses: BatchLoss,
    validation: Encoded | None,
    disk: RunFolder | None,
    companion: Companion | None = None,
) -> Iterator[Step]:
    """The loop of every run with one student: `losses` says what to lower, batch by batch.

    companion: what learns beside the student; it adds to each step and shares the checkpoint
    """
    seat = StudentSeat(student, train, config, losses, validation, companion)
    plan = Plan(train, config)
    return together(
        {"student": seat}, plan.turns, lambda _, steps: steps[0], disk, config.save_every
    )


def run_folder(
    folder: Path | str | None,
    student: "PreTrainedModel",
    train: Encoded,
    validation: Encoded | None,
    config: DistillConfig,
    parts: Mapping[str, object],
) -> RunFolder | None:
    """The folder of a run with one student; None where it has none.

    parts:  by name, what else decides the run: teacher, losses and the like
    errors: ValueError when the folder holds a run that differs in anything
    """
    if folder is None:
        return None
    marks = description(student, train, validation, config, parts)
    with ranks().in_turn():
        return RunFolder(folder, marks, {"student": "first weights"}, writes=ranks().rank == 0)


def description(
    student: "PreTrainedModel",
    train: Encoded,
    validation: Encoded | None,
    config: DistillConfig,
    parts: Mapping[str, object],
) -> dict[str, Any]:
    """What a run is known by on disk: settings, texts, tokens, labels, student and `parts`.

    parts: by name, what else decides the run; see `marks.mark_of` for what each is known by
    """
    marks: dict[str, Any] = {
        "config": asdict(config),
        "training texts": train.key,
        "token ids": token_mark(train),
        "labels": label_mark(train),
        "student": architecture(student),
        "first weights": weights_key(student),
    }
    if validation is not None:
        marks["validation texts"] = validation.key
        marks["validation token ids"] = token_mark(validation)
        marks["validation labels"] = label_mark(validation)
    return marks | {name: mark_of(part) for name, part in parts.items()}
