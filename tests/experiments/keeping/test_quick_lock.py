"""The quick lock excludes whoever holds the slow one, and is free once its holder is gone."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from labkit import files
from labkit.experiments.keeping import quick_lock
from labkit.experiments.keeping.quick_lock import is_held, quickly_locked
from tests.helpers.processes import until

HOLDS = """
import sys, time
from pathlib import Path
from labkit.experiments.keeping.quick_lock import quickly_locked
with quickly_locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def lock(tmp_path):
    return tmp_path / "a.lock"


@pytest.mark.parametrize("holder", [quickly_locked, files.locked])
def test_only_one_at_a_time_in_one_process(lock, holder):
    with ThreadPoolExecutor(1) as pool, holder(lock):
        waits = pool.submit(lambda: quickly_locked(lock).__enter__())
        time.sleep(0.2)
        assert is_held(lock) and not waits.done()


def test_who_holds_the_slow_lock_is_waited_for_and_seen(lock):
    with FileLock(lock):
        assert is_held(lock)
    assert not is_held(lock)
    with quickly_locked(lock):
        assert is_held(lock)
        assert not FileLock(lock, blocking=False).is_locked


def test_a_process_that_is_killed_holds_nothing(lock):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, lock],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    assert is_held(lock)
    holder.kill()
    holder.communicate()
    assert until(lambda: not is_held(lock))
    with quickly_locked(lock):
        pass


def test_a_lock_file_that_is_deleted_while_one_waits_for_it_is_made_anew(lock):
    with ThreadPoolExecutor(1) as pool:
        with quickly_locked(lock):
            waits = pool.submit(lambda: quickly_locked(lock).__enter__())
            time.sleep(0.2)
            lock.unlink()
        waits.result(timeout=60)
        assert lock.exists()


def test_a_lock_of_nobody_is_not_held_and_is_not_made(lock):
    assert not is_held(lock)
    assert not lock.exists()


def test_where_the_system_has_no_such_lock_the_slow_one_is_taken(lock, monkeypatch):
    monkeypatch.setattr(quick_lock, "fcntl", None)
    with quickly_locked(lock):
        assert is_held(lock)
        monkeypatch.undo()
        assert is_held(lock)
    assert not is_held(lock)


def test_an_error_inside_frees_it(lock):
    with pytest.raises(KeyboardInterrupt), quickly_locked(lock):
        raise KeyboardInterrupt
    assert not is_held(lock)


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path):
    (tmp_path / "in the way").write_text("")
    with (
        pytest.raises(OSError, match="free some space there"),
        quickly_locked(tmp_path / "in the way" / "a.lock"),
    ):
        pass
