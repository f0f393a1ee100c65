"""Layers that do not learn, computed in half the digits where the processor is fast at that."""

import torch.nn.functional as F
from torch import Tensor, nn

from labkit.compute import fast_bf16


class HalfLinear(nn.Module):
    """A linear map that stays as it is: bfloat16 inside, float32 at both ends."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.weight = nn.Parameter(layer.weight.detach().bfloat16(), requires_grad=False)
        self.bias = layer.bias

    def forward(self, rows: Tensor) -> Tensor:
        """The map of rows (..., in) to (..., out)."""
        found = F.linear(rows.bfloat16(), self.weight).float()
        return found if self.bias is None else found + self.bias


def halved(model: nn.Module) -> nn.Module:
    """The same model, its linear maps that may not learn replaced by such ones, in place.

    A map whose weights another part shares, such as the table of the tokens, stays as it is, and
    so does everything on a processor that is not fast in bfloat16.
    """
    if not fast_bf16(next(model.parameters()).device):
        return model
    tables = {id(one.weight) for one in model.modules() if isinstance(one, nn.Embedding)}
    for parent in list(model.modules()):
        for name, layer in list(parent.named_children()):
            if type(layer) is nn.Linear and not _stays(layer, tables):
                setattr(parent, name, HalfLinear(layer))
    return model


def _stays(layer: nn.Linear, tables: set[int]) -> bool:
    return layer.weight.requires_grad or id(layer.weight) in tables


def is_halved(model: nn.Module) -> bool:
    """Whether any map of the model is such a one."""
    return any(isinstance(one, HalfLinear) for one in model.modules())
