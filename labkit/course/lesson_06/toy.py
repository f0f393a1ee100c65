"""GAD among eleven answers: a Gaussian against a discriminator, in expectation, without chance."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

ANSWERS = torch.arange(11.0)
"""Everything that can be said; a prompt is not needed."""
MODES = ((0.7, 3.0, 0.7), (0.3, 8.0, 0.5))
"""Weight, mean and spread of the teacher's two ways of answering."""
WARMUP = 100
"""Steps of the discriminator alone, before the student's first."""
STUDENT_RATE, SCORE_RATE = 0.05, 0.3
WAYS = ("SeqKD", "GAD", "GAD, frozen")


@dataclass(frozen=True)
class Moment:
    """The student after one step."""

    mean: float
    spread: float
    forward: float
    """KL(teacher || student), nats."""
    reverse: float
    """KL(student || teacher), nats."""
    score: float
    """What the discriminator thinks of the student's answers on average; 0 where there is none."""


def teacher() -> Tensor:
    """The teacher's probabilities of the answers, (11,)."""
    parts = [
        weight * gaussian(torch.tensor(mean), torch.tensor(spread)).exp()
        for weight, mean, spread in MODES
    ]
    return torch.stack(parts).sum(0)


def gaussian(mean: Tensor, spread: Tensor) -> Tensor:
    """log q of the answers, (11,), for a student of two numbers."""
    return (-((ANSWERS - mean) ** 2) / (2 * spread**2)).log_softmax(0)


def fit(way: str, mean: float, spread: float, steps: int = 300) -> list[Moment]:
    """Train the student from a mean and a spread; a moment for each step.

    way: one of `WAYS`; errors: ValueError for another
    Losses are expectations over all answers, so nothing is sampled and no seed is needed. The
    advantages are not divided by their spread.
    """
    if way not in WAYS:
        raise ValueError(f"got the way {way!r}, wanted one of {', '.join(WAYS)}")
    p, discriminator = teacher(), _Discriminator()
    numbers = torch.tensor([mean, torch.tensor(spread).log().item()], requires_grad=True)
    optimizer = torch.optim.Adam([numbers], STUDENT_RATE)
    if way != "SeqKD":
        for _ in range(WARMUP):
            discriminator.learn(p, _log_q(numbers).exp())
    found = []
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = STUDENT_RATE * (1 - step / steps)
        if way == "GAD":
            discriminator.learn(p, _log_q(numbers).exp())
        log_q = _log_q(numbers)
        loss = -(p * log_q).sum() if way == "SeqKD" else discriminator.student_loss(log_q)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(_moment(p, numbers, discriminator))
    return found


def _log_q(numbers: Tensor) -> Tensor:
    return gaussian(numbers[0], numbers[1].exp())


class _Discriminator:
    """One score for each answer."""

    def __init__(self) -> None:
        self.scores = torch.zeros(len(ANSWERS), requires_grad=True)
        self.optimizer = torch.optim.Adam([self.scores], SCORE_RATE)

    def learn(self, p: Tensor, q: Tensor) -> None:
        """One Bradley-Terry step over all pairs of an answer of the teacher and one of ours."""
        apart = self.scores[:, None] - self.scores[None, :]
        loss = (p[:, None] * q.detach()[None, :] * F.softplus(-apart)).sum()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def student_loss(self, log_q: Tensor) -> Tensor:
        """Minus the expected advantage, whose slope is that of the policy gradient."""
        q, scores = log_q.exp(), self.scores.detach()
        return -(q * (scores - (q.detach() * scores).sum())).sum()


@torch.no_grad()
def _moment(p: Tensor, numbers: Tensor, discriminator: _Discriminator) -> Moment:
    log_q = _log_q(numbers)
    q, log_p = log_q.exp(), p.log()
    return Moment(
        numbers[0].item(),
        numbers[1].exp().item(),
        (p * (log_p - log_q)).sum().item(),
        torch.where(q > 0, q * (log_q - log_p), 0.0).sum().item(),
        (q * discriminator.scores).sum().item(),
    )
