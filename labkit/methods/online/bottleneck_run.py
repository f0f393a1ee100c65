"""A bottleneck trained on frozen features: a few seconds per fit, with labels or without."""

import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit.losses.arguments import check_finite
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig
from labkit.training.optimizer import warmup_then_decay


@dataclass(frozen=True)
class FitConfig:
    """How long and how fast a bottleneck is trained."""

    steps: int = 1000
    """Steps, at least 1."""
    batch_size: int = 128
    """Rows a step, at least 1; all rows where there are no more."""
    learning_rate: float = 1e-2
    """Largest step size of Adam, above 0; it rises over the first tenth and then falls to 0."""
    seed: int = 0
    """Decides which rows come when; first weights and noise have the bottleneck's own seed."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(f"learning_rate must be above 0, got {self.learning_rate}")


@dataclass(frozen=True)
class FitStep:
    """What one step of a fit did."""

    index: int
    total: int
    loss: float
    """The bottleneck's own loss with its weight, nats; 0 for a kind without one."""
    accuracy: float
    """Of the batch, in [0, 1]; nan without labels."""


def fit(
    features: Tensor,
    labels: Tensor | None,
    config: BottleneckConfig,
    how: FitConfig | None = None,
    classes: int | None = None,
) -> Bottleneck:
    """A bottleneck trained on features that stay as they are, given back in eval mode.

    features: (rows, width) of the train texts
    labels:   (rows,) class numbers: cross-entropy plus the bottleneck's own loss goes down. None:
              its own loss alone, as where the nats are predicted; the class head stays as it was
    classes:  outputs of the class head; None takes the largest label + 1, or 2
    errors:   ValueError without labels for a kind that has no loss of its own, and for lengths
              that differ; FloatingPointError for a loss that is not finite
    """
    steps = fit_steps(features, labels, config, how, classes)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            bottleneck: Bottleneck = end.value
            return bottleneck


def fit_steps(
    features: Tensor,
    labels: Tensor | None,
    config: BottleneckConfig,
    how: FitConfig | None = None,
    classes: int | None = None,
) -> Generator[FitStep, None, Bottleneck]:
    """The same step by step, for whoever wants to look on; returns the bottleneck at the end."""
    how = how or FitConfig()
    _check(features, labels, config)
    count = classes or (2 if labels is None else int(labels.max()) + 1)
    bottleneck = Bottleneck(features, max(count, 2), config).train()
    weights = [weight for weight in bottleneck.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=how.learning_rate, fused=True)
    chance = torch.Generator().manual_seed(how.seed)
    for step in range(how.steps):
        rows = torch.randperm(len(features), generator=chance)[: how.batch_size]
        for group in optimizer.param_groups:
            group["lr"] = how.learning_rate * warmup_then_decay(step, how.steps)
        own, hard, right = _losses(bottleneck, features[rows], _some(labels, rows))
        loss = own + hard
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss of step {step} is {loss.item()}; lower the rate")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        yield FitStep(step, how.steps, own.item(), right)
    return bottleneck.eval()


def _some(labels: Tensor | None, rows: Tensor) -> Tensor | None:
    return None if labels is None else labels[rows]


def _losses(
    bottleneck: Bottleneck, features: Tensor, labels: Tensor | None
) -> tuple[Tensor, Tensor, float]:
    """The bottleneck's own loss, the cross-entropy, and the share of right answers."""
    passage = bottleneck(features)
    own = bottleneck.loss(passage).total
    if labels is None:
        return own, own.new_zeros(()), math.nan
    right = (passage.logits.detach().argmax(1) == labels).float().mean().item()
    return own, F.cross_entropy(passage.logits, labels), right


def _check(features: Tensor, labels: Tensor | None, config: BottleneckConfig) -> None:
    check_finite(features, "features")
    without_loss = config.weight == 0 or config.kind not in ("vae", "ae", "l2")
    if labels is None and without_loss:
        raise ValueError(
            f"got no labels for a bottleneck of the kind {config.kind!r} with weight "
            f"{config.weight}, so nothing would be learned; give labels, or a VAE or AE"
        )
    if labels is not None and len(labels) != len(features):
        raise ValueError(f"got {len(labels)} labels for {len(features)} rows of features")
