"""What gives a side away: the best possible discriminator, one number, and a small network."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.compute import model_device
from labkit.data.batches import in_order
from labkit.data.encoding.encoded import Encoded
from labkit.methods.adversarial.networks import (
    LogitDiscriminator,
    SideScale,
    discriminator_loss,
    share_right,
)
from labkit.training.random_state import Chance

if TYPE_CHECKING:
    from transformers import PreTrainedModel

SPY_STEPS = 100
SPY_STEP_SIZE = 5e-3


@dataclass(frozen=True)
class Separation:
    """How well a small network tells two sides apart on texts that it did not learn from."""

    accuracy: float
    """Share of both sides' rows that it gets right, in [0, 1]; 0.5 is guessing."""
    loss: float
    """Its loss there, in nats; 2 log 2 = 1.386 is guessing without being sure of anything."""


def smallest_loss(real: Tensor, fake: Tensor) -> float:
    """The least loss that any discriminator can have between two known distributions.

    Source: Goodfellow et al. 2014 (arXiv:1406.2661), proposition 1 and theorem 1: the best one
    says real / (real + fake), and loses 2 log 2 minus twice the Jensen-Shannon divergence.

    real, fake: (bins,) shares of the same bins, each summing to 1
    returns nats, in [0, 2 log 2]; a bin that a side never uses costs that side nothing
    """
    if real.shape != fake.shape or min(float(real.min()), float(fake.min())) < 0:
        raise ValueError(
            f"got shares of shapes {tuple(real.shape)} and {tuple(fake.shape)}, wanted two rows of "
            "equal length without negative numbers"
        )
    both = real + fake
    losses = [
        torch.special.xlogy(side, both) - torch.special.xlogy(side, side) for side in (real, fake)
    ]
    return float(torch.stack(losses).sum())


def threshold_accuracy(real: Tensor, fake: Tensor) -> float:
    """Share that the best rule "real when above (or below) this number" gets right.

    real, fake: (rows,) one number per text, any unit; each side counts one half
    returns a share in [0.5, 1], taken on the very rows that chose the threshold

    It is (1 + K) / 2, where K is the Kolmogorov-Smirnov distance of the two sides.
    """
    cuts = torch.cat([real, fake]).unique()
    above = [(side[:, None] > cuts).float().mean(dim=0) for side in (real, fake)]
    return 0.5 + (above[0] - above[1]).abs().max().item() / 2


def one_scale(logits: Tensor) -> Tensor:
    """A whole side's logits, rows centred and all divided by one number.

    logits: (rows, classes); returns the same shape with mean square 1; sure rows stay larger
    """
    scale = SideScale()
    scale.observe(logits)
    scaled: Tensor = scale(logits)
    return scaled


def sizes(logits: Tensor) -> Tensor:
    """The length of each row of logits (rows, classes) after centring, logit units."""
    return (logits - logits.mean(dim=1, keepdim=True)).norm(dim=1)


def tells_apart(
    real: Tensor,
    fake: Tensor,
    labels: Tensor | None = None,
    fake_labels: Tensor | None = None,
    seed: int = 0,
) -> Separation:
    """Train a small discriminator on half of the texts and try it on the other half.

    real, fake:  (rows, numbers) the same texts on both sides, logits or any other clue
    labels:      (rows,) the condition, class numbers; None hides the label from it
    fake_labels: labels given to the fake side instead, to show a label leak
    """
    half = len(real) // 2
    order = torch.randperm(len(real), generator=torch.Generator().manual_seed(seed))
    spy = LogitDiscriminator(real.shape[1], condition=labels is not None, seed=seed)
    optimizer = torch.optim.Adam(spy.parameters(), lr=SPY_STEP_SIZE)
    shown = torch.zeros(len(real), dtype=torch.long) if labels is None else labels
    shown_fake = shown if fake_labels is None else fake_labels

    def scores(rows: Tensor) -> tuple[Tensor, Tensor]:
        return spy(real[rows], shown[rows]), spy(fake[rows], shown_fake[rows])

    for _ in range(SPY_STEPS):
        loss = discriminator_loss(*scores(order[:half]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        found = scores(order[half:])
    return Separation(share_right(*found), discriminator_loss(*found).item())


def noisy_logits(model: "PreTrainedModel", encoded: Encoded, seed: int = 0) -> Tensor:
    """Logits (rows, classes) on the CPU with dropout on, as the model's training sees them.

    The model is given back in the mode it was in, and the caller's chance is left alone.
    """
    where, was_training = model_device(model), model.training
    found = torch.full((len(encoded), int(model.config.num_labels or 0)), math.nan)
    model.train()
    try:
        with torch.no_grad(), Chance(seed, where).mine():
            for batch in in_order(encoded):
                moved = batch.to(where)
                output = model(input_ids=moved.input_ids, attention_mask=moved.attention_mask)
                found[batch.rows] = output.logits.float().cpu()
    finally:
        model.train(was_training)
    return found
