"""Real workers of Dask on this machine, where it is installed."""

import pytest

from labkit.experiments.executors.dask import dask_workers
from labkit.experiments.sweep import SweepError, sweep
from tests.helpers.clusters.runs import Run, marked, times_begun

pytest.importorskip("distributed", reason="needs pip install 'labkit[dask]'")


@pytest.fixture(scope="module")
def workers():
    with dask_workers(2) as found:
        yield found


def test_a_grid_is_complete_equal_to_the_local_one_and_no_run_is_done_twice(workers, tmp_path):
    runs = [Run(number, str(tmp_path)) for number in range(8)]
    there = {r.key: r.outcome for r in sweep(marked, runs, tmp_path / "there.jsonl", workers)}
    assert set(times_begun(tmp_path).values()) == {1}
    here = {r.key: r.outcome for r in sweep(marked, runs, tmp_path / "here.jsonl")}
    assert there == here


def test_the_error_of_a_run_is_told_as_it_was_raised(workers, tmp_path):
    runs = [Run(1, str(tmp_path)), Run(2, str(tmp_path), way="raises")]
    with pytest.raises(SweepError, match="FloatingPointError: the loss of run 2 is nan;"):
        list(sweep(marked, runs, tmp_path / "runs.jsonl", workers))


def test_the_run_of_a_killed_worker_is_done_by_another(workers, tmp_path):
    runs = [Run(number, str(tmp_path), way="dies once") for number in range(2)]
    found = list(sweep(marked, runs, tmp_path / "runs.jsonl", workers))
    assert sorted(result.outcome["square"] for result in found) == [0, 1]
