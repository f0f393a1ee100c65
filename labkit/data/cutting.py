"""Texts on their way to a tokenizer: checked, cut where they are long, the lost part counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CHARACTERS = 12
"""Characters of a text that are tokenised at first for each token that may be kept."""
BOUNDARY = re.compile(r"(?=\s)|(?<=[\u3002\uff01\uff1f\uff0c\uff1b])")
"""Where no token goes on: before a space, and after the full stops and commas of Chinese."""

HALF = re.compile("[\ud800-\udfff]")
"""Half of a letter that UTF-16 writes in two; no tokenizer takes it."""


@dataclass(frozen=True)
class Cut:
    """How much of some texts lies behind the longest row and is not read."""

    rows: int = 0
    """Texts that have more tokens than were kept."""
    share: float = 0.0
    """The part of all tokens that was not kept, in [0, 1]; estimated for very long texts."""


NOTHING_CUT = Cut()


def strings(given: Sequence[str], name: str) -> tuple[str, ...]:
    """The texts, checked to be a list of strings; half an emoji becomes U+FFFD.

    errors: ValueError for one text instead of a list, and for anything that is not a string
    """
    if isinstance(given, str):
        raise ValueError(
            f"got one text for {name}, {given[:30]!r}; wanted a list of texts, such as [text]"
        )
    for row, text in enumerate(given):
        if not isinstance(text, str):
            raise ValueError(
                f"{name}[{row}] is a {type(text).__name__} ({str(text)[:30]}), wanted a string"
            )
    return tuple(HALF.sub("\ufffd", text) for text in given)


def check_lists(
    texts: Sequence[str],
    labels: Sequence[object] | None,
    pairs: Sequence[str] | None,
    max_length: int,
) -> None:
    """ValueError for no texts, lists of other lengths, or rows too short to hold a text."""
    if len(texts) == 0:
        raise ValueError("got no texts; give at least one")
    if max_length < 3:
        raise ValueError(f"max_length must be at least 3, got {max_length}")
    for name, other in (("labels", labels), ("pairs", pairs)):
        if other is not None and len(other) != len(texts):
            raise ValueError(f"got {len(texts)} texts and {len(other)} {name}; they must be equal")


def head(text: str, characters: int) -> str:
    """The beginning of a text up to the first boundary at or after so many characters."""
    if len(text) <= characters:
        return text
    found = BOUNDARY.search(text, characters)
    return text[: found.start()].rstrip() if found else text


def token_ids(
    texts: Sequence[str],
    tokenizer: "PreTrainedTokenizerBase",
    max_length: int,
    pairs: Sequence[str] | None = None,
) -> tuple[list[list[int]], Cut]:
    """Ids just as the tokenizer cuts them itself, for the cost of those that are kept.

    A tokenizer reads a whole text before it cuts: minutes for a book. Here it gets the beginning
    of a long text only, and more where that has too few tokens. Of a pair it is the longer text
    that is cut, so a pair of two long ones is read whole.
    """
    if pairs is not None:
        return _pair_ids(texts, pairs, tokenizer, max_length)
    heads = list(texts)
    if tokenizer.truncation_side == "right":
        heads = [head(text, CHARACTERS * max_length) for text in texts]
    ids = tokenizer(heads, truncation=True, max_length=max_length)["input_ids"]
    short = [n for n, text in enumerate(texts) if heads[n] != text and len(ids[n]) < max_length]
    characters = CHARACTERS * max_length
    while short:
        characters *= 8
        for row in short:
            heads[row] = head(texts[row], characters)
        more = tokenizer([heads[n] for n in short], truncation=True, max_length=max_length)
        for row, found in zip(short, more["input_ids"], strict=True):
            ids[row] = found
        short = [n for n in short if heads[n] != texts[n] and len(ids[n]) < max_length]
    return ids, _cut(texts, heads, ids, tokenizer, max_length)


def _cut(
    texts: Sequence[str],
    heads: Sequence[str],
    ids: Sequence[Sequence[int]],
    tokenizer: "PreTrainedTokenizerBase",
    max_length: int,
) -> Cut:
    """What lies behind the rows that are full; their heads are tokenised once more to count."""
    full = [row for row, found in enumerate(ids) if len(found) >= max_length]
    if not full:
        return NOTHING_CUT
    counted = tokenizer([heads[row] for row in full], verbose=False)["input_ids"]
    whole = [
        len(found) * len(texts[row]) / max(1, len(heads[row]))
        for row, found in zip(full, counted, strict=True)
    ]
    lost = sum(max(0.0, length - len(ids[row])) for row, length in zip(full, whole, strict=True))
    rows = sum(length > len(ids[row]) for row, length in zip(full, whole, strict=True))
    return Cut(rows, lost / (lost + sum(map(len, ids))))


def _pair_ids(
    texts: Sequence[str],
    pairs: Sequence[str],
    tokenizer: "PreTrainedTokenizerBase",
    max_length: int,
) -> tuple[list[list[int]], Cut]:
    first, second = list(texts), list(pairs)
    most = CHARACTERS * max_length
    uneven = [n for n in range(len(first)) if (len(first[n]) > most) != (len(second[n]) > most)]
    if uneven and tokenizer.truncation_side == "right":
        sides = [first if len(first[n]) > most else second for n in uneven]
        others = [second if side is first else first for side in sides]
        begun = [head(side[n], most) for side, n in zip(sides, uneven, strict=True)]
        rivals = [other[n] for other, n in zip(others, uneven, strict=True)]
        tokens, most_needed = _counts(begun, tokenizer), _counts(rivals, tokenizer)
        for place, row in enumerate(uneven):
            if tokens[place] > max(most_needed[place], max_length):
                sides[place][row] = begun[place]
    ids = tokenizer(first, second, truncation=True, max_length=max_length)["input_ids"]
    joined = [f"{one} {other}" for one, other in zip(texts, pairs, strict=True)]
    heads = [f"{one} {other}" for one, other in zip(first, second, strict=True)]
    return ids, _cut(joined, heads, ids, tokenizer, max_length)


def _counts(texts: Sequence[str], tokenizer: "PreTrainedTokenizerBase") -> list[int]:
    found = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    return [len(row) for row in found]
