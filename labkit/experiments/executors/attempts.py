"""A run on another machine: one thread, and an error comes home as it was raised."""

import copy
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

Attempt = tuple[Any, BaseException | None]
"""What a run gave, or the error that it raised."""


def attempt(run: Callable[..., Any], given: tuple[Any, ...]) -> Attempt:
    """Do a run on one thread; its error becomes a value, which every cluster carries home whole.

    Clusters have errors of their own and put the run's error into a page of text, so that nobody
    could tell it from a machine that broke.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    import torch

    torch.set_num_threads(1)
    try:
        return run(*given), None
    except Exception as error:
        return None, _portable(error)


def _portable(error: Exception) -> Exception:
    """The error, or its words where its own kind cannot travel."""
    try:
        return copy.deepcopy(error)  # by the same way that brings it home
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


class Attempts(Executor):
    """An executor whose runs are attempts that something else carries out.

    begin: hands an attempt on and gives its future
    """

    def __init__(self, begin: Callable[..., "Future[Attempt]"]) -> None:
        self._begin = begin

    def submit(self, run: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        """The future of a run; named arguments are not taken."""
        if named:
            raise TypeError(f"runs take no named arguments, got {', '.join(named)}")
        future: Future[Any] = Future()
        self._begin(attempt, run, given).add_done_callback(lambda done: tell(future, done))
        return future


def tell(future: "Future[Any]", done: "Future[Attempt]") -> None:
    """Hand the end of an attempt to whoever waits for the run, if anybody still does."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        value, error = done.result()
    except BaseException as broken:  # the machine, not the run
        value, error = None, broken
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)
