"""The classes of a data set: given by their names, or found in the labels themselves."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labkit.data.formats.table import Table
from labkit.data.labels.spelling import HIDDEN, folded, is_missing, number, whole

MOST_WHOLE = 20
"""Whole numbers written with a point, such as 1.0, are classes when so few differ, else scores."""


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
        digits = None if isinstance(value, bool) else whole(value)
        if digits is not None and digits in self.by_number:
            return self.by_number[digits]
        return self.by_word.get(folded(value), HIDDEN if digits == HIDDEN else None)


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
        digits = whole(value)
        key = folded(value) if digits is None else digits
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
