"""The label column of a table becomes class numbers or scores, row by row."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.catalog import AssetError
from labkit.data.formats.table import Table
from labkit.data.labels.classes import Classes
from labkit.data.labels.spelling import HIDDEN, is_missing, number, whole


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
