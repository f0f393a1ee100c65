"""Many configurations, one line per finished run: stop at any time, go on on any executor."""

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from functools import partial
from pathlib import Path
from typing import Generic

from labkit.experiments.keeping.seat import Seat
from labkit.experiments.result import Config, Outcome, Result
from labkit.experiments.run_file import RunFile, plain

PATIENCE = 0.2
"""Seconds between two looks at runs that other processes have begun."""


class SweepError(RuntimeError):
    """A run of a sweep failed; the message names its configuration."""


def sweep(
    run: Callable[[Config], Outcome],
    configs: Iterable[Config],
    file: Path | RunFile,
    executor: Executor | None = None,
    ahead: int = 4,
) -> Iterator[Result[Config]]:
    """Run every configuration that the file does not hold yet, and yield all results.

    run:      a function at the top of a module, so that other processes can find it
    configs:  frozen dataclasses of plain values; equal ones are run once
    file:     JSON lines, one per finished run
    executor: any of concurrent.futures (or of submitit, joblib's loky, ...); None runs here
    ahead:    how many runs are handed to the executor before the first is done
    Results that are in the file come first, then the others as they finish. Processes that share
    a file share the work: each says at which runs it is, which the others believe as long as it
    lives. A killed process loses the run that it was at, and a power cut those whose line was
    written in the last second; they are done again.
    errors:   SweepError when a run fails; what is finished stays in the file
    """
    if ahead < 1:
        raise ValueError(f"ahead must be at least 1, got {ahead}")
    runs = file if isinstance(file, RunFile) else RunFile(file)
    wanted = {key_of(config): config for config in configs}
    done = dict(runs.outcomes())
    yield from (Result(key, wanted[key], done[key], again=True) for key in wanted if key in done)
    left = deque((key, config) for key, config in wanted.items() if key not in done)
    work = _Work(run, runs, left)
    try:
        yield from _here(work) if executor is None else _elsewhere(work, executor, ahead)
    finally:
        work.let_go()


class _Work(Generic[Config]):
    """What is still to be done, and what of it this process is at."""

    def __init__(
        self,
        run: Callable[[Config], Outcome],
        file: RunFile,
        left: deque[tuple[str, Config]],
    ) -> None:
        self.run, self.file, self.left = run, file, left
        self.seat = Seat(file.path.with_name(f"{file.path.name}.running"))

    def each(self) -> Iterator[Result[Config] | tuple[str, Config]]:
        """Look at each run that is left, once: its result, or the run itself, which is ours then.

        What another process is at stays in `left`.
        """
        for _ in range(len(self.left)):
            key, config = self.left.popleft()
            with self.file.alone():
                outcome = self.file.outcomes().get(key)
                taken = outcome is None and self.seat.take(key)
            if outcome is not None:
                yield Result(key, config, outcome, again=True)
            elif taken:
                yield key, config
            else:
                self.left.append((key, config))

    def write(self, key: str, config: Config, outcome: Outcome) -> Result[Config]:
        """Put a result into the file, then let go of its run."""
        outcome = self.file.append(key, plain(config), outcome)
        self.seat.leave(key)
        return Result(key, config, outcome)

    def let_go(self) -> None:
        """Leave what was begun to other processes, and what was written to the disk."""
        if self.seat.used:
            with self.file.alone():
                self.seat.stand_up()
        self.file.finish()


def _here(work: _Work[Config]) -> Iterator[Result[Config]]:
    while work.left:
        begun = len(work.left)
        for found in work.each():
            if isinstance(found, Result):
                yield found
            else:
                key, config = found
                yield work.write(key, config, _tried(partial(work.run, config), config))
        if len(work.left) == begun:
            time.sleep(PATIENCE)


def _elsewhere(work: _Work[Config], executor: Executor, ahead: int) -> Iterator[Result[Config]]:
    running: dict[Future[Outcome], tuple[str, Config]] = {}
    try:
        while work.left or running:
            for found in work.each() if len(running) < ahead else ():
                if isinstance(found, Result):
                    yield found
                    continue
                running[executor.submit(work.run, found[1])] = found
                if len(running) == ahead:
                    break
            if not running:
                time.sleep(PATIENCE if work.left else 0)
                continue
            for future in wait(running, _pause(work, running, ahead), FIRST_COMPLETED).done:
                key, config = running.pop(future)
                yield work.write(key, config, _tried(future.result, config))
    finally:
        for future in running:
            future.cancel()


def _pause(
    work: _Work[Config], running: Mapping[Future[Outcome], object], ahead: int
) -> float | None:
    """How long to wait for a run of our own: less while others may set runs free."""
    return PATIENCE if work.left and len(running) < ahead else None


def _tried(call: Callable[[], Outcome], config: object) -> Outcome:
    try:
        return call()
    except Exception as error:
        raise SweepError(
            f"{config} failed with {type(error).__name__}: {error}; "
            "what was finished before is kept, the same command goes on from there"
        ) from error


def key_of(config: object) -> str:
    """A fingerprint of a configuration: another value of any field gives another one."""
    said = json.dumps([type(config).__name__, plain(config)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
