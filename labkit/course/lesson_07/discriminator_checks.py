"""Checks of lesson 07's discriminator: a penalty that teaches it, rows that are fair to read."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from labkit.course.check import check, holds, same, same_shape
from labkit.course.clues import clue


class _Score(nn.Module):
    """A score of rows whose slope is known: the sum of half squares, weighed."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(3.0))

    def forward(self, rows: Tensor) -> Tensor:
        """(n, width) -> (n,)."""
        return self.weight * rows.square().sum(1) / 2


@check("07-penalty")
def penalty(answer: Callable[..., Tensor]) -> None:
    """penalty(score, rows) -> mean squared norm of d score / d row, with a gradient."""
    rows, score = torch.tensor([[1.0, 2.0, 0.5], [0.0, 1.0, 1.5]]), _Score()
    got = answer(score, rows)
    same_shape(got, (), "one number: the mean over the rows")
    squares = 9 * rows.square().sum(1)
    clues = {
        squares.sqrt().mean(): "square the slope: R1 is the squared norm",
        squares.sum(): "the mean over the rows, not their sum",
        squares.mean() / 4: "that is the slope of the mean score; take the slope of the sum, so "
        "that each row keeps its own",
        squares.mean() / 3: "sum the squares of a row before the mean over rows",
        squares.mean() / 2: "without one half: some papers write it, the task does not",
        (squares.sqrt() - 1).square().mean(): "no minus 1: here the slope shall be small, not "
        "near 1",
        squares.sqrt().mean().square(): "square each row's norm before the mean over the rows",
        score(rows).square().mean(): "that is the score; wanted its slope at the rows",
    }
    same(got, squares.mean(), clue(got, clues) or "mean over rows of |d score / d row| squared")
    hint = (
        "the number is right, but it teaches nothing: no gradient reaches the discriminator. "
        "Keep the graph of the slope with create_graph=True"
    )
    holds(got.requires_grad, hint)
    (slope,) = torch.autograd.grad(got, score.weight, allow_unused=True)
    holds(slope is not None, hint)
    same(slope, 2 * got.detach() / 3, "the gradient to the discriminator's weight is another one")


@check("07-rows")
def fair_rows(answer: Callable[..., Tensor]) -> None:
    """fair(logits, lengths) -> what the discriminator reads, (n, tokens, vocabulary)."""
    logits = torch.tensor(
        [[[2.0, 0.0], [1.0, 3.0], [9.0, 8.0]], [[0.0, 3.0], [4.0, 0.0], [1.0, 2.0]]]
    )
    lengths = torch.tensor([2, 3])
    got = answer(logits, lengths)
    same_shape(got, (2, 3, 2), "as many rows as there were logits")
    shifted = answer(logits + 7, lengths)
    hint = "logits plus a constant say the same, yet your rows differ: take log-probabilities"
    same(shifted, got, hint)
    counts = torch.arange(3) < lengths[:, None]
    _filled_behind_the_end(got, counts)
    said = "log-probabilities over the vocabulary, the last dimension"
    plain = logits[counts]
    clues = {
        plain - plain.mean(-1, keepdim=True):
            f"minus the mean takes the constant away, but these are no {said}: `log_softmax`",
        plain - plain.amax(-1, keepdim=True):
            f"minus the largest takes the constant away, but these are no {said}: `log_softmax`",
        logits.softmax(-1)[counts]: "probabilities: take their logarithm",
        logits.log_softmax(1)[counts]:
            "log_softmax over the vocabulary (dim -1), not over the tokens",
    }  # fmt: skip
    wanted = torch.stack([x - x.exp().sum().log() for x in plain])
    same(got[counts], wanted, clue(got[counts], clues) or said)


def _filled_behind_the_end(got: Tensor, counts: Tensor) -> None:
    empty = (got == 0).all(-1)
    holds(not bool(empty[counts].all()), "the mask is turned: empty the rows behind the end")
    hint = "the last counted row is empty: an answer of length 2 has places 0 and 1"
    holds(not bool(empty[counts].any()), hint)
    flat = torch.allclose(got[~counts], got[~counts].mean())
    hint = "rows behind an answer's end must all be alike: fill them with 0"
    hint += ", after the log_softmax, since that makes other numbers of zeros" if flat else ""
    same(got[~counts], torch.zeros(1, 2), hint)
