"""A folder with a model: only weights that cannot run code are read, and only whole ones."""

import json
from pathlib import Path

from labkit import checksums

SUMS = "labkit-files.json"
"""Names and SHA-256 of the files, in folders that labkit itself wrote."""
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack")
"""Weights in these formats can run code when they are read."""
INDEX = "*.safetensors.index.json"


class UnsafeModel(ValueError):
    """A model folder that is not read; the message says why and what to do."""


def checked(folder: Path) -> Path:
    """The same folder when it can be read without running anybody's code.

    errors: UnsafeModel for a folder without safetensors or configuration, with code of its own,
            or with a list of parts that points outside of it; FileNotFoundError for no folder
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no model folder {folder}; check the spelling")
    _refuse_code(folder, _configuration(folder))
    weights = [path for path in folder.glob("*.safetensors") if _inside(folder, path)]
    if not weights:
        pickles = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
        pickled = f"its weights are in {', '.join(pickles)}, which " if pickles else "a pickle "
        raise UnsafeModel(
            f"{folder} has no weights as safetensors: {pickled}could run code on this computer and "
            "is never read. Save the model again with save_pretrained of a recent transformers"
        )
    for index in folder.glob(INDEX):
        _check_index(folder, index)
    return folder


def write_sums(folder: Path) -> None:
    """Write down the SHA-256 of every file of the folder, for `damaged_files`."""
    names = (path.name for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    checksums.write(folder / SUMS, sorted(names))


def damaged_files(folder: Path) -> list[str]:
    """The names of the files that are gone or not as they were written; none where all is well."""
    return checksums.changed(folder / SUMS)


def _configuration(folder: Path) -> dict[str, object]:
    file = folder / "config.json"
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(stored, dict):
            return stored
    except FileNotFoundError:
        raise UnsafeModel(
            f"{folder} has no config.json, so it is not a saved model; give the folder that "
            "save_pretrained wrote"
        ) from None
    except (OSError, ValueError, RecursionError):
        pass
    raise UnsafeModel(
        f"{file} is empty or damaged; save the model again with save_pretrained, or fetch it again"
    )


def _refuse_code(folder: Path, configuration: dict[str, object]) -> None:
    if "auto_map" in configuration:
        raise UnsafeModel(
            f"{folder} wants to run code of its own (auto_map in config.json), which labkit never "
            "does; give a model whose architecture transformers knows"
        )
    if (folder / "adapter_config.json").exists():
        raise UnsafeModel(
            f"{folder} holds an adapter for another model; merge it into that model and save the "
            "result with save_pretrained"
        )


def _check_index(folder: Path, index: Path) -> None:
    try:
        parts = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        wrong = sorted(str(part) for part in parts if not _is_part(folder, part))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnsafeModel(f"{index} is damaged; save the model again, or fetch it again") from None
    if wrong:
        raise UnsafeModel(
            f"{index} names {wrong[0]!r} as a part, wanted names of safetensors files in the same "
            "folder; save the model again, or fetch it again"
        )


def _is_part(folder: Path, part: object) -> bool:
    plain = isinstance(part, str) and Path(part).name == part and "\\" not in part
    return plain and str(part).endswith(".safetensors") and _inside(folder, folder / str(part))


def _inside(folder: Path, path: Path) -> bool:
    """Whether a file really lies in the folder; a Hub cache links to its own blobs beside it."""
    home = folder.resolve()
    blobs = home.parent.parent / "blobs"
    return path.resolve().parent in (home, blobs)
