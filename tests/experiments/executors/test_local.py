"""Processes that train: alive between runs, deaf to Ctrl-C, gone with the one that began them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labkit.experiments.executors.local import workers
from tests.helpers.processes import busy, is_running, until

ROOT = Path(__file__).parents[3]
BEGINS = """
import sys
from tests.helpers.processes import busy
from labkit.experiments.executors.local import workers
if __name__ == "__main__":
    try:
        with workers(2) as pool:
            pool.submit(busy, sys.argv[1])
            pool.submit(busy, sys.argv[1] + "2").result()
    except KeyboardInterrupt:
        print("stopped")
"""


@pytest.fixture
def parent(tmp_path):
    """A process with two workers that would be busy for minutes."""
    script = tmp_path / "begins_workers.py"
    script.write_text(BEGINS, encoding="utf-8")
    begun = subprocess.Popen(
        [sys.executable, script, tmp_path / "worker"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield begun
    begun.kill()
    begun.wait()


def test_processes_live_on_between_runs():
    with workers(1) as pool:
        used = {pool.submit(os.getpid).result() for _ in range(3)}
    assert len(used) == 1
    assert os.getpid() not in used


def test_none_at_all_means_this_process():
    with workers(0) as pool:
        assert pool is None
    with pytest.raises(ValueError, match="at least 0, got -1"), workers(-1):
        pass


def test_workers_end_when_the_process_that_began_them_is_killed(parent, tmp_path):
    numbers = worker_numbers(tmp_path)
    parent.kill()
    parent.wait()
    assert until(lambda: not any(map(is_running, numbers)))


def test_an_error_inside_the_block_ends_them_at_once(tmp_path):
    begun = time.monotonic()
    with pytest.raises(RuntimeError, match="no luck"), workers(1) as pool:
        pool.submit(busy, tmp_path / "worker")
        number = int(until(lambda: said_by(tmp_path / "worker")))
        raise RuntimeError("no luck")
    assert until(lambda: not is_running(number))
    assert time.monotonic() - begun < 100  # the run itself would have taken 300 seconds


@pytest.mark.parametrize("wait", [True, False], ids=["while they train", "while they start"])
def test_ctrl_c_is_one_line_and_no_worker_says_a_word(parent, tmp_path, wait):
    if wait:
        worker_numbers(tmp_path)
    else:
        until(lambda: len(children(parent.pid)) >= 3)  # the tracker and two workers
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, errors = parent.communicate(timeout=100)
    assert out == "stopped\n"
    assert errors == ""


def worker_numbers(folder):
    return [int(until(lambda n=name: said_by(folder / n))) for name in ("worker", "worker2")]


def said_by(path):
    return path.exists() and path.read_text(encoding="utf-8")


def children(number):
    listed = Path(f"/proc/{number}/task/{number}/children")
    return listed.read_text().split() if listed.exists() else []
