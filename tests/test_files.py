import multiprocessing
import time

import pytest

from labkit.files import locked, sha256, write_atomically, write_json, write_text


def test_a_block_that_ends_well_leaves_the_new_file(tmp_path):
    with write_atomically(tmp_path / "deep" / "a.txt") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "deep" / "a.txt").read_text() == "new"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    write_text(tmp_path / "a.txt", "old")

    def fail():
        with write_atomically(tmp_path / "a.txt") as temporary:
            temporary.write_text("half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fail()
    assert (tmp_path / "a.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_json_keeps_letters_readable(tmp_path):
    write_json(tmp_path / "a.json", {"word": "größer"})
    assert "größer" in (tmp_path / "a.json").read_text(encoding="utf-8")


def test_the_hash_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a").startswith("ba7816bf8f01cfea")


def hold(lock, log):
    with locked(lock):
        with log.open("a") as file:
            file.write("in ")
        time.sleep(0.2)
        with log.open("a") as file:
            file.write("out ")


def test_two_processes_never_hold_a_lock_together(tmp_path):
    lock, log = tmp_path / "x.lock", tmp_path / "log"
    several = multiprocessing.get_context("spawn")
    workers = [several.Process(target=hold, args=(lock, log)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert log.read_text() == "in out in out "
