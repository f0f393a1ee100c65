"""Tensors in a file that knows its own checksum: a damaged file is noticed and never used."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from labkit.files import write_atomically
from labkit.training.marks import tensor_bytes


class DamagedFile(ValueError):
    """A file that is not what was once written; the message says in which way."""


def write_tensors(path: Path, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
    """Write tensors, plain JSON values and the SHA-256 of both, whole or not at all."""
    from safetensors.torch import save_file

    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    text = json.dumps(dict(numbers))
    with write_atomically(path) as temporary:
        save_file(whole, temporary, metadata={"numbers": text, "sha256": _sum(whole, text)})


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `write_tensors` wrote: the tensors on the CPU, and the plain values.

    errors: DamagedFile when the file was cut, changed or never written by `write_tensors`;
            OSError when it cannot be opened
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata: dict[str, str] = file.metadata() or {}
    except (SafetensorError, UnicodeDecodeError, KeyError, RuntimeError, ValueError) as error:
        raise DamagedFile(f"it cannot be read ({str(error).splitlines()[0][:80]})") from error
    if "sha256" not in metadata:
        raise DamagedFile("it has no checksum")
    if metadata["sha256"] != _sum(tensors, metadata.get("numbers", "")):
        raise DamagedFile("its content does not fit its checksum")
    return tensors, dict(json.loads(metadata["numbers"]))


def _sum(tensors: Mapping[str, Tensor], text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for name, value in sorted(tensors.items()):
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(tensor_bytes(value))
    return digest.hexdigest()
