"""Texts on their way to a tokenizer: checked, cut where they are long, the lost part counted."""

import re
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labkit.data.formats.text_column import TextColumn

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CHARACTERS = 8
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


def strings(given: Sequence[str], name: str) -> Sequence[str]:
    """The texts, checked to be a list of strings; half an emoji becomes U+FFFD.

    errors: ValueError for one text instead of a list, and for anything that is not a string
    """
    if isinstance(given, str):
        raise ValueError(
            f"got one text for {name}, {given[:30]!r}; wanted a list of texts, such as [text]"
        )
    if isinstance(given, TextColumn):
        return given  # Arrow holds whole letters of UTF-8 only
    for row, text in enumerate(given):
        if not isinstance(text, str):
            raise ValueError(
                f"{name}[{row}] is a {type(text).__name__} ({str(text)[:30]}), wanted a string"
            )
    return tuple(HALF.sub("\ufffd", text) for text in given)


def all_cut(parts: Sequence[tuple[Cut, int]]) -> Cut:
    """What was cut off several pieces together; each comes with the tokens that were kept of it."""
    if len(parts) == 1:
        return parts[0][0]
    lost = sum(cut.share * kept / (1 - cut.share) for cut, kept in parts)
    return Cut(sum(cut.rows for cut, _ in parts), lost / (lost + sum(kept for _, kept in parts)))


def check_lists(
    texts: Sequence[str],
    labels: Sized | None,
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
    of a long text only, and more where that has too few tokens.
    Trap: of a pair it cuts the longer text. Which of two long ones that is must be guessed from
    their beginnings, so where they are about as long, the odd token may go to the other.
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
    long = [n for n in range(len(first)) if max(len(first[n]), len(second[n])) > most]
    if long and tokenizer.truncation_side == "right":
        first, second = _pair_heads(first, second, long, tokenizer, max_length)
    ids = tokenizer(first, second, truncation=True, max_length=max_length)["input_ids"]
    joined = [f"{one} {other}" for one, other in zip(texts, pairs, strict=True)]
    heads = [f"{one} {other}" for one, other in zip(first, second, strict=True)]
    return ids, _cut(joined, heads, ids, tokenizer, max_length)


def _pair_heads(
    texts: list[str],
    pairs: list[str],
    long: Sequence[int],
    tokenizer: "PreTrainedTokenizerBase",
    max_length: int,
) -> tuple[list[str], list[str]]:
    """Both columns with the `long` rows begun only.

    Enough is kept of both that the tokenizer cuts them where it would cut the whole, and more of
    the text that has more tokens in all, since that one gets the odd token.
    """
    half = dict.fromkeys(long, max_length // 2 + 1)
    one, other = _Begun(texts, half, tokenizer), _Begun(pairs, half, tokenizer)
    for shorter, longer in ((one, other), (other, one)):
        has = shorter.tokens
        longer.read_on({n: max(has[n], max_length - has[n]) + 1
                        for n in long if longer.guess(n) > shorter.guess(n)})  # fmt: skip
    return one.heads, other.heads


class _Begun:
    """A column of texts of which as much is read as has the wanted tokens, or all there is."""

    def __init__(
        self, texts: list[str], wanted: dict[int, int], tokenizer: "PreTrainedTokenizerBase"
    ) -> None:
        self.texts, self.tokenizer = texts, tokenizer
        self.heads, self.tokens = list(texts), dict.fromkeys(wanted, 0)
        self.characters = {row: CHARACTERS * tokens for row, tokens in wanted.items()}
        self._read(list(wanted))
        self.read_on(wanted)

    def read_on(self, wanted: dict[int, int]) -> None:
        """Lengthen heads until each has its wanted number of tokens, or is the whole text."""
        while short := [n for n, tokens in wanted.items() if self._lacks(n, tokens)]:
            for row in short:
                self.characters[row] *= 2
            self._read(short)

    def guess(self, row: int) -> float:
        """About how many tokens the whole text has; exact where the whole was read."""
        return self.tokens[row] * len(self.texts[row]) / max(1, len(self.heads[row]))

    def _lacks(self, row: int, tokens: int) -> bool:
        return self.tokens[row] < tokens and self.heads[row] != self.texts[row]

    def _read(self, rows: list[int]) -> None:
        given = [head(self.texts[row], self.characters[row]) for row in rows]
        found = self.tokenizer(given, add_special_tokens=False, verbose=False)["input_ids"]
        for row, text, ids in zip(rows, given, found, strict=True):
            self.heads[row], self.tokens[row] = text, len(ids)
