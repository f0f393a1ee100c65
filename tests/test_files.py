import multiprocessing
import time
from dataclasses import dataclass

import pytest

from labkit.files import fingerprint, locked, sha256, write_atomically, write_json, write_text


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


@dataclass(frozen=True)
class Setting:
    rate: float = 0.1


@dataclass(frozen=True)
class Other:
    rate: float = 0.1


def test_a_fingerprint_is_16_digits_and_the_same_on_every_machine():
    assert fingerprint("a", [1, 2.5, None], {"b": True}) == "eb80263491e327ae"
    assert fingerprint((1, 2), {"a": 1, "b": 2}) == fingerprint([1, 2], {"b": 2, "a": 1})


def test_every_kind_and_grouping_of_values_has_a_fingerprint_of_its_own(tmp_path):
    (tmp_path / "one").write_bytes(b"1")
    several = [(), ("",), ("", ""), ("a", "b"), ("ab",), (["a", "b"],), ("b", "a"), (1,), ("1",)]
    several += [(1.0,), (True,), (None,), (b"1",), (tmp_path / "one",), ({"a": 1},), ("\ud83d",)]
    several += [(Setting(),), (Setting(0.2),), (Other(),), ([Setting()],)]
    assert len({fingerprint(*values) for values in several}) == len(several)


def test_a_path_is_known_by_its_content_and_not_by_its_place(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"same")
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")
    (tmp_path / "two").write_bytes(b"sane")
    assert fingerprint(tmp_path / "one") != fingerprint(tmp_path / "two")


def test_a_value_without_a_plain_form_is_refused():
    with pytest.raises(TypeError, match="fingerprint of a set; wanted numbers, texts"):
        fingerprint({1, 2})


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
