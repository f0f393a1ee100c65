"""Many configurations, one line a finished run: stop at any time, go on later, on any executor."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from labkit.files import locked

Config = TypeVar("Config")
"""A frozen dataclass of plain values."""
Outcome = Mapping[str, Any]
"""What a run found, as plain values that JSON can hold."""


class SweepError(RuntimeError):
    """A run of a sweep failed; the message names its configuration."""


@dataclass(frozen=True)
class Result:
    """One finished run: what was asked for, and what came out."""

    key: str
    """Fingerprint of the configuration."""
    config: Mapping[str, Any]
    outcome: Outcome
    again: bool = False
    """True when it was read from the file instead of being run."""


def sweep(
    run: Callable[[Config], Outcome],
    configs: Iterable[Config],
    file: Path,
    executor: Executor | None = None,
    ahead: int = 4,
) -> Iterator[Result]:
    """Run every configuration that the file does not hold yet, and yield all results.

    run:      a function at the top of a module, so that other processes can find it
    configs:  frozen dataclasses of plain values; equal ones are run once
    file:     JSON lines, one a finished run; two processes may share it
    executor: any of concurrent.futures (or of submitit, joblib's loky, ...); None runs here
    ahead:    how many runs are handed to the executor before the first is done
    Results that are in the file come first, then the others as they finish.
    errors:   SweepError when a run fails; what is finished stays in the file
    """
    if ahead < 1:
        raise ValueError(f"ahead must be at least 1, got {ahead}")
    wanted = {key_of(config): config for config in configs}
    done = finished(file)
    yield from (done[key] for key in wanted if key in done)
    left = {key: config for key, config in wanted.items() if key not in done}
    if executor is None:
        yield from _here(run, left, file)
    else:
        yield from _elsewhere(run, left, file, executor, ahead)


def _here(
    run: Callable[[Config], Outcome], left: Mapping[str, Config], file: Path
) -> Iterator[Result]:
    for key, config in left.items():
        found = finished(file).get(key)  # another process may have been faster
        yield found or _written(file, key, config, _tried(partial(run, config), config))


def _elsewhere(
    run: Callable[[Config], Outcome],
    left: Mapping[str, Config],
    file: Path,
    executor: Executor,
    ahead: int,
) -> Iterator[Result]:
    waiting = iter(left.items())
    running: dict[Future[Outcome], tuple[str, Config]] = {}
    try:
        while True:
            yield from _fill(run, waiting, running, file, executor, ahead)
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                key, config = running.pop(future)
                yield _written(file, key, config, _tried(future.result, config))
    finally:
        for future in running:
            future.cancel()


def _fill(
    run: Callable[[Config], Outcome],
    waiting: Iterator[tuple[str, Config]],
    running: dict[Future[Outcome], tuple[str, Config]],
    file: Path,
    executor: Executor,
    ahead: int,
) -> Iterator[Result]:
    """Hand over runs until `ahead` are on their way; yield those that another process did."""
    while len(running) < ahead:
        pair = next(waiting, None)
        if pair is None:
            return
        key, config = pair
        found = finished(file).get(key)
        if found is None:
            running[executor.submit(run, config)] = pair
        else:
            yield found


def _tried(call: Callable[[], Outcome], config: object) -> Outcome:
    try:
        return call()
    except Exception as error:
        raise SweepError(
            f"{config} failed with {type(error).__name__}: {error}; "
            "what was finished before is kept, the same command goes on from there"
        ) from error


def _written(file: Path, key: str, config: object, outcome: Outcome) -> Result:
    """Append one line, whole, unless another process wrote the same run meanwhile."""
    with locked(file.with_suffix(".lock")):
        found = finished(file).get(key)
        if found is not None:
            return found
        line = json.dumps({"key": key, "config": plain(config), "outcome": dict(outcome)})
        torn = file.exists() and file.stat().st_size > 0 and not _ends_a_line(file)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(("\n" if torn else "") + line + "\n")
            lines.flush()
            os.fsync(lines.fileno())
    return Result(key, plain(config), outcome)


def _ends_a_line(file: Path) -> bool:
    with file.open("rb") as content:
        content.seek(-1, os.SEEK_END)
        return content.read() == b"\n"


def finished(file: Path) -> dict[str, Result]:
    """What a sweep file holds, by key; a line torn by a crash counts as not run."""
    found: dict[str, Result] = {}
    if not file.exists():
        return found
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            read = json.loads(line)
            found[read["key"]] = Result(read["key"], read["config"], read["outcome"], again=True)
        except (ValueError, KeyError, TypeError):
            continue
    return found


def plain(config: object) -> dict[str, Any]:
    """A frozen dataclass as plain values, just as JSON gives them back."""
    return dict(json.loads(json.dumps(asdict(config))))  # type: ignore[call-overload]


def key_of(config: object) -> str:
    """A fingerprint of a configuration: another value of any field gives another one."""
    told = json.dumps([type(config).__name__, plain(config)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """`count` processes of one thread each that live on between runs; None for a count of 0.

    Each loads torch and the data once, not once a run: at a few seconds a run that is most of it.
    """
    if count < 0:
        raise ValueError(f"the number of workers must be at least 0, got {count}")
    if count == 0:
        yield None
        return
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=begin_worker)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def begin_worker() -> None:
    """Leave the other cores to the other processes; end with the process that began this one."""
    os.environ["OMP_NUM_THREADS"] = "1"
    Thread(target=_end_with_parent, daemon=True).start()
    import torch

    torch.set_num_threads(1)


def _end_with_parent() -> None:
    """A parent that is killed cannot stop its workers: they would train on for nobody."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
