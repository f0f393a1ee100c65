"""Splits that never move: cut by a hash of the text, class by class, no text on two sides."""

import hashlib
from collections.abc import Collection, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Keys = Sequence[str] | NDArray[Any]
"""What rows are told apart by: `text_key`s, or `short_key`s in 8 bytes each."""


def text_key(*texts: str) -> str:
    """The SHA-1 of a text (or pair), lower-cased, with every run of white space as one space."""
    plain = "\x1f".join(" ".join(text.lower().split()) for text in texts)
    return hashlib.sha1(plain.encode("utf-8"), usedforsecurity=False).hexdigest()


def short_key(*texts: str) -> int:
    """The first 8 bytes of `text_key` as a number: equal and in order as the whole keys are.

    Trap: two different texts among a million share one with a chance of 1 in 30 millions.
    """
    return int(text_key(*texts)[:16], 16)


def cut(
    keys: Keys, strata: Sequence[Hashable], shares: Sequence[float]
) -> tuple[NDArray[np.int64], ...]:
    """The rows of each part, for parts of the given shares; equal texts are kept once.

    keys:   of each row; strata: the class of each row, each cut by itself
    shares: sizes of the parts, summing to 1; the first part takes what rounding leaves
    The rows of a part come in the order of their keys, so the start of it is a fair sample.
    """
    if abs(sum(shares) - 1) > 1e-6 or min(shares) <= 0:
        raise ValueError(f"shares must be above 0 and sum to 1, got {list(shares)}")
    keys = np.asarray(keys)
    places: dict[Hashable, int] = {}
    classes = np.fromiter((places.setdefault(each, len(places)) for each in strata), np.int32)
    rows = keys.argsort(kind="stable")
    new = np.ones(len(rows), np.bool_)
    new[1:] = keys[rows[1:]] != keys[rows[:-1]]
    rows = rows[new]
    parts: list[list[NDArray[np.int64]]] = [[] for _ in shares]
    for number in range(len(places)):
        own = rows[classes[rows] == number]
        ends = np.cumsum(_sizes(len(own), shares))[:-1]
        for part, found in zip(parts, np.split(own, ends), strict=True):
            part.append(found)
    together = [np.concatenate([*part, np.empty(0, np.int64)]) for part in parts]
    return tuple(part[keys[part].argsort()] for part in together)


def _sizes(rows: int, shares: Sequence[float]) -> list[int]:
    """Rounded shares; a class of enough rows has at least one in each part."""
    least = 1 if rows >= len(shares) else 0
    later = [max(least, round(rows * share)) for share in shares[1:]]
    return [rows - sum(later), *later]


def first_of_each(keys: Keys) -> NDArray[np.int64]:
    """The rows whose key occurs for the first time, in their order."""
    return np.sort(np.unique(np.asarray(keys), return_index=True)[1])


def without(keys: Keys, forbidden: Collection[str] | NDArray[Any]) -> NDArray[np.int64]:
    """The rows whose key is not among the forbidden ones, in their order."""
    if not len(forbidden):
        return np.arange(len(keys))
    known = np.unique(forbidden if isinstance(forbidden, np.ndarray) else [*forbidden])
    keys = np.asarray(keys)
    return np.flatnonzero(known[np.searchsorted(known, keys).clip(max=len(known) - 1)] != keys)
