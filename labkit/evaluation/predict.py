"""Logits of a model for every row of a data set."""

import torch
from torch import Tensor, nn

from labkit.compute import autocast
from labkit.data.batches import Encoded, in_order
from labkit.models.attention import quick_attention


def model_device(model: nn.Module) -> torch.device:
    """Where the weights of the model lie."""
    return next(model.parameters()).device


def predict(
    model: nn.Module, encoded: Encoded, batch_size: int = 64, precision: str = "auto"
) -> Tensor:
    """Logits (rows, classes) in the order of the rows, float32 on the CPU.

    The model computes in eval mode without gradients and is given back in the mode it was in.
    """
    where, was_training = model_device(model), model.training
    found: Tensor | None = None
    model.eval()
    try:
        with (
            torch.no_grad(),
            autocast(where, precision),
            quick_attention(model, where, precision),
        ):
            for batch in in_order(encoded, batch_size):
                moved = batch.to(where)
                logits = model(
                    input_ids=moved.input_ids, attention_mask=moved.attention_mask
                ).logits.float()
                if found is None:
                    found = torch.empty(len(encoded), logits.shape[1])
                found[batch.rows] = logits.cpu()
    finally:
        model.train(was_training)
    assert found is not None  # an Encoded has at least one row
    return found
