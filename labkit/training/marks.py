"""What the parts of a run are known by: two parts with equal marks train the same student."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from types import CodeType, FunctionType
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from labkit.data.encoding.encoded import Encoded
from labkit.data.formats.mapped import let_go
from labkit.files import fingerprint

TOKENS_AT_ONCE = 1 << 20


@runtime_checkable
class Marked(Protocol):
    """A part that says itself what it is known by."""

    def mark(self) -> str:
        """A short text that changes with whatever the part gives to a run."""
        ...


def tensor_bytes(value: Tensor) -> memoryview:
    """The numbers of a tensor as bytes, from whichever device; no copy of what is on the CPU."""
    flat = value.detach().cpu().contiguous().flatten()
    return flat.view(torch.uint8).numpy().data


def weights_key(model: nn.Module) -> str:
    """A short name for the weights of a model: any changed number gives another name."""
    state = sorted(model.state_dict().items())
    return fingerprint([(name, tensor_bytes(value)) for name, value in state])[:20]


def architecture(model: nn.Module) -> str:
    """The kind of a model and the sizes of its weights, in words."""
    state = sorted(model.state_dict().items())
    numbers = sum(value.numel() for _, value in state)
    shapes = fingerprint([(name, list(value.shape)) for name, value in state])[:8]
    return f"{type(model).__name__} of {numbers} numbers, shapes {shapes}"


def token_mark(texts: Encoded) -> str:
    """A fingerprint of the token ids, which another tokenizer or another maximum length changes."""
    numbers = hashlib.sha256()
    for piece in texts.ids.split(TOKENS_AT_ONCE):
        numbers.update(tensor_bytes(piece.long()))
        let_go(texts.ids.data_ptr())
    ids = {"bytes": numbers.hexdigest()}  # as `fingerprint` has all of them at once
    return fingerprint(ids, tensor_bytes(texts.lengths), texts.pad_id)


def label_mark(texts: Encoded) -> str | None:
    """A fingerprint of the labels; None for texts without."""
    return None if texts.labels is None else fingerprint(tensor_bytes(texts.labels))


def mark_of(part: object) -> object:
    """What any part of a run is known by: a teacher, a loss, a model, settings, plain values.

    A function is known by its name, its code and what it holds on to, so a changed function of
    the same name is another part.
    """
    if part is None or isinstance(part, bool | int | float | str):
        return part
    if isinstance(part, Marked):
        return part.mark()
    if isinstance(part, Tensor):
        return fingerprint(list(part.shape), tensor_bytes(part))
    if isinstance(part, nn.Module):
        return weights_key(part)
    if isinstance(part, functools.partial):
        return [mark_of(part.func), mark_of(list(part.args)), mark_of(part.keywords)]
    if isinstance(part, dict):
        return {str(name): mark_of(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [mark_of(value) for value in part]
    if is_dataclass(part) and not isinstance(part, type):
        values = {field.name: mark_of(getattr(part, field.name)) for field in fields(part)}
        return {"kind": type(part).__qualname__, **values}
    return _callable_mark(part) if callable(part) else f"a {type(part).__qualname__}"


def _callable_mark(part: Callable[..., object]) -> object:
    """A function by its name, code and closure; another callable by its kind and its values."""
    function = getattr(part, "__func__", part)
    if not isinstance(function, FunctionType):
        values = vars(part) if hasattr(part, "__dict__") else {}
        plain = {name: value for name, value in values.items() if _is_plain(value)}
        return [_name(part if hasattr(part, "__qualname__") else type(part)), mark_of(plain)]
    closed_over = [cell.cell_contents for cell in function.__closure__ or ()]
    closed_over += list(function.__defaults__ or ())
    own = not str(function.__module__).startswith(("torch", "labkit"))
    return [_name(function), _code_mark(function.__code__) if own else "", mark_of(closed_over)]


def _code_mark(code: CodeType) -> str:
    constants = [
        _code_mark(value) if isinstance(value, CodeType) else repr(value)
        for value in code.co_consts
    ]
    return fingerprint(code.co_code, list(code.co_names), constants)


def _name(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str | Tensor | nn.Module)
