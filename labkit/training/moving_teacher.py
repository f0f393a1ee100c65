"""Logits of a teacher that is learning too: as it is now, or as it was epoch by epoch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.data.batches import Batch, collate
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.predict import eval_logits
from labkit.files import fingerprint
from labkit.training.marks import tensor_bytes
from labkit.training.teacher_logits import check_same_texts

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class EpochTargets:
    """A teacher's logits as they were at the start of each epoch.

    encoded: the rows that the logits belong to
    logits:  for each epoch (rows, classes) float; past the last one, the last one stays
    The run sets `epoch` before each step.
    """

    def __init__(self, encoded: Encoded, logits: Sequence[Tensor]) -> None:
        if not logits or any(len(rows) != len(encoded) for rows in logits):
            raise ValueError(
                f"got logits of {[len(rows) for rows in logits]} rows for {len(encoded)} texts; "
                "give one tensor with a row for each text for every epoch"
            )
        self.key = encoded.key
        self.logits = [rows.detach().float() for rows in logits]
        self.epoch = 0

    def __call__(self, batch: Batch) -> Tensor:
        """Logits (batch, classes) of the present epoch."""
        check_same_texts(batch, self.key)
        return self.logits[min(self.epoch, len(self.logits) - 1)][batch.rows]

    def mark(self) -> str:
        """What a run that learns from these is known by."""
        return fingerprint(self.key, [tensor_bytes(rows) for rows in self.logits])


class MovingTeacher:
    """The logits of a model that is being trained, as they were when `look` was last called.

    encoded: the rows, in the model's own tokens; classes: numbers in a row of logits
    """

    def __init__(
        self, model: "PreTrainedModel", encoded: Encoded, classes: int, precision: str = "auto"
    ) -> None:
        self.model, self.encoded, self.precision = model, encoded, precision
        self.passes = 0
        """How many texts the model has read for its targets: the price of a moving teacher."""
        self.logits = torch.full((len(encoded), classes), torch.nan)

    def look(self, rows: Tensor) -> None:
        """Take the logits of these rows as the model is now."""
        self.logits[rows] = eval_logits(
            self.model, collate(self.encoded, rows), self.precision
        ).cpu()
        self.passes += len(rows)

    def __call__(self, batch: Batch) -> Tensor:
        """Logits (batch, classes) as last looked at."""
        check_same_texts(batch, self.encoded.key)
        return self.logits[batch.rows]

    def mark(self) -> str:
        """What a run that learns from it is known by: its weights are those of another learner."""
        return f"moving, {type(self.model).__name__}"

    def tensors(self) -> dict[str, Tensor]:
        """The logits last looked at and the price so far, ready for a checkpoint."""
        return {"logits": self.logits, "passes": torch.tensor(self.passes)}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        self.logits = tensors["logits"]
        self.passes = int(tensors["passes"])
