"""Texts become token ids once; rows of like length are put into one batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from labkit.data import columns
from labkit.data.cutting import NOTHING_CUT, Cut, all_cut, check_lists, strings, token_ids
from labkit.data.formats.mapped import LongList, let_go
from labkit.data.formats.text_column import text_column
from labkit.files import fingerprint_of_lists
from labkit.notices import say

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

    from labkit.data import Study

BATCHES_IN_A_POOL = 40
BATCHES_IN_MEMORY = 8
"""Batches after which token ids of a file leave the memory: they lie all over it."""
PIECE = 2000
"""Texts that are tokenised at once: what a tokenizer remembers of a text is large."""
LIMITS = (64, 128, 256)
"""Longest rows in tokens that `token_limit` chooses from: a CPU has to pay for each of them."""
SAMPLE = 500
WORTH_SAYING = 0.05
"""The share of train texts that must be cut for a line about it."""


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


@dataclass(frozen=True)
class Batch:
    """Some rows of an `Encoded`, padded to the longest of them."""

    rows: Tensor
    """Positions of the rows in their `Encoded`, (batch,) int64, always on the CPU."""
    input_ids: Tensor
    """(batch, tokens) int64"""
    attention_mask: Tensor
    """(batch, tokens) int64, 1 for a token and 0 for padding."""
    labels: Tensor | None
    """(batch,) or None"""
    key: str
    """The fingerprint of the texts that the rows are counted in."""

    def __len__(self) -> int:
        return len(self.rows)

    def to(self, where: torch.device) -> "Batch":
        """The same batch on another device."""
        if where.type == "cpu":
            return self
        labels = None if self.labels is None else self.labels.to(where)
        return Batch(
            self.rows, self.input_ids.to(where), self.attention_mask.to(where), labels, self.key
        )


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


def collate(encoded: Encoded, rows: Tensor) -> Batch:
    """Pad the chosen rows to the longest of them.

    rows: (batch,) int64 positions in `encoded`
    """
    lengths = encoded.lengths[rows]
    place = torch.arange(int(lengths.max()))
    mask = place < lengths[:, None]
    where = (encoded.starts[rows][:, None] + place).clamp_(max=len(encoded.ids) - 1)
    input_ids = encoded.ids[where].long().masked_fill_(~mask, encoded.pad_id)
    let_go(encoded.ids.data_ptr(), every=BATCHES_IN_MEMORY)
    labels = None if encoded.labels is None else encoded.labels[rows]
    return Batch(rows, input_ids, mask.long(), labels, encoded.key)


def shuffled_rows(encoded: Encoded, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
    """The rows of each batch of one epoch: random, but with rows of like length together.

    The rows are shuffled, cut into pools of 40 batches, sorted by length within a pool, cut into
    batches, and the batches are shuffled. The same (seed, epoch) always gives the same batches,
    so a run that goes on after a stop needs no saved sampler.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    chance = torch.Generator().manual_seed(seed * 100_003 + epoch)
    order = torch.randperm(len(encoded), generator=chance)
    batches: list[Tensor] = []
    for pool in order.split(batch_size * BATCHES_IN_A_POOL):
        by_length = pool[encoded.lengths[pool].argsort(stable=True)]
        batches.extend(by_length.split(batch_size))
    return [batches[i] for i in torch.randperm(len(batches), generator=chance).tolist()]


def in_order(encoded: Encoded, batch_size: int = 64) -> Iterator[Batch]:
    """Every row once, shortest first: the fastest order for an evaluation."""
    for rows in encoded.lengths.argsort(stable=True).split(batch_size):
        yield collate(encoded, rows)


def padding_share(encoded: Encoded, batches: Sequence[Tensor]) -> float:
    """The share of places in these batches that hold padding, in [0, 1]."""
    places = sum(len(rows) * int(encoded.lengths[rows].max()) for rows in batches)
    return 1 - sum(int(encoded.lengths[rows].sum()) for rows in batches) / places


def texts_of(split: "Dataset") -> list[str]:
    """One string per row; the two texts of a pair are joined by a tab."""
    if "text" in split.column_names:
        return columns.values(split, "text")
    both = zip(columns.values(split, "text_a"), columns.values(split, "text_b"), strict=True)
    return [f"{one}\t{other}" for one, other in both]


@dataclass(frozen=True)
class EncodedStudy:
    """The three splits of a study in one tokenizer's tokens."""

    train: Encoded
    validation: Encoded
    test: Encoded
    max_length: int = 0
    """The longest row in tokens that was allowed."""

    @property
    def cut_line(self) -> str:
        """How many train texts were cut and how much that is, in one line; "" for none."""
        cut = self.train.cut
        if not cut.rows:
            return ""
        return (
            f"{cut.rows} of {len(self.train)} train texts are longer than {self.max_length} tokens "
            f"and were cut there: {cut.share:.0%} of all tokens are not read"
        )


def encode_study(
    study: "Study", tokenizer: "PreTrainedTokenizerBase", max_length: int | None = None
) -> EncodedStudy:
    """All three splits of a study as token ids, with their labels.

    max_length: the longest row in tokens; None takes `token_limit`
    When more than a few texts are cut, a line on standard error says so, once.
    """
    most = token_limit(study, tokenizer) if max_length is None else max_length
    train, validation, test = (
        encode(*_arguments(split, tokenizer, most))
        for split in (study.train, study.validation, study.test)
    )
    encoded = EncodedStudy(train, validation, test, most)
    if train.cut.rows > WORTH_SAYING * len(train):
        say(f"{study.name}: {encoded.cut_line}")
    return encoded


def token_limit(study: "Study", tokenizer: "PreTrainedTokenizerBase") -> int:
    """How many tokens of each text to read: 64, or more where most train texts are longer.

    Then the least of 128 and 256 that nine texts of ten fit into, and 256 when none does. Some
    500 train rows, evenly spread, are looked at.
    """
    rows = range(0, len(study.train), max(1, len(study.train) // SAMPLE))
    sample = study.train.select(rows)
    lengths = encode(*_arguments(sample, tokenizer, LIMITS[-1] + 1)).lengths
    if float((lengths > LIMITS[0]).float().mean()) <= 0.5:
        return LIMITS[0]
    fitting = (n for n in LIMITS[1:] if float((lengths > n).float().mean()) <= 0.1)
    return next(fitting, LIMITS[-1])


def _arguments(
    split: "Dataset", tokenizer: "PreTrainedTokenizerBase", max_length: int
) -> tuple[Sequence[str], "PreTrainedTokenizerBase", NDArray[Any], int, Sequence[str] | None]:
    """What `encode` takes, in its order."""
    pair = "text_b" in split.column_names
    texts = text_column(split, "text_a" if pair else "text")
    pairs = text_column(split, "text_b") if pair else None
    return texts, tokenizer, columns.numbers(split, "label"), max_length, pairs
