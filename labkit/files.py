"""Files that are either whole or absent, what they are known by, and locks between processes."""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import lru_cache
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filelock import BaseFileLock

SURE_AFTER = 2_000_000_000
"""Nanoseconds after which a file that changes again is sure to get other times."""
STALE_SECONDS = 3600
"""A temporary file older than this was left by a process that was killed."""


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path`; rename it to `path` when the block ends well.

    An error inside the block removes the temporary file and leaves an older `path` as it was.
    What a killed process left of the same file an hour ago or earlier is removed first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_stale(path: Path) -> None:
    for left in path.parent.glob(f".{escape(path.name)}.????????"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all; half an emoji becomes a question mark."""
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def write_json(path: Path, value: object) -> None:
    """Write a value as readable JSON, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_sealed(path: Path, value: object) -> None:
    """Write a value as JSON together with its fingerprint, for `read_sealed`."""
    write_json(path, {"seal": fingerprint(value), "value": value})


def read_sealed(path: Path) -> Any:
    """The value that `write_sealed` wrote.

    errors: OSError when the file cannot be read, ValueError when it is not what was written
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["seal"] == fingerprint(said["value"]):
            return said["value"]
    except (KeyError, TypeError, RecursionError, ValueError) as error:
        raise ValueError(f"{path} is damaged") from error
    raise ValueError(f"{path} is damaged: its seal does not fit")


def safe_name(text: str) -> str:
    """The text as part of a file name: letters, digits, `.`, `_` and `-`, at most 40 of them."""
    plain = re.sub(r"[^\w.-]", "_", text).lstrip(".")[:40]
    return plain or "unnamed"


def harmless_cell(value: object) -> object:
    """A cell for a CSV file that no spreadsheet takes for a formula.

    A text that begins with = + - @ or a control character gets an apostrophe in front; numbers,
    also as text, stay as they are.
    """
    if not isinstance(value, str) or not re.match(r"\s*[=+\-@]|[\t\r\n]", value):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


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


def fingerprint_of_lists(*lists: Iterable[Any]) -> str:
    """The name that `fingerprint` gives to these lists of texts and numbers, made one by one.

    lists: and lists of lists, or whatever gives the same values one after another
    A million texts as one JSON text would take as much memory as the texts themselves.
    """
    digest = hashlib.sha256()
    _add(digest.update, lists)
    return digest.hexdigest()[:16]


def _add(write: Callable[[bytes], object], values: Iterable[Any]) -> None:
    """Write the JSON text of a list."""
    write(b"[")
    for place, value in enumerate(values):
        if isinstance(value, Iterable) and not isinstance(value, str):
            write(b"," if place else b"")
            _add(write, value)
        else:
            write(f"{',' if place else ''}{json.dumps(value)}".encode("ascii"))
    write(b"]")


def _plain(value: object) -> object:
    """What stands for a value that JSON cannot hold."""
    if isinstance(value, bytes | bytearray | memoryview):
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


def sha256_once(path: Path) -> str:
    """The SHA-256 of a file, worked out once per process and again whenever the file changes."""
    stat = path.stat()
    age = time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns)
    if 0 <= age < SURE_AFTER:
        return sha256(path)
    return _sha256_at(path, (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino))


@lru_cache(maxsize=4096)
def _sha256_at(path: Path, times: tuple[int, ...]) -> str:
    return sha256(path)


@contextmanager
def half_made(folder: Path) -> Iterator[Path]:
    """An empty folder `.NAME.partial` beside `folder`, gone after the block however it ends.

    What is in it becomes `folder` by `os.replace` once it is whole. A killed process leaves it
    behind; `sweep` then removes it, since nobody holds its lock.
    """
    from filelock import FileLock

    temporary = folder.with_name(f".{folder.name}.partial")
    with writable(folder.parent):
        lock = FileLock(lock_beside(temporary))
        lock.acquire()
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        _let_go(lock)


@lru_cache(maxsize=8)
def sweep(folder: Path) -> None:
    """Remove, once per process, half-made folders below `folder` that killed processes left."""
    from filelock import FileLock, Timeout

    for left in folder.glob("*/.*.partial"):
        lock = FileLock(lock_beside(left), timeout=0)
        with suppress(OSError, Timeout):
            lock.acquire()
            shutil.rmtree(left, ignore_errors=True)
            _let_go(lock)


def _let_go(lock: "BaseFileLock") -> None:
    """Release a lock and remove its file; another process may have taken it in between."""
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def lock_beside(path: Path) -> Path:
    """The lock file of a file or folder, of its own also where names differ after a dot."""
    return path.with_name(f"{path.name}.lock")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: a second process waits here until the first is done.

    errors: OSError with a way out when the folder cannot be written
    """
    from filelock import FileLock

    with writable(path.parent):
        lock = FileLock(path)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Make the folder; an error inside the block that comes from writing says what to do."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise OSError(error.errno, _way_out(folder, error)) from error


def _way_out(folder: Path, error: OSError) -> str:
    return (
        f"cannot write to {folder} ({error.strerror or error}); free some space there, or set "
        "LABKIT_CACHE to a folder of yours"
    )
