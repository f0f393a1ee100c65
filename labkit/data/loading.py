"""Real text sets by name: as published with `load`, ready for an experiment with `study`."""

from collections.abc import Callable
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import files, paths
from labkit.data import columns, parsed, readers, splits, studies
from labkit.data import fetch as assets
from labkit.data.catalog import AssetError, Entry, Hub, entries
from labkit.data.formats.table import Table, merge
from labkit.data.parsed import Parsed
from labkit.data.studies import Study, keys_of, short_keys_of
from labkit.notices import one_line, say

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict
    from torch import Tensor

__all__ = ["Study", "keys_of", "load", "rating_shares", "study"]

READER_VERSION = 4
"""Part of the cache key: raise it when a reader or a split changes its result."""


@dataclass(frozen=True)
class _Request:
    """One reading of a data set; requests are equal when the same bytes are read the same way."""

    key: str
    cache: Path
    entry: Entry = field(compare=False)
    chosen: str = field(compare=False)
    where: Path = field(compare=False)
    unlabelled: bool = field(compare=False)


def load(name: str | Path, source: str | None = None, unlabelled: bool = False) -> "DatasetDict":
    """The published splits of a data set, as they are.

    name:   a listed name, a folder inside LABKIT_DATA, or a path to a folder or file of your own
    source: "local", "pypi" or "hub"; None takes the first there is
    unlabelled: True adds the split of extra rows without labels, where the set has one
    Columns: text, or text_a and text_b; label (a ClassLabel, or float32 for a number); others
    are kept. A test set whose publishers hide the labels has -1 there (NaN for a number). A set
    published without splits is cut by labkit, always in the same way, with no text on two sides.
    """
    from datasets import DatasetDict

    found = _loaded(_request(name, source, unlabelled))
    return DatasetDict({split: copy(rows) for split, rows in found.splits.items()})


def study(name: str | Path, validation_share: float = 0.1, source: str | None = None) -> Study:
    """Train, validation and test of a data set; no train text occurs in the other two.

    validation_share: in (0, 0.5), the part of train used for validation where none is published
    Where the published test labels are hidden, the published validation split is the test set
    and validation is cut from train. The cut is by class and by a hash of the text, so it is
    the same on every machine. The same files give the same object while the process lives, by
    whatever path they are named.
    """
    if not 0 < validation_share < 0.5:
        raise ValueError(
            f"validation_share must be above 0 and below 0.5, got {validation_share}; "
            "0.1 keeps a tenth of train for validation"
        )
    return _study(_request(name, source, False), validation_share)


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


@lru_cache(maxsize=4)
def _study(request: _Request, share: float) -> Study:
    name = request.entry.name
    folder = _folder(request, f"-study-{share}")
    found = _through_cache(folder, lambda: studies.divide(name, _loaded(request), share))
    for note in found.notes if request.chosen == "local" else ():
        say(f"{name}: {note}")
    parts = found.splits
    names = getattr(parts["train"].features["label"], "names", ())
    return Study(
        name, parts["train"], parts["validation"], parts["test"], tuple(names), found.source
    )


@lru_cache(maxsize=4)
def _loaded(request: _Request) -> Parsed:
    return _through_cache(
        _folder(request),
        lambda: _parse(request.entry, request.chosen, request.where, request.unlabelled),
    )


def _folder(request: _Request, more: str = "") -> Path:
    return request.cache / "parsed" / f"{files.safe_name(request.entry.name)}-{request.key}{more}"


def _through_cache(folder: Path, make: Callable[[], Parsed]) -> Parsed:
    """What lies in the folder, or what `make` gives; a cache that cannot be written is reported."""
    files.sweep(paths.cache())
    found = _intact(folder)
    if found is not None:
        return found
    with ExitStack() as stack:
        try:
            stack.enter_context(files.locked(paths.cache() / "locks" / f"{folder.name}.lock"))
            found = _intact(folder)
        except OSError as error:
            say(f"{error.strerror}; the data is read again each time")
            return make()
        if found is None:
            found = make()
            try:
                parsed.write(folder, found)
            except OSError as error:
                say(f"{error.strerror}; the data is read again each time")
    return found


def _intact(folder: Path) -> Parsed | None:
    try:
        return parsed.read(folder)
    except ValueError as error:
        say(f"{error}; the data set is read from its files again")
        return None


def _request(name: str | Path, source: str | None, unlabelled: bool) -> _Request:
    listed = entries().get(str(name))
    if listed is not None and listed.kind == "model":
        raise AssetError(f"{listed.name} is a model, not a data set; wanted a data set's name")
    where = assets.fetch(name, source)
    entry = listed or Entry(name=one_line(where.name))
    chosen = (source or assets.source_of(entry)) if listed else "local"
    marks: list[Any] = [READER_VERSION, chosen, where.name, unlabelled]
    marks.append(repr(replace(entry, about={})))  # a note may change without a new reading
    if chosen == "local":
        marks += [[path.name, _content_mark(path)] for path in _own_files(where, entry, unlabelled)]
    else:
        marks.append(str(where))
    key = files.fingerprint(marks)
    return _Request(key, paths.cache(), entry, chosen, where, unlabelled)


def _own_files(where: Path, entry: Entry, unlabelled: bool) -> list[Path]:
    """Every file that a reading of the reader's own data depends on."""
    if where.is_file():
        return [where]
    found = readers.split_files(where, _extra(entry))
    read = [path for s, parts in found.items() if s != "unlabelled" or unlabelled for path in parts]
    names = where / "labels.json"
    return [*read, names] if names.exists() else read


def _content_mark(path: Path) -> str:
    """The SHA-256 of a file, worked out again when the file has been touched at all."""
    if not path.is_file():
        raise AssetError(f"{path.name} is a folder or a link to nothing; wanted a file")
    return files.sha256_once(path)


def _parse(entry: Entry, chosen: str, where: Path, unlabelled: bool) -> Parsed:
    said: tuple[str, ...] | str | None = entry.labels or None
    if chosen == "pypi" and entry.pypi:
        from labkit.data.formats.wheel_readers import READERS

        tables = READERS[entry.pypi.reader](where)
        line = f"{entry.pypi.title} from PyPI"
    elif chosen == "hub" and entry.hub:
        tables = _hub_tables(entry.hub, where)
        line = f"{entry.hub.id} from the Hugging Face Hub"
    else:
        tables = _local_tables(where, entry, unlabelled)
        said = (readers.label_names(where) if where.is_dir() else None) or said
        line = f"local {'folder' if where.is_dir() else 'file'} {one_line(where.name)}"
    shape = columns.shape_of(tables, entry.task, said)
    done = columns.checked(tables, shape, entry.empty_texts)
    if "all" in done and entry.pypi:
        return _cut(columns.to_dataset(done["all"], shape), entry.pypi.split, line)
    made = {name: columns.to_dataset(table, shape) for name, table in done.items()}
    return Parsed(made, line, columns.notes_of(done, shape))


def _cut(rows: "Dataset", shares: tuple[float, ...], line: str) -> Parsed:
    parts = splits.cut(short_keys_of(rows), columns.values(rows, "label"), shares)
    names = ("train", "validation", "test")
    sizes = "/".join(f"{share * 100:.0f}" for share in shares)
    made = {name: columns.rows_of(rows, part) for name, part in zip(names, parts, strict=True)}
    return Parsed(made, f"{line}, split {sizes} by labkit")


def _extra(entry: Entry) -> str:
    return str(entry.about.get("unlabelled", "unlabelled"))


def _local_tables(where: Path, entry: Entry, unlabelled: bool) -> dict[str, Table]:
    if where.is_file():
        return {"train": readers.read_table(where)}
    found = readers.split_files(where, _extra(entry))
    if unlabelled and "unlabelled" not in found:
        raise AssetError(
            f"{where.name} has no unlabelled rows; wanted a file {_extra(entry)}.jsonl (or .csv, "
            ".parquet)"
        )
    order = [s for s in ("train", "validation", "test", "unlabelled") if s in found]
    return {s: readers.read_split(found[s]) for s in order if s != "unlabelled" or unlabelled}


def _hub_tables(hub: Hub, where: Path) -> dict[str, Table]:
    tables = {}
    for split, pattern in hub.files.items():
        table = merge([readers.read_table(path) for path in sorted(where.rglob(pattern))])
        table = table.renamed(dict(hub.columns))
        if hub.names:
            labels = [hub.names.get(label, label) for label in table.columns["label"]]
            table = replace(table, columns={**table.columns, "label": labels})
        tables[split] = table
    return tables
