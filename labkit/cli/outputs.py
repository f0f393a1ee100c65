"""Places named by options, looked at before the work that would be lost with them."""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path


def check_files(chosen: Mapping[str, Path | None]) -> None:
    """Refuse output files that cannot be written, or that are one and the same.

    chosen: option -> file, such as "--json"; None where the option was not given
    errors: ValueError that names the option
    """
    seen: dict[Path, str] = {}
    for option, path in chosen.items():
        if path is None:
            continue
        twin = seen.setdefault(path.absolute(), option)
        if twin != option:
            raise ValueError(f"{twin} and {option} name the same file, {path}; name two files")
        if path.is_dir():
            raise ValueError(f"{option} {path} is a folder; name a file in it")
        _try_to_write(path.parent, path.name, f"{option} {path}")


def check_folder(option: str, folder: Path) -> None:
    """Refuse a folder that cannot be made or written; ValueError names the option."""
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{option} {folder} is a file; name a folder")
    _try_to_write(folder, "", f"{option} {folder}")


def picture_file(text: str) -> Path:
    """The file of a picture, as an option of a command."""
    path = Path(text)
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise argparse.ArgumentTypeError(
            f"a name ending in .png, .svg or .pdf was wanted, got {text!r}"
        )
    return path


def _try_to_write(folder: Path, name: str, given: str) -> None:
    """Write a file that vanishes at once, into the folder or into what there is of its path."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.NamedTemporaryFile(prefix=f".{name}.", dir=there):
            pass
    except OSError as error:
        raise ValueError(
            f"{given} cannot be written ({there}: {error.strerror}); name another place"
        ) from error
