"""A linear VAE is probabilistic PCA, so what it remembers is known before it is trained."""

from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.losses.arguments import check_finite
from labkit.models.bottlenecks import LOG_VARIANCE, Bottleneck
from labkit.models.directions import principal_directions

LIVE = 0.01
"""A latent dimension that carries more nats than this is counted as live."""


@dataclass(frozen=True)
class Nats:
    """How much the latent dimensions carry about a text, the largest first."""

    by_dimension: Tensor
    """(latent,) nats, mean over the rows."""

    @property
    def total(self) -> float:
        """Of all dimensions together; comparable between widths, as the mean is not."""
        return float(self.by_dimension.sum())

    @property
    def live(self) -> int:
        """How many dimensions carry more than 0.01 nats."""
        return int((self.by_dimension > LIVE).sum())


def eigenvalues(features: Tensor) -> Tensor:
    """Variances along the principal directions, the largest first, (width,), float64.

    features: (rows, width), already centred and scaled as the bottleneck does it
    """
    check_finite(features, "features")
    centred = features.detach().double() - features.detach().double().mean(0)
    return torch.linalg.eigvalsh(centred.T @ centred / len(features)).flip(0).clamp(min=0)


def predicted_nats(
    features: Tensor, latent: int, beta: float = 1.0, reduction: str = "sum"
) -> Nats:
    """What each latent dimension of a linear VAE will carry: max(0, ln(eigenvalue / beta) / 2).

    Source: Lucas et al. 2019 (arXiv:1911.02469), section 4; Tipping and Bishop 1999. Mean head,
    log-variance head and decoder are linear, the decoder's variance is 1.

    features:  (rows, width), centred and scaled by one number, as in `Passage.features`
    beta:      above 0; reduction "mean" is the same as beta times the width
    errors:    ValueError for a latent that does not fit, or a beta that is not above 0

    Trap: it holds at the optimum. Directions with an eigenvalue near beta are learned last.
    """
    if not 1 <= latent <= features.shape[1]:
        raise ValueError(f"latent must be between 1 and {features.shape[1]}, got {latent}")
    if not beta > 0:
        raise ValueError(f"beta must be above 0, got {beta}: without a price all is remembered")
    if reduction not in ("sum", "mean"):
        raise ValueError(f"reduction must be 'sum' or 'mean', got {reduction!r}")
    price = beta * (features.shape[1] if reduction == "mean" else 1)
    strongest = eigenvalues(features)[:latent]
    return Nats(0.5 * (strongest / price).clamp(min=1.0).log())


def measured_nats(bottleneck: Bottleneck, features: Tensor) -> Nats:
    """What each latent dimension of a trained VAE carries about these rows: its KL, in nats.

    features: (rows, width) as they come from the model, before centring
    errors:   ValueError for a bottleneck without log-variance
    """
    mean, log_variance = two_heads(bottleneck, features)
    kl = 0.5 * (mean.square() + log_variance.expm1() - log_variance).mean(0)
    return Nats(kl.double().sort(descending=True).values)


def two_heads(bottleneck: Bottleneck, features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance, both (rows, latent), without noise and gradient.

    errors: ValueError for a bottleneck without log-variance
    """
    if bottleneck.config.kind != "vae":
        raise ValueError(
            f"got a bottleneck of the kind {bottleneck.config.kind!r}, wanted 'vae': "
            "no other has a log-variance"
        )
    with torch.no_grad():
        scaled = (features - bottleneck.centre) / bottleneck.scale
        log_variance = bottleneck.to_log_variance(scaled).clamp(-LOG_VARIANCE, LOG_VARIANCE)
        return bottleneck.to_mean(scaled), log_variance


def share_of_principal(directions: Tensor, features: Tensor, count: int) -> float:
    """How much of the `count` strongest principal directions some directions span, in [0, 1].

    directions: (width, latent), such as a decoder's weight; features: (rows, width)
    1 says that every one of them can be written with the given directions.
    """
    basis = torch.linalg.qr(directions.detach().double())[0]
    wanted = principal_directions(features.detach().double(), count)
    return float((basis.T @ wanted).square().sum() / count)
