"""A list of texts becomes token ids once, row after row without padding."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from labkit.data.encoding.cutting import (
    NOTHING_CUT,
    Cut,
    all_cut,
    check_lists,
    strings,
    token_ids,
)
from labkit.data.formats.mapped import LongList
from labkit.files import fingerprint_of_lists

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

PIECE = 2000
"""Texts that are tokenised at once: what a tokenizer remembers of a text is large."""


@dataclass(frozen=True)
class Encoded:
    """A list of texts as token ids, without padding."""

    texts: Sequence[str]
    """The texts as they came, whole; of a pair the first."""
    ids: Tensor
    """All token ids, one row after another, (tokens,) int32 to save memory; batches have int64."""
    starts: Tensor
    """Where each row begins in `ids`, (rows,) int64."""
    lengths: Tensor
    """How many tokens each row has, (rows,) int64, at least 1."""
    labels: Tensor | None
    """Class numbers (rows,) int64, or scores (rows,) float32, or None."""
    pad_id: int
    """The token id that fills the end of a short row."""
    key: str = ""
    """A fingerprint of the texts, the same for every tokenizer."""
    pairs: Sequence[str] | None = None
    """The second text of each pair, or None for single texts, whatever characters these hold."""
    cut: Cut = NOTHING_CUT
    """How much of the texts was longer than the rows may be."""

    def __len__(self) -> int:
        return len(self.lengths)

    def row(self, index: int) -> list[int]:
        """The token ids of one row."""
        start, length = int(self.starts[index]), int(self.lengths[index])
        return self.ids[start : start + length].tolist()


def encode(
    texts: Sequence[str],
    tokenizer: "PreTrainedTokenizerBase",
    labels: Sequence[int] | Sequence[float] | NDArray[Any] | None = None,
    max_length: int = 128,
    pairs: Sequence[str] | None = None,
) -> Encoded:
    """Tokenise every text once, cut to `max_length` tokens.

    texts, pairs: lists of strings; `pairs` holds the second text of each pair
    labels: one class number or score for each text
    errors: ValueError when the lists differ in length, are empty or hold anything but strings,
            when one text is given instead of a list, or max_length is below 3
    `cut` of what comes out says how much was cut off. Half an emoji is read as U+FFFD.
    """
    texts, pairs = strings(texts, "texts"), None if pairs is None else strings(pairs, "pairs")
    check_lists(texts, labels, pairs, max_length)
    ids, lengths, cuts = LongList(np.int32), LongList(), []
    for piece in (slice(start, start + PIECE) for start in range(0, len(texts), PIECE)):
        others = None if pairs is None else list(pairs[piece])
        found, cut = token_ids(list(texts[piece]), tokenizer, max_length, others)
        ids.extend(chain.from_iterable(found))
        lengths.extend(map(len, found))
        cuts.append((cut, sum(map(len, found))))
    row_lengths = lengths.tensor()
    return Encoded(
        texts=texts,
        ids=ids.tensor(),
        starts=row_lengths.cumsum(0) - row_lengths,
        lengths=row_lengths,
        labels=None if labels is None else _label_tensor(labels),
        pad_id=int(tokenizer.pad_token_id or 0),
        key=_key(texts, pairs),
        pairs=pairs,
        cut=all_cut(cuts),
    )


def first_rows(encoded: Encoded, most: int) -> Encoded:
    """The first `most` rows of texts, as texts of their own, or all when there are fewer."""
    if len(encoded) <= most:
        return encoded
    texts = encoded.texts[:most]
    pairs = None if encoded.pairs is None else encoded.pairs[:most]
    return replace(
        encoded,
        texts=texts,
        ids=encoded.ids[: int(encoded.starts[most])],
        starts=encoded.starts[:most],
        lengths=encoded.lengths[:most],
        labels=None if encoded.labels is None else encoded.labels[:most],
        key=_key(texts, pairs),
        pairs=pairs,
        cut=NOTHING_CUT,
    )


def _key(texts: Sequence[str], pairs: Sequence[str] | None) -> str:
    return fingerprint_of_lists(texts) if pairs is None else fingerprint_of_lists(texts, pairs)


def _label_tensor(labels: Sequence[int] | Sequence[float] | NDArray[Any]) -> Tensor:
    values = torch.as_tensor(labels)
    return values.float() if values.is_floating_point() else values.long()
