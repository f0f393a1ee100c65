"""Real workers of Dask on this machine, where it is installed."""

import pytest

from labkit.experiments.executors.dask import dask_workers
from tests.helpers.clusters.expectations import (
    a_grid_is_complete_and_equal_to_the_local_one,
    the_error_of_a_run_is_told_as_it_was_raised,
    the_run_of_a_killed_worker_is_done_by_another,
)

pytest.importorskip("distributed", reason="needs pip install 'labkit[dask]'")


@pytest.fixture(scope="module")
def workers():
    with dask_workers(2) as found:
        yield found


def test_a_grid_is_complete_equal_to_the_local_one_and_no_run_is_done_twice(workers, tmp_path):
    a_grid_is_complete_and_equal_to_the_local_one(workers, tmp_path)


def test_the_error_of_a_run_is_told_as_it_was_raised(workers, tmp_path):
    the_error_of_a_run_is_told_as_it_was_raised(workers, tmp_path)


def test_the_run_of_a_killed_worker_is_done_by_another(workers, tmp_path):
    the_run_of_a_killed_worker_is_done_by_another(workers, tmp_path)
