"""A study: train, validation and test of a data set, with no train text in the other two."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from labkit.data import columns, splits
from labkit.data.catalog import AssetError
from labkit.data.formats.text_column import text_column
from labkit.data.labels.numbered import is_hidden
from labkit.data.parsed import Parsed
from labkit.files import fingerprint_of_lists, safe_name

if TYPE_CHECKING:
    from datasets import Dataset

VALIDATION_NAMES = ("validation", "validation_matched")


@dataclass(frozen=True)
class Study:
    """A data set with the three splits an experiment needs."""

    name: str
    """The listed name, or the last part of the path of the reader's own data."""
    train: "Dataset"
    validation: "Dataset"
    test: "Dataset"
    label_names: tuple[str, ...]
    """Class names in the order of the labels; empty for a number to predict."""
    source: str
    """Where the rows came from and what was done to them, in one line."""

    @cached_property
    def mark(self) -> str:
        """A fingerprint of all texts, labels and class names: what is made of other rows, or of
        the same rows in another order, is not taken for something made of these."""
        rows = []
        for split in (self.train, self.validation, self.test):
            texts = [text_column(split, name) for name in text_columns(split)]
            rows.append([*texts, columns.numbers(split, "label").tolist()])
        return fingerprint_of_lists(rows, self.label_names)

    @property
    def cache_name(self) -> str:
        """The name and the mark, as part of a file name: the same for every way to the data."""
        return f"{safe_name(self.name)}-{self.mark}"

    @property
    def is_pair(self) -> bool:
        """Whether each row has two texts."""
        return len(text_columns(self.train)) == 2

    def check_classes(self) -> None:
        """Refuse a data set of scores, before a classifier is built for it.

        errors: ValueError that says how labels become classes
        """
        if len(self.label_names) < 2:
            raise ValueError(
                f"{self.name} has no classes: its labels have a point or a fraction, so they are "
                "scores to predict, and a classifier needs two or more classes. Where they are "
                "classes, write words or whole numbers (0, 1, ...), or name all of them in "
                "labels.json beside the files"
            )


def text_columns(dataset: "Dataset") -> tuple[str, ...]:
    """The columns of the texts: text, or text_a and text_b."""
    return ("text",) if "text" in dataset.column_names else ("text_a", "text_b")


def keys_of(dataset: "Dataset") -> list[str]:
    """The splits.text_key of each row."""
    return [splits.text_key(*row) for row in _texts(dataset)]


def short_keys_of(dataset: "Dataset") -> NDArray[np.uint64]:
    """The splits.short_key of each row, (rows,): for as many rows as there may be."""
    found = (splits.short_key(*row) for row in _texts(dataset))
    return np.fromiter(found, np.uint64, len(dataset))


def _texts(dataset: "Dataset") -> Iterator[tuple[str, ...]]:
    texts = [text_column(dataset, name) for name in text_columns(dataset)]
    return zip(*texts, strict=True)


@dataclass(frozen=True)
class _Part:
    """Some rows with what is asked of them again and again."""

    data: "Dataset"
    keys: NDArray[np.uint64]
    labels: NDArray[Any]

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, rows: NDArray[np.int64]) -> "_Part":
        return _Part(columns.rows_of(self.data, rows), self.keys[rows], self.labels[rows])


def divide(name: str, loaded: Parsed, share: float) -> Parsed:
    """The three splits of a study from the published ones; what is missing is cut from train.

    share: in (0, 0.5), of train
    errors: AssetError for prompts, for no train split, and for a split that would be empty
    """
    _check_labelled_train(name, loaded)
    notes, more = [loaded.source], list(loaded.notes)
    train = _part(loaded.splits["train"])
    test = _labelled(loaded.splits, ("test",), more)
    held = _labelled(loaded.splits, VALIDATION_NAMES, more)
    if test is None and held is not None:
        test, held = held, None
        published = next(each for each in VALIDATION_NAMES if each in loaded.splits)
        notes.append(f"test is the published {published} split")
    elif test is None:
        train, test = _carve(name, "test", train, share, train.keys[:0])
        notes.append(f"test cut from train by labkit ({share:.0%})")
    if held is None:
        train, held = _carve(name, "validation", train, share, test.keys)
        notes.append(f"validation cut from train by labkit ({share:.0%})")
    kept = splits.without(train.keys, np.concatenate([held.keys, test.keys]))
    if len(kept) < len(train):
        notes.append(f"{len(train) - len(kept)} train rows that also occur elsewhere dropped")
    train = _without_overlap(name, train, kept, {"validation": held, "test": test})
    parts = {"train": train.data, "validation": held.data, "test": test.data}
    return Parsed(parts, ", ".join([*notes, *more]), tuple(more))


def _check_labelled_train(name: str, loaded: Parsed) -> None:
    if "label" not in next(iter(loaded.splits.values())).column_names:
        raise AssetError(f"{name} is a set of prompts without labels; use load({name!r})")
    if "train" not in loaded.splits:
        raise AssetError(
            f"{name} has no train split here, only {', '.join(loaded.splits)} ({loaded.source}); "
            'add a train file, or take another source, for example source="hub"'
        )


def _part(dataset: "Dataset") -> _Part:
    return _Part(dataset, short_keys_of(dataset), columns.numbers(dataset, "label"))


def _labelled(
    loaded: Mapping[str, "Dataset"], names: Sequence[str], notes: list[str]
) -> _Part | None:
    """The rows with a label of the first of these splits that has any; says what is left out."""
    for name in names:
        if name not in loaded:
            continue
        part = _part(loaded[name])
        shown = np.flatnonzero(~is_hidden(part.labels))
        if len(shown) < len(part):
            notes.append(f"{len(part) - len(shown)} of {len(part)} {name} rows have no label")
        if len(shown):
            return part if len(shown) == len(part) else part.take(shown)
    return None


def _carve(
    name: str, wanted: str, train: _Part, share: float, elsewhere: NDArray[np.uint64]
) -> tuple[_Part, _Part]:
    """Train without the cut rows (and without their duplicates), and the cut rows."""
    free = splits.without(train.keys, elsewhere)
    # A number has no classes: its whole part stands in for one.
    strata = train.labels[free].astype(np.int64)
    _, cut = splits.cut(train.keys[free], strata.tolist(), (1 - share, share))
    chosen = free[cut]
    kept = splits.without(train.keys, train.keys[chosen])
    if len(chosen) and len(kept):
        return train.take(kept), train.take(chosen)
    if len(elsewhere) and not len(free):
        raise _all_elsewhere(name, len(train), {"test": len(train)})
    different = len(np.unique(train.keys[free]))
    raise AssetError(
        f"{name}: train has {len(train)} rows, {different} of them different and in no other "
        f"split, in {len(np.unique(strata))} classes: too few of one class to cut {wanted} "
        f"from; add rows, or a file {wanted}.csv"
    )


def _without_overlap(
    name: str, train: _Part, kept: NDArray[np.int64], others: Mapping[str, _Part]
) -> _Part:
    if not len(kept):
        counts = {
            split: int(np.isin(train.keys, part.keys).sum()) for split, part in others.items()
        }
        raise _all_elsewhere(name, len(train), counts)
    if len(np.unique(train.labels[kept])) < 2 and len(np.unique(train.labels)) > 1:
        raise AssetError(
            f"{name}: {len(train) - len(kept)} of {len(train)} train rows also occur in validation "
            "or test, and all that are left have one label; wanted two or more: remove the "
            "repeated rows from validation and test, or add others to train"
        )
    return train if len(kept) == len(train) else train.take(kept)


def _all_elsewhere(name: str, rows: int, counts: Mapping[str, int]) -> AssetError:
    where = " and ".join(
        f"{count} of {rows} train rows also occur in {s}" for s, count in counts.items() if count
    )
    return AssetError(f"{name}: {where}, so train would be empty; keep each text in one split only")
