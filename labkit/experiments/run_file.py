"""The file of finished runs: one line per run, whole or absent, read once as it grows."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labkit.checked_lines import line_of, values_of
from labkit.experiments.keeping.late_sync import LateSync
from labkit.experiments.keeping.quick_lock import quickly_locked
from labkit.experiments.result import Outcome
from labkit.files import lock_beside
from labkit.notices import say


class RunFile:
    """The finished runs of a file of JSON lines; each look reads only what was appended since.

    Several processes may append to one file. A last line without its end is a run that was cut
    off while it was written: it counts as not run, and the next append takes its place. Any other
    line that cannot be read is named, and its run counts as not run.
    A line that was appended is with the system, so a killed process loses none. It is on the disk
    at once when the one before it has been there for a second, else within a second: a power cut
    takes the lines of the last second at most.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._outcomes: dict[str, Outcome] = {}
        self._read = 0
        """Bytes that were read: whole lines only."""
        self._lines = 0
        self._disk = LateSync(path)
        self._lock = lock_beside(path)

    def alone(self) -> AbstractContextManager[None]:
        """Keep all other processes out of the file for a moment."""
        return quickly_locked(self._lock)

    def outcomes(self) -> Mapping[str, Outcome]:
        """Key of each finished run -> what came out."""
        try:
            size = self.path.stat().st_size
            if size == self._read:
                return self._outcomes
            if size < self._read:
                self._forget()  # somebody replaced the file by a shorter one
            with self.path.open("rb") as file:
                file.seek(self._read)
                new = file.read()
        except FileNotFoundError:
            self._forget()
            return self._outcomes
        self._take_in(new[: new.rfind(b"\n") + 1])
        return self._outcomes

    def _take_in(self, lines: bytes) -> None:
        self._outcomes.update(self._pairs(lines.splitlines()))
        self._read += len(lines)

    def append(self, key: str, config: Mapping[str, Any], outcome: Outcome) -> Outcome:
        """Write one line, whole; gives what is in the file when another process was faster.

        errors: OSError that names the file, such as on a full disk; the file stays as it was
        """
        with self.alone():
            known = self.outcomes().get(key)
            if known is not None:
                return known
            line = line_of({"key": key, "config": dict(config), "outcome": dict(outcome)})
            try:
                self._write(line)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(self.path)) from error
            self._take_in(line)
        return outcome

    def finish(self) -> None:
        """Bring all lines onto the disk that are not there yet.

        errors: OSError that names the file
        """
        try:
            self._disk.finish()
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from error

    def _write(self, line: bytes) -> None:
        """Put a line after the last whole one, or leave the file as it was."""
        end = None
        try:
            with self.path.open("ab") as file:
                size = file.tell()
                end = self._end(size)
                if end < size:
                    file.truncate(end)
                file.write(line)
            self._disk.written()
        except OSError:
            if end is not None:
                with suppress(OSError):
                    os.truncate(self.path, end)
            raise

    def _end(self, size: int) -> int:
        """Where the next line begins: a torn tail goes, a whole line without its end is ended."""
        if size == self._read:
            return size
        with self.path.open("r+b") as file:
            file.seek(self._read)
            try:
                key, outcome = pair_of(file.read())
            except ValueError:
                say(f"{self.path}: its last line was cut off, so that run is done again")
                return self._read
            file.write(b"\n")
            self._outcomes[key] = outcome
        self._read, self._lines = size + 1, self._lines + 1
        return size + 1

    def _pairs(self, lines: list[bytes]) -> Iterator[tuple[str, Outcome]]:
        for line in lines:
            self._lines += 1
            try:
                if line.strip():
                    yield pair_of(line)
            except ValueError as error:
                say(
                    f"{self.path}, line {self._lines} is damaged ({error}): its run is done "
                    "again; delete the line"
                )

    def _forget(self) -> None:
        self._outcomes, self._read, self._lines = {}, 0, 0


def pair_of(line: bytes) -> tuple[str, Outcome]:
    """Key and outcome of a line; lines of older files have no sum.

    errors: ValueError for a line that is not whole, or whose sum is another
    """
    read = values_of(line)
    try:
        return str(read["key"]), dict(read["outcome"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def plain(config: object) -> dict[str, Any]:
    """A frozen dataclass as plain values, just as JSON gives them back."""
    return dict(json.loads(json.dumps(asdict(config))))  # type: ignore[call-overload]
