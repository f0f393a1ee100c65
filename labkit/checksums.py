"""The SHA-256 of a folder's files, written down beside them: what has changed since is named."""

from collections.abc import Iterable
from pathlib import Path

from labkit.files import read_sealed, sha256, sha256_once, write_sealed


def write(listing: Path, names: Iterable[str]) -> None:
    """Write down the SHA-256 of these files of the listing's folder.

    errors: OSError for a file that is not there
    """
    write_sealed(listing, {name: sha256(listing.parent / name) for name in names})


def changed(listing: Path) -> list[str]:
    """The names of the listed files that are gone or not as they were; none where all is well.

    Each file is hashed once per process, and again when it changes. A listing that is missing or
    damaged is named itself.
    """
    try:
        listed = dict(read_sealed(listing))
    except (OSError, ValueError, TypeError):
        return [listing.name]
    return [name for name, wanted in listed.items() if _sum(listing.parent / name) != wanted]


def _sum(path: Path) -> str:
    try:
        return sha256_once(path)
    except OSError:
        return ""
