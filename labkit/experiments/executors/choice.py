"""The executor that a command names, opened for a while."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from labkit.experiments.executors.local import workers

EXECUTORS = ("local", "slurm", "dask", "ray")
ARRAY = 200
"""Runs that are handed to Slurm at once: one job array, below the usual limit of 1000 tasks."""


@contextmanager
def opened(executor: str, count: int, folder: Path) -> Iterator[Executor | None]:
    """An executor by name, closed when the block ends; None for a count of 0, which runs here.

    executor: one of `EXECUTORS`; count: runs side by side
    folder:   where Slurm's tasks find their work and leave their answers; all nodes must see it
    Inside a cluster, DASK_SCHEDULER_ADDRESS or RAY_ADDRESS names the one that is used; without it
    Dask and Ray begin `count` workers on this machine.
    errors:   ValueError for another name or a count of 0 elsewhere; ModuleNotFoundError that says
              what to install
    """
    check_executor(executor, count)
    if executor == "local":
        with workers(count) as pool:
            yield pool
    elif executor == "slurm":
        from labkit.experiments.executors.slurm import slurm_tasks

        with slurm_tasks(folder, count) as tasks:
            yield tasks
    elif executor == "dask":
        from labkit.experiments.executors.dask import dask_workers

        with dask_workers(count) as found:
            yield found
    else:
        from labkit.experiments.executors.ray import ray_workers

        with ray_workers(count) as found:
            yield found


def check_executor(executor: str, count: int) -> None:
    """ValueError for a name that is none, and for runs that can only be done in this process."""
    if executor not in EXECUTORS:
        raise ValueError(f"executor must be one of {', '.join(EXECUTORS)}, got {executor!r}")
    if executor != "local" and count == 0:
        raise ValueError(
            f"these runs take turns in one process, so the executor {executor} cannot share them "
            "out; leave --executor away"
        )


def ahead(executor: str, count: int) -> int:
    """How many runs are handed on before the first is done: few, or a whole array for Slurm."""
    return max(ARRAY if executor == "slurm" else 2, 2 * count)
