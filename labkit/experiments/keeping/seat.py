"""Which runs each process is at, for the processes that share a file of runs."""

import errno
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.experiments.keeping.quick_lock import is_held

if TYPE_CHECKING:
    from filelock import FileLock

SEAT = "seat-"


class Seat:
    """The runs that one process is at, in a file that the others read.

    The process holds the lock file of its seat as long as it works. The system frees that lock when
    the process is killed, and then nobody is at its runs any more. Every call is made with the
    lock of the file of runs held, so no two processes look at the seats at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{SEAT}{uuid.uuid4().hex}"
        self._file = folder / self._name
        self._runs: dict[str, None] = {}
        self._lock: FileLock | None = None
        self._written = 0

    @property
    def used(self) -> bool:
        """Whether a run was begun since nobody sat here."""
        return self._lock is not None

    def take(self, key: str) -> bool:
        """Begin a run; False when another process is at it."""
        if self._lock is None:
            self._sit_down()
        if key in self._of_others():
            return False
        self._runs[key] = None
        self._say()
        return True

    def leave(self, key: str) -> None:
        """Be done with a run whose result is in the file; what the seat says of it is past."""
        del self._runs[key]

    def stand_up(self) -> None:
        """Leave what is not finished to the other processes."""
        if self._lock is not None:
            self._lock.release()
            self._remove(self._name)
            with suppress(OSError):
                self._folder.rmdir()
        self._lock = None

    def _sit_down(self) -> None:
        from filelock import FileLock

        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._held(self._name), thread_local=False)
        lock.acquire()
        self._lock = lock

    def _of_others(self) -> set[str]:
        """The runs that living processes are at; the seats of others are removed."""
        found: set[str] = set()
        names = {name.removesuffix(".lock") for name in os.listdir(self._folder)}
        for name in names - {self._name}:
            if name.startswith(SEAT):
                if is_held(self._held(name)):
                    found |= self._said(name)
                else:
                    self._remove(name)
        return found

    def _said(self, name: str) -> set[str]:
        try:
            return set((self._folder / name).read_text(encoding="ascii").split())
        except FileNotFoundError:
            return set()

    def _say(self) -> None:
        """Write over what was said before; to empty a file first would take milliseconds."""
        said = "\n".join(self._runs).encode("ascii").ljust(self._written)
        file = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            if os.write(file, said) < len(said):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._folder))
        finally:
            os.close(file)
        self._written = len(said)

    def _held(self, name: str) -> Path:
        return self._folder / f"{name}.lock"

    def _remove(self, name: str) -> None:
        for path in (self._folder / name, self._held(name)):
            with suppress(OSError):
                path.unlink()
