"""Labels as people write them become class numbers or scores; hidden ones stay hidden."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.catalog import AssetError
from labkit.data.formats.table import Table

HIDDEN = -1
"""The label of a row whose label its publishers keep to themselves."""
MOST_WHOLE = 20
"""Whole numbers written with a point, such as 1.0, are classes when so few differ, else scores."""
WHOLE = re.compile(r"[+-]?[0-9]{1,100}(\.0*)?", re.ASCII)


@dataclass(frozen=True)
class Classes:
    """The classes of a data set, and every way in which a file may name one."""

    names: tuple[str, ...]
    """Class names in the order of their numbers."""
    by_number: Mapping[int, int]
    """Whole number in a file -> class number."""
    by_word: Mapping[str, int]
    """`folded` word in a file -> class number; of names that fold to the same, none."""
    notes: tuple[str, ...] = ()

    def place(self, value: Any) -> int | None:
        """The class number of a label, HIDDEN for none and for -1, or None for an unknown one."""
        if is_missing(value):
            return HIDDEN
        if isinstance(value, str) and value.strip() in self.names:
            return self.names.index(value.strip())
        number = None if isinstance(value, bool) else whole(value)
        if number is not None and number in self.by_number:
            return self.by_number[number]
        return self.by_word.get(folded(value), HIDDEN if number == HIDDEN else None)


def is_missing(value: Any) -> bool:
    """Whether there is no label: None, an empty text, or what pandas writes for none (NaN)."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and math.isnan(value))


def whole(value: Any) -> int | None:
    """The whole number that a label stands for (7, 7.0, "007", "+7", "7.0"), or None."""
    if isinstance(value, str):
        return int(value.split(".")[0]) if WHOLE.fullmatch(value := value.strip()) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: Any) -> float | None:
    """The number that a label is, NaN and infinite ones too, or None for words."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def folded(value: Any) -> str:
    """A word without what does not tell labels apart: case, spaces, how an accent is stored."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", " ".join(str(value).split()).casefold())


def named(names: Sequence[str], numbered: bool | None = None) -> Classes:
    """The classes of given names.

    numbered: True where 0, 1, ... in a file count the names; None where they do so only because
              the names themselves are not numbers
    """
    numbers = [whole(name) for name in names]
    own = {n: place for place, n in enumerate(numbers) if n is not None}
    if numbered is None:
        numbered = len(own) < len(names)
    words: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        words.setdefault(folded(name), []).append(place)
    return Classes(
        tuple(names),
        {place: place for place in range(len(names))} if numbered else own,
        {word: places[0] for word, places in words.items() if len(places) == 1},
    )


def find(tables: Mapping[str, Table]) -> Classes | None:
    """The classes that the labels themselves show, or None when they are numbers to predict.

    Labels are those of all splits; none and -1 count only where train has them. Whole numbers are
    classes in numerical order; else every word is one, sorted, and words that differ in case or
    spaces only are one class under the spelling that most rows have.
    """
    shown = (value for split, table in tables.items() for value in _shown(split, table, tables))
    labels = _counted(shown)
    if any(number(value) is None for value, _ in labels):
        return _words(labels)
    labels = [(value, rows) for value, rows in labels if _is_finite(value)]
    found = {whole(value) for value, _ in labels}
    pointless = all(_has_no_point(value) for value, _ in labels)
    if None in found or (len(found) > MOST_WHOLE and not pointless):
        return None
    numbers_found = sorted(each for each in found if each is not None)
    return replace(named(list(map(str, numbers_found))), notes=_hiding(numbers_found, labels))


def _counted(labels: Iterable[Any]) -> list[tuple[Any, int]]:
    """The labels that differ, as they came first, and how many rows have each."""
    counts: dict[tuple[type, Any], int] = {}
    unhashable: list[tuple[Any, int]] = []
    for value in labels:
        if isinstance(value, Hashable):
            key = (type(value), value)  # 1 and True are equal, and not the same label
            counts[key] = counts.get(key, 0) + 1
        else:
            unhashable.append((value, 1))
    return [*((value, rows) for (_, value), rows in counts.items()), *unhashable]


def _hiding(numbers: Sequence[int], labels: Sequence[tuple[Any, int]]) -> tuple[str, ...]:
    """A note where train has a -1 below 0 and others: there it mostly hides a label."""
    if HIDDEN not in numbers or 0 not in numbers:
        return ()
    rows = sum(count for value, count in labels if whole(value) == HIDDEN)
    return (
        f"label -1 in {rows} rows is taken for a class of its own; where it hides a label, remove "
        "these rows from train",
    )


def _shown(split: str, table: Table, tables: Mapping[str, Table]) -> Iterable[Any]:
    if split == "unlabelled" or "label" not in table.columns:
        return []
    is_train = split == "train" or "train" not in tables
    values = (value for value in table.columns["label"] if not is_missing(value))
    if is_train:
        return values
    trained = {whole(value) for value in tables["train"].columns.get("label", [])}
    return (value for value in values if whole(value) != HIDDEN or HIDDEN in trained)


def _is_finite(value: Any) -> bool:
    """Whether a number is one; the word "nan" among numbers is a missing label."""
    got = number(value)
    return got is not None and math.isfinite(got)


def _has_no_point(value: Any) -> bool:
    return not isinstance(value, float) and "." not in str(value)


def _words(labels: Sequence[tuple[Any, int]]) -> Classes:
    spelled: dict[int | str, Counter[str]] = {}
    for value, rows in labels:
        word = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
        number = whole(value)
        key = folded(value) if number is None else number
        counts = spelled.setdefault(key, Counter())
        counts[folded(value) if isinstance(value, float) else word] += rows
    chosen = {key: counts.most_common(1)[0][0] for key, counts in spelled.items()}
    names = sorted(chosen.values())
    places = {key: names.index(name) for key, name in chosen.items()}
    several = [" and ".join(map(repr, counts)) for counts in spelled.values() if len(counts) > 1]
    return Classes(
        tuple(names),
        {key: place for key, place in places.items() if isinstance(key, int)},
        {key: place for key, place in places.items() if isinstance(key, str)},
        tuple(f"labels {each} are one class" for each in several),
    )


def class_numbers(split: str, table: Table, classes: Classes) -> list[int]:
    """The class number of each row; HIDDEN only outside train.

    errors: AssetError with the line for an unknown label, and for a train row without one
    """
    if "label" not in table.columns and split != "train":
        return [HIDDEN] * len(table)
    found = []
    known: dict[tuple[type, Any], int | None] = {}
    for row, value in enumerate(table.columns["label"]):
        if isinstance(value, list | dict | bytes):
            raise AssetError(
                f"{table.at(row)} has the label {str(value)[:40]}, a {type(value).__name__}; "
                "wanted one class for each text"
            )
        key = (type(value), value)  # 1 and True are equal, and not the same label
        if key not in known:
            known[key] = classes.place(value)
        place = known[key]
        if place is None or (place == HIDDEN and split == "train"):
            raise AssetError(f"{table.at(row)} {_wrong(value, classes)}")
        found.append(place)
    return found


def _wrong(value: Any, classes: Classes) -> str:
    if is_missing(value):
        return "has no label; write it, or remove the row"
    listed = ", ".join(classes.names[:20]) + (", ..." if len(classes.names) > 20 else "")
    counted = dict(classes.by_number) == {n: n for n in range(len(classes.names))}
    if whole(value) == HIDDEN:
        return f"has label {value!r}, which hides a label; wanted one of {listed} in train"
    numbered = f", or 0 to {len(classes.names) - 1}" if counted else ""
    return f"has label {value!r}, wanted one of {listed}{numbered}"


def scores(split: str, table: Table) -> list[float]:
    """The number of each row; outside train NaN stands for a hidden one.

    errors: AssetError with the line for what is not a finite number
    """
    if "label" not in table.columns and split != "train":
        return [math.nan] * len(table)
    found = []
    for row, value in enumerate(table.columns["label"]):
        if is_missing(value) and split != "train":
            found.append(math.nan)
            continue
        got = number(value)
        if got is None or not math.isfinite(got):
            raise AssetError(f"{table.at(row)} has label {value!r}, wanted a finite number")
        found.append(got)
    return found


def is_hidden(given: NDArray[Any] | float) -> NDArray[np.bool_]:
    """Whether each class number or score stands for a hidden label."""
    hidden: NDArray[np.bool_] = np.equal(given, HIDDEN) | np.isnan(given)
    return hidden


def unseen(parts: Mapping[str, Sequence[int]], names: Sequence[str]) -> tuple[str, ...]:
    """A note for each class that a later split has and train has not."""
    if "train" not in parts:
        return ()
    trained = set(parts["train"])
    notes = []
    for split in ("validation", "test"):
        for place, rows in sorted(Counter(parts.get(split, ())).items()):
            if place not in trained and place != HIDDEN:
                notes.append(
                    f"class {names[place]!r} occurs in {rows} rows of {split} and never in train, "
                    "so no model can learn it"
                )
    return tuple(notes)
