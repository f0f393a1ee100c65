"""Files that are either whole or absent, and locks between processes."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    """A short name for values, 32 hexadecimal digits: any other value gives another name.

    values: plain JSON values in lists and dictionaries, and bytes, which count by their SHA-256
    errors: TypeError for anything else; turn it into one of these first
    """
    told = json.dumps(values, default=_sha256_of_bytes)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _sha256_of_bytes(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"got a {type(value).__name__}, wanted plain JSON values or bytes")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: a second process waits here until the first is done."""
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        yield
