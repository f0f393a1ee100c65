"""Runs on the workers of Dask: of a cluster, or of this machine."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from labkit.experiments.executors.attempts import Attempts


@contextmanager
def dask_workers(count: int) -> Iterator[Executor]:
    """Dask's workers; `count` processes of one thread each where no scheduler is named.

    DASK_SCHEDULER_ADDRESS names a running scheduler. When a worker is killed, Dask itself does
    its run again on another, three times at most.
    errors: ModuleNotFoundError that says what to install
    """
    try:
        import dask
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the executor dask needs the package distributed, which is not installed: "
            "pip install 'labkit[dask]'"
        ) from error
    here = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
    named = dask.config.get("scheduler-address", None)
    with Client(**({} if named else here)) as client:
        tasks = client.get_executor(pure=False)
        try:
            yield Attempts(tasks.submit)
        finally:
            tasks.shutdown(wait=False)  # which takes back what is not done
