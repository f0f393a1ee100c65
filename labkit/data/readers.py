"""CSV, TSV, JSON and parquet files become columns; a broken row is named by file and line."""

import gzip
import json
import re
import zlib
from collections import defaultdict
from pathlib import Path

from labkit.data.catalog import AssetError
from labkit.data.formats import delimited, json_rows, parquet
from labkit.data.formats.source import Source, source_of
from labkit.data.formats.table import Table, merge

KINDS = (".csv", ".tsv", ".jsonl", ".json", ".parquet")
SUFFIXES = (*KINDS, *(f"{kind}.gz" for kind in KINDS))
_UNPACK = "unpack it, or pack it with gzip as .gz"
PACKED = {
    rb"PK\x03\x04": ("a zip archive, as Excel workbooks are", "save it as CSV, or unpack it"),
    rb"BZh[1-9]1AY&SY": ("packed with bzip2", _UNPACK),
    rb"\x28\xb5\x2f\xfd": ("packed with zstandard", _UNPACK),
    rb"\xfd7zXZ\x00": ("packed with xz", _UNPACK),
    b"version https://git-lfs": ("a pointer of Git LFS and not the data", "run `git lfs pull`"),
}
"""Pattern of how a file begins that is not read -> what it is, and what to do."""
OTHER_PACKINGS = (".bz2", ".zst", ".xz", ".zip", ".7z")
SPLIT_NAMES = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "unlabelled": "unlabelled",
}


def split_files(folder: Path, unlabelled: str = "unlabelled") -> dict[str, list[Path]]:
    """The files of each split in a folder: train, validation (valid, val, dev), test, unlabelled.

    unlabelled: the file name, without its ending, of rows that are read on request only.
    A split is one file, or the numbered parts that the Hugging Face Hub makes
    (train-00000-of-00002.parquet), also where these lie in a folder `data`.
    """
    names = SPLIT_NAMES | {unlabelled: "unlabelled"}
    for place in (folder, folder / "data"):
        found = _by_split(place, names) if place.is_dir() else {}
        if set(found) - {"unlabelled"}:
            return {split: _one_or_all_parts(place, split, files) for split, files in found.items()}
    listed = sorted(path.name for path in folder.iterdir())
    there = ", ".join(listed[:8]) or "nothing"
    single = next((name for name in listed if name.lower().endswith(SUFFIXES)), "")
    itself = f", or name the file itself: {folder.name}/{single}" if single else ""
    packed = next((name for name in listed if name.lower().endswith(OTHER_PACKINGS)), "")
    if packed and not single:
        itself = f". {packed} is packed in a way that is not read: {_UNPACK}"
    raise AssetError(
        f"{folder.name} has no split file; it holds {there}. Wanted train, validation or test "
        f"with one of the endings {', '.join(SUFFIXES)}{itself}"
    )


def _by_split(folder: Path, names: dict[str, str]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        stem = re.sub(r"-\d+-of-\d+(-[0-9a-f]+)?$", "", path.name.split(".")[0])
        split = names.get(stem)
        if split is not None and path.name.lower().endswith(SUFFIXES):
            found[split].append(path)
    return found


def _one_or_all_parts(folder: Path, split: str, found: list[Path]) -> list[Path]:
    counts = {int(n[1]) for path in found if (n := re.search(r"-\d+-of-(\d+)", path.name))}
    if not counts and len(found) == 1:
        return found
    if not counts:
        raise AssetError(
            f"{folder.name} has two files for {split}: {found[0].name} and {found[1].name}; "
            "keep one"
        )
    if counts != {len(found)}:
        raise AssetError(
            f"{folder.name} has {len(found)} files for {split} ({found[0].name}, ...), wanted all "
            f"{max(counts)} parts and nothing else; add the missing ones or remove the others"
        )
    return found


def read_split(paths: list[Path]) -> Table:
    """All rows of one split, part after part."""
    return merge([read_table(path) for path in paths])


def read_table(path: Path) -> Table:
    """All rows of one file as columns, in the file's order; its content decides how it is read."""
    name = path.name
    if not name.lower().endswith(SUFFIXES):
        raise AssetError(f"cannot read {name}: wanted one of {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise AssetError(f"{name} is a folder or a link to nothing; wanted a file")
    try:
        table = _table(source_of(path))
    except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
        raise AssetError(f"{name} cannot be read ({error}); it may be cut short") from error
    if not len(table):
        raise AssetError(f"{name} holds no rows; wanted at least one under its heading")
    return table


def _table(source: Source) -> Table:
    name, head = source.name, source.head()
    _refuse_packed(name, head)
    kind = name.lower().removesuffix(".gz")
    if head[:4] == b"PAR1" or kind.endswith(".parquet"):
        return parquet.read(b"".join(source.pieces()) if source.packed else source.path, name)
    source.check()
    if kind.endswith((".jsonl", ".json")):
        return json_rows.read(source.lines, name)
    columns, lines = delimited.read(source.lines, name, "\t" if kind.endswith(".tsv") else ",")
    return Table(name, columns, lines)


def _refuse_packed(name: str, raw: bytes) -> None:
    for begins, (kind, way_out) in PACKED.items():
        if re.match(begins, raw):
            raise AssetError(f"{name} is {kind}; {way_out}")


def label_names(folder: Path) -> tuple[str, ...] | str | None:
    """What labels.json in a folder says: class names in order, "regression", or None (no file)."""
    path = folder / "labels.json"
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError) as error:
        raise AssetError(f"labels.json in {folder.name} is not JSON: {error}") from error
    if isinstance(said, dict) and said.get("type") == "regression":
        return "regression"
    if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
        raise AssetError(
            f'labels.json in {folder.name} must be a list of class names or {{"type": '
            f'"regression"}}, got {str(said)[:80]}'
        )
    twice = [name for place, name in enumerate(said) if name in said[:place]]
    if twice:
        raise AssetError(f"labels.json in {folder.name} names the class {twice[0]!r} twice")
    return tuple(said)
