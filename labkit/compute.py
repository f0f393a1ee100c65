"""Which processor computes, and in which precision."""

from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import torch
from torch import nn

Model = TypeVar("Model", bound=nn.Module)

PRECISIONS = ("auto", "float32", "bfloat16")


def device() -> torch.device:
    """The fastest processor found: an NVIDIA GPU, an Apple GPU, or the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def place(model: Model, where: torch.device | str | None = None) -> Model:
    """The same model, moved in place to where it should compute; a run computes where its model is.

    where: a device; None takes `device()`
    """
    model.to(device() if where is None else torch.device(where))
    return model


def model_device(model: nn.Module) -> torch.device:
    """Where the weights of the model lie."""
    return next(model.parameters()).device


def fast_bf16(where: torch.device) -> bool:
    """Whether bfloat16 is computed by the hardware itself rather than emulated."""
    if where.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if where.type == "cpu":
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return False


def computes_bf16(where: torch.device, precision: str) -> bool:
    """Whether a forward pass of this precision is computed in bfloat16 on this device."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
    return precision == "bfloat16" or (precision == "auto" and fast_bf16(where))


def autocast(where: torch.device, precision: str = "auto") -> AbstractContextManager[object]:
    """The context for a forward pass: bfloat16 where it is fast, float32 elsewhere.

    precision: "auto", "float32" or "bfloat16"
    """
    if not computes_bf16(where, precision):
        return nullcontext()
    return torch.autocast(where.type, dtype=torch.bfloat16)
