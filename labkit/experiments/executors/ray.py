"""Runs on the workers of Ray: of a cluster, or of this machine."""

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from labkit.experiments.executors.attempts import Attempts, attempt

AGAIN = 3
"""How often a run is done again whose worker was killed."""


@contextmanager
def ray_workers(count: int) -> Iterator[Executor]:
    """Ray's workers; `count` processes of one thread each where no cluster is named.

    RAY_ADDRESS names a running cluster. The end of the block ends the runs that are not done.
    errors: ModuleNotFoundError that says what to install
    """
    try:
        import ray
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the executor ray needs the package ray, which is not installed: "
            "pip install 'labkit[ray]'"
        ) from error
    import os

    here = {} if os.environ.get("RAY_ADDRESS") else {"num_cpus": count, "include_dashboard": False}
    ray.init(**here, log_to_driver=False, logging_level=logging.ERROR)
    task = ray.remote(num_cpus=1, max_retries=AGAIN)(attempt)
    try:
        yield Attempts(lambda _, run, given: task.remote(run, given).future())
    finally:
        ray.shutdown()
