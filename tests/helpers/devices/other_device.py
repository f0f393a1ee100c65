"""A second device made of the first: tensors that say they lie on "meta" but have real numbers.

Every operation is watched. One that mixes a tensor of this device with one of the processor
raises, as a graphics card would; a number that stands alone (no dimensions) may be mixed.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import _foreach_utils
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

OTHER = torch.device("meta")


class OffDevice(AssertionError):
    """An operation met tensors of two devices."""


class There(Tensor):
    """A tensor on the other device, with its numbers inside."""

    inside: Tensor

    @staticmethod
    def __new__(cls, inside: Tensor) -> "There":
        made = Tensor._make_wrapper_subclass(
            cls,
            inside.shape,
            strides=inside.stride(),
            storage_offset=inside.storage_offset(),
            dtype=inside.dtype,
            device=OTHER,
            requires_grad=inside.requires_grad,
        )
        made.inside = inside.detach()
        return made

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return watched(func, args, kwargs or {})


def watched(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Carry out an operation where its tensors lie; refuse one that mixes devices."""
    given = [value for value in tree_flatten((args, kwargs))[0] if isinstance(value, Tensor)]
    there = [value for value in given if isinstance(value, There)]
    here = [value for value in given if not isinstance(value, There)]
    name = func.name().split("::")[1].split(".")[0]
    asked = kwargs.get("device")
    moves = name in ("_to_copy", "copy_")
    if there and not moves and any(value.dim() for value in here):
        raise OffDevice(f"{name} met tensors of both devices")
    plain_args, plain = tree_map(_inside, (args, kwargs))
    if asked is not None:
        plain["device"] = torch.device("cpu")
    result = func(*plain_args, **plain)
    goes_there = torch.device(asked) == OTHER if asked is not None else bool(there)
    if name == "copy_":
        return args[0]
    if name.endswith("_") and not name.startswith("_") and given and result is _inside(given[0]):
        return given[0]
    return tree_map(_there, result) if goes_there else result


def _inside(value: Any) -> Any:
    return value.inside if isinstance(value, There) else value


def _there(value: Any) -> Any:
    return There(value) if isinstance(value, Tensor) else value


class _Factories(TorchDispatchMode):
    """Sees operations without tensors too, such as `torch.zeros(3, device=OTHER)`."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return watched(func, args, kwargs or {})


@contextmanager
def other_device(patch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    """Inside, `OTHER` is a device that computes."""
    kinds = [*_foreach_utils._get_fused_kernels_supported_devices(), OTHER.type]
    for home in (_foreach_utils, sys.modules["torch.optim.optimizer"]):
        patch.setattr(home, "_get_fused_kernels_supported_devices", lambda: kinds)
    autocast = torch.autocast

    def on_both(kind: str, *more: Any, **named: Any) -> AbstractContextManager[Any]:
        return nullcontext() if kind == OTHER.type else autocast(kind, *more, **named)

    patch.setattr(torch, "autocast", on_both)
    with _Factories():
        yield OTHER
