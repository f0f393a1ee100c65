"""Logits of a teacher that is learning too: as it is now, or as it was epoch by epoch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.compute import autocast
from labkit.data.batches import Batch, Encoded, collate
from labkit.evaluation.predict import model_device
from labkit.models.attention import quick_attention
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


class LivingTargets:
    """The logits of a model that is being trained, as they were when `look` was last called.

    encoded: the rows, in the model's own tokens; classes: numbers in a row of logits
    """

    def __init__(
        self, model: "PreTrainedModel", encoded: Encoded, classes: int, precision: str = "auto"
    ) -> None:
        self.model, self.encoded, self.precision = model, encoded, precision
        self.passes = 0
        """How many texts the model has read for its targets: the price of a living teacher."""
        self.logits = torch.full((len(encoded), classes), torch.nan)

    def look(self, rows: Tensor) -> None:
        """Take the logits of these rows as the model is now."""
        self.logits[rows] = calm_logits(
            self.model, collate(self.encoded, rows), self.precision
        ).cpu()
        self.passes += len(rows)

    def __call__(self, batch: Batch) -> Tensor:
        """Logits (batch, classes) as last looked at."""
        check_same_texts(batch, self.encoded.key)
        return self.logits[batch.rows]


def calm_logits(model: "PreTrainedModel", batch: Batch, precision: str = "auto") -> Tensor:
    """Logits (batch, classes) float32 without dropout and gradient, where the model is.

    The model is given back in the mode it was in.
    """
    where, was_training = model_device(model), model.training
    moved = batch.to(where)
    model.eval()
    try:
        with (
            torch.no_grad(),
            autocast(where, precision),
            quick_attention(model, where, precision),
        ):
            output = model(input_ids=moved.input_ids, attention_mask=moved.attention_mask)
    finally:
        model.train(was_training)
    logits: Tensor = output.logits.float()
    return logits
