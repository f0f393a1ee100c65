"""Prompts with an answer each as token ids; what counts is known from lengths, never from ids."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.files import fingerprint
from labkit.training.marks import tensor_bytes


def length_mask(lengths: Tensor, width: int) -> Tensor:
    """(n, width) bool, True at the first `lengths` places of each row.

    lengths: (n,) whole numbers from 0 to `width`
    """
    return torch.arange(width, device=lengths.device) < lengths[:, None]


@dataclass(frozen=True)
class Pairs:
    """Prompts with an answer each: prompts end where answers begin.

    Trap: what fills the ends may be any token. Where the padding token is also the end token, a
    mask made from ids takes the end of every answer out of the loss.
    """

    prompts: Tensor
    """(n, prompt width) int64, filled on the left."""
    prompt_lengths: Tensor
    """(n,) int64, at least 1."""
    answers: Tensor
    """(n, answer width) int64, filled on the right."""
    answer_lengths: Tensor
    """(n,) int64, the end token counted."""
    ended: Tensor
    """(n,) bool, whether the answer closes with the end token; False for one that was cut."""

    def __len__(self) -> int:
        return len(self.prompts)

    @property
    def mask(self) -> Tensor:
        """(n, answer width) bool, True for the tokens of the answer, its end token too."""
        return length_mask(self.answer_lengths, self.answers.shape[1])

    @property
    def prompt_mask(self) -> Tensor:
        """(n, prompt width) bool, True for the tokens of the prompt."""
        return length_mask(self.prompt_lengths, self.prompts.shape[1]).flip(1)

    def rows(self, rows: Tensor) -> "Pairs":
        """Some of the pairs, without columns that none of them needs."""
        rows = rows.to(self.prompts.device)
        prompt, answer = self.prompt_lengths[rows], self.answer_lengths[rows]
        before = self.prompts.shape[1] - int(prompt.max())
        longest = int(answer.max())
        return Pairs(
            self.prompts[rows, before:],
            prompt,
            self.answers[rows, :longest],
            answer,
            self.ended[rows],
        )

    def repeat(self, times: int) -> "Pairs":
        """Each pair `times` times in a row, so that a group of answers stands together."""
        return Pairs(*(part.repeat_interleave(times, 0) for part in self._parts()))

    def to(self, where: torch.device) -> "Pairs":
        """The same pairs on another device."""
        return Pairs(*(part.to(where) for part in self._parts()))

    def mark(self) -> str:
        """What the pairs are known by in the folder of a run."""
        return fingerprint([[list(part.shape), tensor_bytes(part)] for part in self._parts()])

    def _parts(self) -> tuple[Tensor, ...]:
        return (self.prompts, self.prompt_lengths, self.answers, self.answer_lengths, self.ended)


def pairs_of(
    prompts: Sequence[Sequence[int]],
    answers: Sequence[Sequence[int]],
    ended: Sequence[bool],
    pad_id: int = 0,
) -> Pairs:
    """Token ids of prompts and answers as one object.

    answers: each with its end token where `ended` says so
    errors:  ValueError for lists of unlike length, an empty prompt or an empty answer
    """
    if not len(prompts) == len(answers) == len(ended) or not prompts:
        raise ValueError(
            f"got {len(prompts)} prompts, {len(answers)} answers and {len(ended)} ends, wanted "
            "equally many and at least one"
        )
    for kind, rows in (("prompt", prompts), ("answer", answers)):
        empty = [place for place, row in enumerate(rows) if not len(row)]
        if empty:
            raise ValueError(
                f"the {kind} of pair {empty[0]} has no tokens ({len(empty)} such pairs); leave "
                "these pairs out, or end an empty answer with the end token"
            )
    reversed_rows = [list(row)[::-1] for row in prompts]
    return Pairs(
        _filled(reversed_rows, pad_id).flip(1),
        torch.tensor([len(row) for row in prompts]),
        _filled(answers, pad_id),
        torch.tensor([len(row) for row in answers]),
        torch.tensor(list(ended), dtype=torch.bool),
    )


def _filled(rows: Sequence[Sequence[int]], pad_id: int) -> Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([[*row, *[pad_id] * (width - len(row))] for row in rows])


def same_prompts(first: Pairs, second: Pairs) -> bool:
    """Whether two sets of pairs ask the same, whatever fills the rows."""
    if len(first) != len(second) or not torch.equal(first.prompt_lengths, second.prompt_lengths):
        return False
    width = int(first.prompt_lengths.max())
    counts = length_mask(first.prompt_lengths, width).flip(1)
    ours, theirs = (each.prompts[:, -width:] for each in (first, second))
    return bool(((ours == theirs) | ~counts).all())
