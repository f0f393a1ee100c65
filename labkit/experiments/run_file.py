"""The file of finished runs: one line per run, whole or absent, read once as it grows."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labkit.checked_lines import line_of, values_of
from labkit.experiments.result import Outcome
from labkit.files import lock_beside, locked
from labkit.notices import say


class RunFile:
    """The finished runs of a file of JSON lines; each look reads only what was appended since.

    Several processes may append to one file. A last line without its end is a run that was cut
    off while it was written: it counts as not run, and the next append takes its place. Any other
    line that cannot be read is named, and its run counts as not run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._outcomes: dict[str, Outcome] = {}
        self._read = 0
        """Bytes that were read: whole lines only."""
        self._lines = 0

    def outcomes(self) -> Mapping[str, Outcome]:
        """Key of each finished run -> what came out."""
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._read:
                    self._forget()  # somebody replaced the file by a shorter one
                file.seek(self._read)
                new = file.read()
        except FileNotFoundError:
            self._forget()
            return self._outcomes
        whole = new[: new.rfind(b"\n") + 1]
        self._outcomes.update(self._pairs(whole.splitlines()))
        self._read += len(whole)
        return self._outcomes

    def append(self, key: str, config: Mapping[str, Any], outcome: Outcome) -> Outcome:
        """Write one line, whole; gives what is in the file when another process was faster.

        errors: OSError that names the file, such as on a full disk; the file stays as it was
        """
        with locked(lock_beside(self.path)):
            known = self.outcomes().get(key)
            if known is not None:
                return known
            line = line_of({"key": key, "config": dict(config), "outcome": dict(outcome)})
            try:
                self._write(line)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(self.path)) from error
        return outcome

    def _write(self, line: bytes) -> None:
        """Put a line after the last whole one, or leave the file as it was."""
        with self.path.open("ab") as file:
            end = self._end(file.tell())
            file.truncate(end)
            try:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
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
