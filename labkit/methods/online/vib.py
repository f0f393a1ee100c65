"""The variational information bottleneck: noise that does reach the class head, and no decoder."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.losses.arguments import check_finite


@dataclass(frozen=True)
class VibConfig:
    """How a VIB is built and trained on frozen features."""

    latent: int = 64
    """Numbers that are let through, at least 1."""
    beta: float = 1e-3
    """What the KL counts beside the cross-entropy at the end, at least 0."""
    samples: int = 5
    """Draws that the class head sees of each text in training, at least 1."""
    epochs: int = 10
    """Passes over the texts; beta grows in a straight line from 0 over the first half."""
    batch_size: int = 32
    learning_rate: float = 1e-3
    """Step size of Adam, above 0."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("latent", "samples", "epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not (math.isfinite(self.beta) and self.beta >= 0):
            raise ValueError(f"beta must be a number of at least 0, got {self.beta}")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(f"learning_rate must be above 0, got {self.learning_rate}")


class Vib(nn.Module):
    """Features to class logits through noisy numbers whose prior is learned too.

    Source: Mahabadi et al. 2021 (arXiv:2106.05469) and the authors' code; Alemi et al. 2017
    (arXiv:1612.00410). In training the head reads samples, in eval mode the mean.
    """

    def __init__(self, width: int, classes: int, config: VibConfig) -> None:
        super().__init__()
        self.config = config
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.to_mean = nn.Linear(width, config.latent)
            self.to_spread = nn.Linear(width, config.latent)
            self.to_classes = nn.Linear(config.latent, classes)
        self.prior_mean = nn.Parameter(torch.zeros(config.latent))
        self.prior_spread = nn.Parameter(torch.zeros(config.latent))

    def posterior(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation (batch, latent) of the numbers that go through."""
        return self.to_mean(features), F.softplus(self.to_spread(features)) + 1e-6

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) from the mean."""
        logits: Tensor = self.to_classes(self.to_mean(features))
        return logits

    def loss(self, features: Tensor, labels: Tensor, beta: float, noise: Tensor) -> Tensor:
        """Cross-entropy of the samples plus beta * KL, nats.

        noise: (samples, batch, latent) standard normal numbers
        """
        mean, deviation = self.posterior(features)
        logits = self.to_classes(mean + deviation * noise)
        every = labels.repeat(len(noise))
        return F.cross_entropy(logits.flatten(0, 1), every) + beta * self.kl(mean, deviation)

    def kl(self, mean: Tensor, deviation: Tensor) -> Tensor:
        """KL(posterior || learned prior) summed over the latent dimensions, mean over the batch."""
        prior = torch.distributions.Normal(self.prior_mean, F.softplus(self.prior_spread) + 1e-6)
        posterior = torch.distributions.Normal(mean, deviation)
        return torch.distributions.kl_divergence(posterior, prior).sum(1).mean()


def fit_vib(features: Tensor, labels: Tensor, classes: int, config: VibConfig) -> Vib:
    """A VIB trained on features (rows, width) that stay as they are, given back in eval mode.

    errors: ValueError for features that are not finite, or labels of another length
    """
    check_finite(features, "features")
    if len(labels) != len(features):
        raise ValueError(f"got {len(labels)} labels for {len(features)} rows of features")
    model = Vib(features.shape[1], classes, config).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    chance = torch.Generator().manual_seed(config.seed)
    for epoch in range(config.epochs):
        beta = config.beta * min(1.0, 2 * epoch / config.epochs)
        for rows in torch.randperm(len(features), generator=chance).split(config.batch_size):
            noise = torch.randn(config.samples, len(rows), config.latent, generator=chance)
            loss = model.loss(features[rows], labels[rows], beta, noise)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    return model.eval()
