"""Logits of a model as it is meant to be used: without dropout and without gradients."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from labkit.compute import autocast, model_device
from labkit.data.batches import Batch, in_order
from labkit.data.encoding.encoded import Encoded
from labkit.models.attention import quick_attention

__all__ = ["eval_logits", "model_device", "predict"]


def eval_logits(model: nn.Module, batch: Batch, precision: str = "auto") -> Tensor:
    """Logits (batch, classes) float32, in eval mode and without gradients, where the model is.

    The model is given back in the mode it was in.
    """
    with _eval_mode(model, precision) as where:
        moved = batch.to(where)
        output = model(input_ids=moved.input_ids, attention_mask=moved.attention_mask)
    logits: Tensor = output.logits.float()
    return logits


def predict(
    model: nn.Module, encoded: Encoded, batch_size: int = 64, precision: str = "auto"
) -> Tensor:
    """Logits (rows, classes) in the order of the rows, float32 on the CPU.

    The model computes in eval mode without gradients and is given back in the mode it was in.
    """
    result: Tensor | None = None
    with _eval_mode(model, precision):  # once, so that bfloat16 weights are rounded once
        for batch in in_order(encoded, batch_size):
            logits = eval_logits(model, batch, precision)
            if result is None:
                result = torch.empty(len(encoded), logits.shape[1])
            result[batch.rows] = logits.cpu()
    assert result is not None  # an Encoded has at least one row
    return result


@contextmanager
def _eval_mode(model: nn.Module, precision: str) -> Iterator[torch.device]:
    """Inside, the model answers without dropout, gradients and waste; gives its device."""
    where = model_device(model)
    in_training = [module for module in model.modules() if module.training]
    if in_training:
        model.eval()
    try:
        with (
            torch.no_grad(),
            autocast(where, precision),
            quick_attention(model, where, precision),
        ):
            yield where
    finally:
        for module in in_training:
            module.training = True
