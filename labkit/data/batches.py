"""Rows of like length are put into one batch, padded to the longest of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.data.encoding.encoded import Encoded
from labkit.data.formats.mapped import let_go

BATCHES_IN_A_POOL = 40
BATCHES_IN_MEMORY = 8
"""Batches after which token ids of a file leave the memory: they lie all over it."""


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
