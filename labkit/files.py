"""Files that are either whole or absent, what they are known by, and locks between processes."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path`; rename it to `path` when the block ends well.

    An error inside the block removes the temporary file and leaves an older `path` as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(*values: object) -> str:
    """A short name for values, as 16 hexadecimal digits: another value gives another name.

    values: whatever JSON can hold, and inside it bytes, dataclasses (known by their type and
            fields) and paths (known by the bytes of their file, not by where it lies)
    errors: TypeError for anything else; OSError for a path that cannot be read
    Trap: a tuple counts as a list, and the keys of a dict have no order.
    """
    plain = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(plain.encode("ascii")).hexdigest()[:16]


def _plain(value: object) -> object:
    """What stands for a value that JSON cannot hold."""
    if isinstance(value, bytes | bytearray):
        return {"bytes": hashlib.sha256(value).hexdigest()}
    if isinstance(value, Path):
        return {"file": sha256(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            type(value).__name__: {each.name: getattr(value, each.name) for each in fields(value)}
        }
    raise TypeError(
        f"cannot make a fingerprint of a {type(value).__name__}; wanted numbers, texts, lists, "
        "dicts, bytes, paths or dataclasses"
    )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: a second process waits here until the first is done."""
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        yield
