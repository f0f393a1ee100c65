import errno
import math
import multiprocessing
import os
import time
from dataclasses import dataclass

import pytest

from labkit import files
from labkit.files import (
    fingerprint,
    fingerprint_of_lists,
    locked,
    sha256,
    write_atomically,
    write_json,
    write_text,
)


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


@pytest.mark.parametrize("lists", [[["a"]], [[]], [["a", "dré"], ['"\\', "\n\u2028"]], [[], ["b"]]])
def test_lists_of_texts_have_the_same_fingerprint_text_by_text(lists):
    assert fingerprint_of_lists(*map(iter, lists)) == fingerprint(*lists)


def test_lists_within_lists_and_numbers_are_known_by_the_same_name():
    whole = [[["a", "b"], [1, 2]], [[], [0.5, math.nan]]], ("no", "yes")
    piecewise = ([map(str, part[0]), iter(part[1])] for part in whole[0])
    assert fingerprint_of_lists(piecewise, whole[1]) == fingerprint(*whole)


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


def test_a_sealed_value_comes_back_and_any_other_byte_is_noticed(tmp_path):
    path = tmp_path / "a.json"
    files.write_sealed(path, {"names": ["größer", "b"], "count": 3})
    raw = path.read_bytes()
    assert files.read_sealed(path) == {"names": ["größer", "b"], "count": 3}
    damaged = [raw[:-5], b"", bytes(len(raw)), b"[" * 100_000, b"[]", raw.replace(b"3", b"4")]
    damaged += [raw.replace("größer".encode(), b"gr\xff")]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(ValueError, match="damaged"):
            files.read_sealed(path)


def test_a_hash_is_worked_out_again_when_size_and_time_are_the_same(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    before = files.sha256_once(path)
    path.write_bytes(b"two")
    os.utime(path, (1, 1))
    assert files.sha256_once(path) == sha256(path) != before


def test_an_old_file_is_hashed_once_until_it_is_touched(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "SURE_AFTER", 0)
    path = tmp_path / "a"
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    before = files.sha256_once(path)
    with monkeypatch.context() as patch:
        patch.setattr(files, "sha256", lambda path: pytest.fail("hashed again"))
        assert files.sha256_once(path) == before
    time.sleep(0.05)  # the clock of a file system ticks a hundred times per second or more
    path.write_bytes(b"two")
    os.utime(path, (1, 1))
    assert files.sha256_once(path) == sha256(path) != before


def test_what_a_killed_process_left_of_a_file_goes_after_an_hour(tmp_path):
    old, fresh, other = (
        tmp_path / n for n in (".a.bin.abcdefgh", ".a.bin.ijklmnop", ".b.abcdefgh")
    )
    for path in (old, fresh, other):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    write_text(tmp_path / "a.bin", "whole")
    assert not old.exists() and fresh.exists() and other.exists()


def test_a_half_made_folder_goes_however_the_block_ends_and_becomes_whole_by_a_rename(tmp_path):
    with pytest.raises(KeyboardInterrupt), files.half_made(tmp_path / "v.2"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with files.half_made(tmp_path / "v.2") as temporary:
        (temporary / "x").write_text("1")
        os.replace(temporary, tmp_path / "v.2")
    assert [path.name for path in tmp_path.rglob("*")] == ["v.2", "x"]


def test_only_folders_that_nobody_works_in_are_swept(tmp_path):
    files.sweep.cache_clear()
    (tmp_path / "downloads" / ".left.partial").mkdir(parents=True)
    with files.half_made(tmp_path / "downloads" / "busy") as busy:
        files.sweep(tmp_path)
        assert busy.is_dir()
        assert not (tmp_path / "downloads" / ".left.partial").exists()


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path, monkeypatch):
    def refused(self):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    with (
        pytest.raises(
            OSError, match=r"Read-only file system.*set LABKIT_CACHE to a folder"
        ) as caught,
        locked(tmp_path / "a.lock"),
    ):
        pass
    assert caught.value.errno == errno.EROFS


def test_names_that_differ_after_a_dot_have_locks_of_their_own(tmp_path):
    assert files.lock_beside(tmp_path / "reviews.v2") != files.lock_beside(tmp_path / "reviews.v3")


@pytest.mark.parametrize(
    ("given", "name"),
    [("a/b", "a_b"), ("..", "unnamed"), ("$x$\n", "_x__"), ("", "unnamed"), ("é.v2", "é.v2")],
)
def test_a_name_becomes_part_of_a_file_name(given, name):
    assert files.safe_name(given) == name
    assert len(files.safe_name(given * 99 + "x" * 99)) <= 40


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd", "@sum", "\t=1", "\r", " =1"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert files.harmless_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-0.5, "-0.5", "+3", "a=1", "", None, "student"])
def test_numbers_and_words_stay_as_they_are(cell):
    assert files.harmless_cell(cell) == cell
