"""Splits that never move: cut by a hash of the text, class by class, no text on two sides."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence


def text_key(*texts: str) -> str:
    """The SHA-1 of a text (or pair), lower-cased, with every run of white space as one space."""
    plain = "\x1f".join(" ".join(text.lower().split()) for text in texts)
    return hashlib.sha1(plain.encode("utf-8"), usedforsecurity=False).hexdigest()


def cut(
    keys: Sequence[str], strata: Sequence[Hashable], shares: Sequence[float]
) -> tuple[list[int], ...]:
    """The rows of each part, for parts of the given shares; equal texts are kept once.

    keys:   text_key of each row; strata: the class of each row, each cut by itself
    shares: sizes of the parts, summing to 1; the first part takes what rounding leaves
    The rows of a part come in the order of their keys, so the start of it is a fair sample.
    """
    if abs(sum(shares) - 1) > 1e-6 or min(shares) <= 0:
        raise ValueError(f"shares must be above 0 and sum to 1, got {list(shares)}")
    by_class: dict[Hashable, list[int]] = defaultdict(list)
    for row in first_of_each(keys):
        by_class[strata[row]].append(row)
    parts: list[list[int]] = [[] for _ in shares]
    for rows in by_class.values():
        rows.sort(key=lambda row: keys[row])
        start = 0
        for part, size in zip(parts, _sizes(len(rows), shares), strict=True):
            part.extend(rows[start : start + size])
            start += size
    return tuple(sorted(part, key=lambda row: keys[row]) for part in parts)


def _sizes(rows: int, shares: Sequence[float]) -> list[int]:
    """Rounded shares; a class of enough rows has at least one in each part."""
    least = 1 if rows >= len(shares) else 0
    later = [max(least, round(rows * share)) for share in shares[1:]]
    return [rows - sum(later), *later]


def first_of_each(keys: Sequence[str]) -> list[int]:
    """The rows whose key occurs for the first time."""
    seen: dict[str, int] = {}
    for row, key in enumerate(keys):
        seen.setdefault(key, row)
    return list(seen.values())


def without(keys: Sequence[str], forbidden: Collection[str]) -> list[int]:
    """The rows whose key is not among the forbidden ones, in their order."""
    return [row for row, key in enumerate(keys) if key not in forbidden]
