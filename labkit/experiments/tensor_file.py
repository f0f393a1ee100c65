"""Tensors on disk with a sum over all of them: read whole and right, or not at all."""

import zlib
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from labkit.files import write_atomically

SUM = "crc32"
"""Name of the sum in the file's own notes."""


def write_tensors(file: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors as safetensors, whole or not at all.

    errors: OSError that names the file, such as on a full disk; an older file stays as it was
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        with write_atomically(file) as temporary:
            save_file(whole, temporary, metadata={SUM: _sum(whole)})
    except SafetensorError as error:
        raise OSError(f"cannot write {file}: {error}; free some space on that disk") from error


def read_tensors(file: Path) -> dict[str, Tensor] | None:
    """The tensors of a file; None when it is absent or does not hold what was written."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            found = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
            told = (opened.metadata() or {}).get(SUM)
    except (OSError, SafetensorError):
        return None
    return found if told in (None, _sum(found)) else None


def _sum(tensors: Mapping[str, Tensor]) -> str:
    """A sum over names, shapes, types and values; any flipped bit gives another one."""
    from safetensors.torch import save

    total = 0
    for name in sorted(tensors):
        total = zlib.crc32(save({name: tensors[name]}), total)
    return f"{total:08x}"
