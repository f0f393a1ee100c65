"""What was written comes onto the disk once a second, and not once per line."""

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer

EVERY = 1.0
"""Seconds between two times that a file is brought onto the disk."""


class LateSync:
    """Brings a file onto the disk: at once when the last time is a second ago, else within one.

    What the system has, a killed process does not take with it; only a power cut or a crash of
    the system does. So at most the last second before such an end is lost, however many lines were
    written in it, and a line that comes alone waits for nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._last = -EVERY
        self._waiting: Timer | None = None
        self._error: OSError | None = None

    def written(self) -> None:
        """Say that something was written.

        errors: OSError when it cannot be brought onto the disk now, or something before it could
                not be later
        """
        with self._lock:
            self._raise()
            wait = self._last + EVERY - time.monotonic()
            if wait <= 0:
                self._bring()
            elif self._waiting is None:
                self._waiting = Timer(wait, self._when_due)
                self._waiting.daemon = True
                self._waiting.start()

    def finish(self) -> None:
        """Bring what still waits onto the disk.

        errors: those of `written`
        """
        with self._lock:
            if self._waiting is not None:
                self._bring()
            self._raise()

    def _when_due(self) -> None:
        with self._lock:
            if self._waiting is not None:
                try:
                    self._bring()
                except OSError as error:
                    self._error = error

    def _bring(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        with suppress(FileNotFoundError), self.path.open("r+b") as file:
            os.fsync(file.fileno())
        self._last = time.monotonic()

    def _raise(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error
