"""A conditional GAN on logits: who tells two models apart, who is guided, and how well it goes."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.models.size import parameters

EQUILIBRIUM = 2 * math.log(2)
"""The discriminator's loss, in nats, when it cannot tell the two sides apart."""
FASTEST_SCALE_CHANGE = 0.01
"""Share of one batch in the running scale of a side, once a hundred batches were seen."""
SMALLEST_SCALE = 1e-2
"""Logits that spread less than this are not blown up further."""


class DiscriminatorWarning(UserWarning):
    """The discriminator has stopped teaching; the message says how that shows."""


@dataclass(frozen=True)
class Health:
    """How the game of one step went; accuracy and loss are taken before the update."""

    accuracy: float
    """Share of both sides' rows that the discriminator gets right, in [0, 1]; 0.5 is a tie."""
    loss: float
    """The discriminator's loss in nats; `EQUILIBRIUM`, 1.386, is a tie."""
    gradient_norm: float
    """Mean length of the gradient that reaches a row of guided logits, nats per logit unit."""


class LogitDiscriminator(nn.Module):
    """A small network that scores logits under a label: above 0 means the real side.

    Source: Mirza and Osindero 2014 (arXiv:1411.1784), the discriminator of a conditional GAN,
    with the true label as the condition, as in Adversarial Distillation, section 3.1.3.

    classes:   numbers in a row of logits; width: numbers in each of two hidden layers
    condition: False hides the label from the discriminator
    seed:      decides the first weights; the caller's chance is left alone
    A class that never occurs leaves its column of first weights as it is.
    """

    def __init__(
        self, classes: int, width: int = 64, condition: bool = True, seed: int = 0
    ) -> None:
        super().__init__()
        self.classes, self.condition = classes, condition
        self.layers = _perceptron(classes + classes * condition, width, 1, seed)

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Scores (batch,) for logits (batch, classes) under labels (batch,)."""
        if self.condition:
            logits = torch.cat([logits, one_hot(labels, self.classes, logits)], dim=1)
        return self.layers(logits)[:, 0]


class LogitGenerator(nn.Module):
    """The paper's G: makes logits out of the stage-1 student's, noise and the true label.

    Source: Adversarial Distillation, section 3.1.3; the paper leaves G's layers open. Ours adds
    a correction to the stage-1 logits, so it starts as a blurred copy of the stage-1 student.

    classes: numbers in a row of logits; noise: random numbers for each row
    """

    def __init__(self, classes: int, noise: int = 8, width: int = 64, seed: int = 0) -> None:
        super().__init__()
        self.classes, self.noise = classes, noise
        self.layers = _perceptron(2 * classes + noise, width, classes, seed)

    def forward(self, first: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        """Logits (batch, classes) for first logits (batch, classes) and noise (batch, noise)."""
        seen = torch.cat([first, one_hot(labels, self.classes, first), noise], dim=1)
        return first + self.layers(seen)


def players_size(classes: int) -> int:
    """Parameters of a discriminator and a generator together, which no student keeps."""
    return parameters(LogitDiscriminator(classes)) + parameters(LogitGenerator(classes))


class SideScale(nn.Module):
    """One side's logits, centred row by row and divided by one running number.

    A discriminator that sees raw logits tells a sure teacher from a modest student by size
    alone, and an update of the student hardly changes that. The number belongs to the whole
    side, not to a row, so sure rows stay larger than doubtful ones, with two classes too.
    """

    mean_square: Tensor
    batches: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean_square", torch.zeros(()))
        self.register_buffer("batches", torch.zeros(()))

    def observe(self, logits: Tensor) -> None:
        """Take a batch of this side into the running scale."""
        self.batches += 1
        share = (1 / self.batches).clamp_min(FASTEST_SCALE_CHANGE)
        self.mean_square += share * (_centred(logits.detach()).square().mean() - self.mean_square)

    def forward(self, logits: Tensor) -> Tensor:
        return _centred(logits) / self.mean_square.sqrt().clamp_min(SMALLEST_SCALE)


def discriminator_loss(real: Tensor, fake: Tensor, smoothing: float = 0.0) -> Tensor:
    """The discriminator's surprise: -log D(real) - log(1 - D(fake)), with D = sigmoid(score).

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), eq. 1; Adversarial Distillation, eq. 3.
    One-sided label smoothing: Salimans et al. 2016 (arXiv:1606.03498), section 3.4.

    real, fake: scores (batch,); smoothing: in [0, 0.5), taken from the target of the real side
    returns a scalar in nats, the mean over the batch; 2 log 2 = 1.386 when all scores are 0
    """
    wrong = (1 - smoothing) * F.softplus(-real) + smoothing * F.softplus(real)
    return wrong.mean() + F.softplus(fake).mean()


def guide_loss(scores: Tensor, saturating: bool = False) -> Tensor:
    """What the guided model lowers so that the discriminator counts its logits as real.

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), section 3: -log D, the non-saturating form.
    saturating=True is eq. 3 as printed, log(1 - D), whose gradient dies when D is sure.

    scores: (batch,) of the guided logits; returns a scalar in nats, the mean over the batch
    """
    return -F.softplus(scores).mean() if saturating else F.softplus(-scores).mean()


def share_right(real: Tensor, fake: Tensor) -> float:
    """Mean of both sides' shares of rows on the right side of score 0, in [0, 1]."""
    return ((real > 0).float().mean() + (fake <= 0).float().mean()).item() / 2


def one_hot(labels: Tensor, classes: int, like: Tensor) -> Tensor:
    """Labels (batch,) as rows (batch, classes) of 0 and one 1, in the type of `like`."""
    return F.one_hot(labels, classes).to(like.dtype)


def _perceptron(inputs: int, width: int, outputs: int, seed: int) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Linear(inputs, width),
            nn.LeakyReLU(0.2),
            nn.Linear(width, width),
            nn.LeakyReLU(0.2),
            nn.Linear(width, outputs),
        )


def _centred(logits: Tensor) -> Tensor:
    return logits - logits.mean(dim=1, keepdim=True)
