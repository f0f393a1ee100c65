"""Processes that train: they stay alive between runs and end with the one that began them."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """`count` processes of one thread each that live on between runs; None for a count of 0.

    Each loads torch and the data once, not once per run: at a few seconds per run that is most of
    the time. None is started before the first run. An error or Ctrl-C inside the block ends them
    at once, and so does the end of this process, however it comes about.
    """
    if count < 0:
        raise ValueError(f"the number of workers must be at least 0, got {count}")
    if count == 0:
        yield None
        return
    # The other end of the line is heard to close by every worker, also when this process is killed.
    heard, held = get_context("spawn").Pipe(duplex=False)
    pool = _Workers(count, get_context("spawn"), initializer=begin_worker, initargs=(heard,))
    try:
        yield pool
        pool.shutdown(wait=True, cancel_futures=True)
    finally:
        held.close()
        pool.shutdown(wait=True, cancel_futures=True)
        heard.close()


class _Workers(ProcessPoolExecutor):
    """A pool whose processes never see Ctrl-C, not even while they start."""

    def submit(self, run: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        with _interrupts_later():
            return super().submit(run, *given, **named)


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; a process that is begun meanwhile never gets it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    # It is begun with the first process and lets Ctrl-C through again, so begin it before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker(parent: Connection) -> None:
    """Leave the other cores to the other processes; end with the process that began this one.

    parent: a line from that process; when it closes, this process ends, whatever it is doing
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems that cannot hold it back
    os.environ["OMP_NUM_THREADS"] = "1"
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    import torch

    torch.set_num_threads(1)


def _end_with(parent: Connection) -> None:
    """A parent that is killed cannot stop its workers: they would go on training for nobody."""
    parent.poll(None)
    os._exit(1)
