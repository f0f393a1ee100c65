"""What every executor with real workers keeps: all runs, once each, and their errors."""

from concurrent.futures import Executor
from pathlib import Path

import pytest

from labkit.experiments.sweep import SweepError, sweep
from tests.helpers.clusters.runs import Run, marked, times_begun


def a_grid_is_complete_and_equal_to_the_local_one(workers: Executor, folder: Path) -> None:
    """Every run is done once, and gives what it gives in this process."""
    runs = [Run(number, str(folder)) for number in range(8)]
    there = {r.key: r.outcome for r in sweep(marked, runs, folder / "there.jsonl", workers)}
    assert set(times_begun(folder).values()) == {1}
    here = {r.key: r.outcome for r in sweep(marked, runs, folder / "here.jsonl")}
    assert there == here and len(there) == 8


def the_error_of_a_run_is_told_as_it_was_raised(workers: Executor, folder: Path) -> None:
    """A run that fails says where and why, through all processes."""
    runs = [Run(1, str(folder)), Run(2, str(folder), way="raises")]
    with pytest.raises(SweepError, match="FloatingPointError: the loss of run 2 is nan;"):
        list(sweep(marked, runs, folder / "runs.jsonl", workers))


def the_run_of_a_killed_worker_is_done_by_another(workers: Executor, folder: Path) -> None:
    """A worker that dies in the middle costs time and no result."""
    runs = [Run(number, str(folder), way="dies once") for number in range(2)]
    found = list(sweep(marked, runs, folder / "runs.jsonl", workers))
    assert sorted(result.outcome["square"] for result in found) == [0, 1]
