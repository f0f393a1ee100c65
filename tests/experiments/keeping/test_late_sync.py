"""A file comes onto the disk once a second, at the end, and at once after a pause."""

import errno
import os
import threading
import time

import pytest

from labkit.experiments.keeping import late_sync
from labkit.experiments.keeping.late_sync import LateSync
from tests.helpers.processes import until


@pytest.fixture
def file(tmp_path):
    (tmp_path / "lines").write_text("one\n")
    return tmp_path / "lines"


@pytest.fixture
def brought(monkeypatch):
    """When a file was brought onto the disk."""
    times = []
    monkeypatch.setattr(os, "fsync", lambda handle: times.append(time.monotonic()))
    return times


def test_many_lines_in_a_moment_are_brought_twice(file, brought, monkeypatch):
    monkeypatch.setattr(late_sync, "EVERY", 60.0)
    disk = LateSync(file)
    for _ in range(100):
        disk.written()
    assert len(brought) == 1
    disk.finish()
    assert len(brought) == 2
    disk.finish()
    assert len(brought) == 2, "there was nothing left to bring"


def test_a_line_after_a_pause_is_brought_before_the_call_is_over(file, brought, monkeypatch):
    monkeypatch.setattr(late_sync, "EVERY", 0.05)
    disk = LateSync(file)
    for count in range(1, 4):
        disk.written()
        assert len(brought) == count
        time.sleep(0.06)


def test_a_line_that_no_other_follows_is_brought_within_the_time(file, brought, monkeypatch):
    monkeypatch.setattr(late_sync, "EVERY", 0.2)
    disk = LateSync(file)
    disk.written()
    disk.written()
    assert len(brought) == 1
    assert until(lambda: len(brought) == 2, seconds=20)
    assert brought[1] - brought[0] >= 0.19


def broken(handle):
    raise OSError(errno.EIO, "the disk is broken")


def test_what_could_not_be_brought_later_is_said_at_the_next_line(file, brought, monkeypatch):
    monkeypatch.setattr(late_sync, "EVERY", 0.1)
    others = threading.active_count()
    disk = LateSync(file)
    disk.written()
    monkeypatch.setattr(os, "fsync", broken)
    disk.written()
    assert until(lambda: threading.active_count() <= others, seconds=20)
    with pytest.raises(OSError, match="the disk is broken"):
        disk.written()


def test_what_cannot_be_brought_at_the_end_is_said(file, brought, monkeypatch):
    monkeypatch.setattr(late_sync, "EVERY", 60.0)
    disk = LateSync(file)
    disk.written()
    disk.written()
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="the disk is broken"):
        disk.finish()


def test_a_file_that_is_gone_is_not_made_again(file, brought):
    file.unlink()
    LateSync(file).written()
    assert not file.exists()
    assert not brought
