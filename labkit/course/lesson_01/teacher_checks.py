"""Checks of lesson 01: how a teacher is asked, and whether its answers are kept in order."""

from collections.abc import Callable
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.course.check import answered, check, holds, same, same_shape
from labkit.data.batches import Batch, collate
from labkit.data.encoding.encoded import Encoded
from labkit.files import fingerprint


class _Forgetful(nn.Module):
    """A teacher of 3 classes with dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(-1, 1, 24).view(8, 3))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        features = F.one_hot(input_ids, 8).float().sum(1)
        return SimpleNamespace(logits=F.dropout(features, 0.5, self.training) @ self.weight)


FROZEN = "the teacher's weights were frozen for good: `torch.no_grad()` lasts for the pass alone"


@check("01-frozen")
def frozen(answer: Callable[[nn.Module, Batch], Tensor]) -> None:
    """frozen_logits(teacher, batch) -> logits without dropout and without gradient."""
    teacher, batch = _Forgetful(), collate(_texts(), torch.arange(6))
    wanted = teacher.eval()(batch.input_ids, batch.attention_mask).logits
    for training in (True, False):
        teacher.train(training)
        got, again = answer(teacher, batch), answer(teacher, batch)
        same_shape(got, (6, 3), "return the logits, `teacher(...).logits`")
        noisy = not torch.equal(got, again)
        holds(not noisy, "two calls differ, dropout is still on: `teacher.eval()` before the pass")
        same(got, wanted, "these are not the teacher's logits: return them as they come")
        holds(not got.requires_grad, "the logits carry a gradient: use `with torch.no_grad():`")
        holds(
            teacher.training == training,
            f"the teacher came with training={training} and went with "
            f"training={teacher.training}: remember the mode and put it back",
        )
        holds(teacher.weight.requires_grad, FROZEN)


@check("01-aligned")
def aligned(answer: Callable[[Callable[[Batch], Tensor], Encoded, Tensor], bool]) -> None:
    """is_aligned(teacher, texts, stored) -> whether the stored logits are the texts' own."""
    texts = _texts()
    right = _toy_teacher(collate(texts, torch.arange(len(texts))))
    rounded = right + 1e-5 * torch.tensor([1.0, -1.0, 1.0])
    for stored, hint in ((right, "are right"), (rounded, "differ by rounding, 0.00001")):
        got = answer(_toy_teacher, texts, stored.clone())
        answered(got, "is_aligned")
        holds(bool(got), f"got {got} for stored logits that {hint}; wanted True: use a tolerance")
    wrong = {
        "belong to the next text": right.roll(1, 0),
        "are in the reverse order": right.flip(0),
        "are right for the first text only": torch.cat([right[:1], right[1:].roll(1, 0)]),
        "are right for the first half only": torch.cat([right[:6], right[6:].roll(1, 0)]),
        "are of another size": 1.5 * right,
    }
    for hint, stored in wrong.items():
        got = answer(_toy_teacher, texts, stored.clone())
        answered(got, "is_aligned")
        holds(
            not bool(got),
            f"got True for stored logits that {hint}; wanted False: compare the values, "
            "row by row, of many rows from all places",
        )


def _toy_teacher(batch: Batch) -> Tensor:
    """Logits (batch, 3) that differ between texts while the first choice is always the same."""
    return torch.stack(
        [9 + batch.input_ids[:, 0], batch.input_ids[:, 1], batch.rows * 0], 1
    ).float()


def _texts() -> Encoded:
    """Twelve texts of two tokens, no two alike."""
    ids = torch.tensor([[first, second] for first in (1, 3, 6) for second in (2, 4, 5, 7)])
    names = tuple(f"text {number}" for number in range(len(ids)))
    lengths = torch.full((len(ids),), 2)
    starts = lengths.cumsum(0) - lengths
    return Encoded(names, ids.flatten(), starts, lengths, None, 0, fingerprint(names))
