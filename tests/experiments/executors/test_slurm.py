"""What becomes of runs and tasks, with a Slurm that the test decides."""

from concurrent.futures import wait
from contextlib import contextmanager

import pytest

from labkit.experiments.executors.slurm import TIMES, LostTask, SlurmTasks
from tests.helpers.clusters.made_slurm import MadeSlurm
from tests.helpers.clusters.runs import Run, marked
from tests.helpers.processes import until


@contextmanager
def tasks(slurm, folder):
    """An executor that looks often and has no patience."""
    found = SlurmTasks(slurm, folder, look=0.01, grace=0.02)
    try:
        yield found
    finally:
        found.shutdown()


@pytest.fixture
def slurm(tmp_path):
    return MadeSlurm(tmp_path)


def runs(folder, count=3, **more):
    return [Run(number, str(folder), **more) for number in range(count)]


def test_runs_that_come_together_are_one_array_and_come_back(slurm, tmp_path):
    found = SlurmTasks(slurm, tmp_path / "tasks", look=0.2, grace=0.02)
    futures = [found.submit(marked, run) for run in runs(tmp_path)]
    assert [future.result(20)["square"] for future in futures] == [0, 1, 4]
    found.shutdown()
    assert slurm.arrays == [["0_0", "0_1", "0_2"]]
    assert slurm.cancelled == []
    assert list((tmp_path / "tasks").iterdir()) == []


def test_the_error_of_a_run_comes_home_and_is_not_tried_again(slurm, tmp_path):
    with tasks(slurm, tmp_path) as found:
        future = found.submit(marked, Run(7, str(tmp_path), way="raises"))
        with pytest.raises(FloatingPointError, match="the loss of run 7 is nan"):
            future.result(20)
    assert len(slurm.arrays) == 1


def test_a_task_without_an_answer_is_handed_in_again(slurm, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr("labkit.experiments.executors.slurm.say", said.append)
    slurm.fate = "waits"
    with tasks(slurm, tmp_path) as found:
        future = found.submit(marked, Run(2, str(tmp_path)))
        until(lambda: slurm.queue)
        slurm.fate = "does"
        slurm.end("0_0", answers=False)
        assert future.result(20)["square"] == 4
    assert slurm.arrays == [["0_0"], ["1_0"]]
    assert said == ["Slurm's task 0_0 ended without an answer; its run is handed in again"]


def test_a_run_whose_tasks_are_lost_every_time_is_given_up(slurm, tmp_path):
    slurm.fate = "loses"
    with tasks(slurm, tmp_path) as found:
        future = found.submit(marked, Run(2, str(tmp_path)))
        with pytest.raises(LostTask, match=f"{TIMES} tasks of Slurm ended without an answer"):
            future.result(20)
    assert len(slurm.arrays) == TIMES


def test_the_end_cancels_what_is_not_done(slurm, tmp_path):
    slurm.fate = "waits"
    with tasks(slurm, tmp_path / "tasks") as found:
        for run in runs(tmp_path):
            found.submit(marked, run)
        until(lambda: len(slurm.queue) == 3)
    assert sorted(slurm.cancelled) == sorted(number for array in slurm.arrays for number in array)
    assert list((tmp_path / "tasks").iterdir()) == []


def test_a_task_whose_run_nobody_wants_any_more_is_cancelled(slurm, tmp_path):
    slurm.fate = "waits"
    with tasks(slurm, tmp_path) as found:
        future = found.submit(marked, Run(1, str(tmp_path)))
        until(lambda: slurm.queue)
        future.cancel()
        assert until(lambda: slurm.cancelled) == ["0_0"]


def test_tasks_of_a_killed_command_are_taken_up_and_not_handed_in_again(slurm, tmp_path):
    slurm.fate = "waits"
    killed = SlurmTasks(slurm, tmp_path / "tasks", look=0.01)
    for run in runs(tmp_path, 2):
        killed.submit(marked, run)
    until(lambda: len(slurm.queue) == 2)
    killed._over.set()  # as a kill does: nothing is cancelled
    killed._thread.join()
    slurm.end(slurm.arrays[0][0])  # one ends while nobody looks
    handed_in = len(slurm.arrays)
    with tasks(slurm, tmp_path / "tasks") as found:
        futures = [found.submit(marked, run) for run in runs(tmp_path, 2)]
        assert futures[0].result(20)["square"] == 0
        slurm.end(next(iter(slurm.queue)))
        assert futures[1].result(20)["square"] == 1
    assert len(slurm.arrays) == handed_in


def test_when_slurm_refuses_the_work_nobody_waits_for_ever(slurm, tmp_path):
    slurm.fate = "refuses"
    with tasks(slurm, tmp_path) as found:
        futures = [found.submit(marked, run) for run in runs(tmp_path)]
        assert not wait(futures, 20).not_done
        with pytest.raises(OSError, match="invalid partition"):
            futures[0].result()


def test_a_run_that_nobody_wants_any_more_is_not_handed_in(slurm, tmp_path):
    found = SlurmTasks(slurm, tmp_path, look=0.2)
    assert found.submit(marked, Run(1, str(tmp_path))).cancel()
    wanted = found.submit(marked, Run(2, str(tmp_path)))
    assert wanted.result(20)["square"] == 4
    found.shutdown()
    assert slurm.arrays == [["0_0"]]


def test_runs_take_no_named_arguments(slurm, tmp_path):
    with tasks(slurm, tmp_path) as found, pytest.raises(TypeError, match="no named arguments"):
        found.submit(marked, run=Run(1, str(tmp_path)))
