"""Attention written out in plain steps, where that is faster than torch's fused kernel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import nn

from labkit.compute import computes_bf16

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@contextmanager
def quick_attention(model: nn.Module, where: torch.device, precision: str) -> Iterator[None]:
    """Inside, a transformer that computes bfloat16 on a CPU multiplies its attention out.

    The fused kernel's backward pass takes over twice as long there on texts of a sentence; the
    two differ by rounding alone. Any other model, device or precision is left as it is.
    """
    from transformers import PreTrainedModel

    slow = where.type == "cpu" and computes_bf16(where, precision)
    if not (slow and isinstance(model, PreTrainedModel) and _is_fused(model)):
        yield
        return
    model.set_attn_implementation("eager")
    try:
        yield
    finally:
        model.set_attn_implementation("sdpa")


def _is_fused(model: "PreTrainedModel") -> bool:
    return bool(
        model.config._attn_implementation == "sdpa" and model._can_set_attn_implementation()
    )
