"""A narrow passage between the features of a text and its classes: VAE, AE, linear and others."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from labkit.losses.arguments import at_least_float32, check_finite
from labkit.losses.vae import vae_loss
from labkit.models.directions import principal_directions, random_directions

KINDS = ("none", "linear", "ae", "vae", "vib", "l2", "pca", "random", "dropout")
WITHOUT_LOSS = ("none", "linear", "pca", "random", "dropout")
"""Kinds that add nothing to the class loss."""
LOG_VARIANCE = 12.0
"""The log-variance is kept within +- this many nats."""


@dataclass(frozen=True)
class BottleneckConfig:
    """What the passage is made of, and how much its own loss counts."""

    kind: str = "vae"
    """"vae"; "ae" (no noise, no KL); "l2" (the square of the mean in place of the VAE's loss);
    "vib" (noise and KL as in the VAE, but the classes are read from the sample, without decoder);
    "linear" (no loss of its own); "dropout" (linear, with dropout on the mean); "pca" and
    "random" (fixed directions: the strongest of the features, or any orthonormal ones); "none"
    (no passage: the class head reads the features)."""
    latent: int = 64
    """Numbers that are let through, from 1 to the width of the features."""
    weight: float = 0.005
    """The paper's lambda: what reconstruction and KL together count beside the class loss,
    at least 0. It moves how fast they are learned, hardly how much is remembered."""
    beta: float = 1.0
    """What the KL counts beside the reconstruction, at least 0; the paper has only 1. This one
    decides how much is remembered."""
    reduction: str = "sum"
    """"sum" of the squared errors over the width, or their "mean": the trap, beta times width."""
    dropout: float = 0.2
    """Share of the mean's numbers set to 0 in training, in [0, 1); only for "dropout"."""
    seed: int = 0
    """Decides the first weights and the noise, apart from every other random number."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"got the kind {self.kind!r}, wanted one of {', '.join(KINDS)}")
        if not isinstance(self.latent, int) or self.latent < 1:
            raise ValueError(f"latent must be a whole number of at least 1, got {self.latent!r}")
        for name in ("weight", "beta"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be a number of at least 0, got {value}")
        if self.reduction not in ("sum", "mean"):
            raise ValueError(f"reduction must be 'sum' or 'mean', got {self.reduction!r}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), got {self.dropout}")


@dataclass(frozen=True)
class Passage:
    """What went through a bottleneck for one batch."""

    logits: Tensor
    """(batch, classes), from the mean; only a VIB in training reads the sample."""
    features: Tensor
    """(batch, width), centred and scaled, cut off from the gradient: what is to be rebuilt."""
    mean: Tensor
    """(batch, latent), the paper's z_mu."""
    log_variance: Tensor | None = None
    """(batch, latent), only of a VAE or VIB in training."""
    reconstruction: Tensor | None = None
    """(batch, width), only of a VAE or AE in training."""


@dataclass(frozen=True)
class BottleneckLoss:
    """The loss of a bottleneck in nats, mean over the batch; a kind without one has zeros."""

    total: Tensor
    """What is added to the class loss: weight * (reconstruction + beta * kl)."""
    reconstruction: Tensor
    """Half the squared error over the width, summed or (the trap) averaged."""
    kl: Tensor
    """KL to the standard normal; of "l2" half the square of the mean."""


class Bottleneck(nn.Module):
    """Features in, class logits out, through a few numbers; built on the features of train texts.

    Source: KDFD, eq. 6 to 9; Kingma and Welling 2013 (arXiv:1312.6114); "vib" is Alemi et al. 2017
    (arXiv:1612.00410) with one draw and a standard normal prior. Mean and log-variance are
    two linear layers that share nothing, the decoder and the class head are linear too. In eval
    mode there is neither noise nor decoder.

    features: (rows, width) of train texts before the first step. Their mean and one number, their
              spread, scale all later features; one per dimension would change the directions.
    errors:   ValueError for features that are constant or not finite, or narrower than `latent`

    Traps: the classes are read from the mean, so noise never reaches them, and head and mean
    together are one linear map of rank `classes` at most. What is rebuilt is cut off from the
    gradient: else the model below lowers the loss by making its features small.
    """

    centre: Tensor
    scale: Tensor
    draws: Tensor

    def __init__(self, features: Tensor, classes: int, config: BottleneckConfig) -> None:
        super().__init__()
        _check_features(features, config)
        self.config = config
        features = at_least_float32(features.detach())
        centred = features - features.mean(0)
        self.register_buffer("centre", features.mean(0))
        self.register_buffer("scale", centred.square().mean().sqrt())
        self.register_buffer("draws", torch.zeros((), dtype=torch.int64))
        self._make_layers(features.shape[1], classes, centred)

    def _make_layers(self, width: int, classes: int, centred: Tensor) -> None:
        # mean and class head first, so that every kind with the same seed starts from the same two
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.config.seed)
            none = self.config.kind == "none"
            self.to_mean = nn.Identity() if none else nn.Linear(width, self.config.latent)
            self.to_classes = nn.Linear(width if none else self.config.latent, classes)
            if self.config.kind in ("vae", "vib"):
                self.to_log_variance = nn.Linear(width, self.config.latent)
            if self.config.kind in ("vae", "ae"):
                self.decoder = nn.Linear(self.config.latent, width)
        if self.config.kind in ("pca", "random"):
            self._fix_directions(centred)
        self.dropout = nn.Dropout(self.config.dropout if self.config.kind == "dropout" else 0.0)

    def _fix_directions(self, centred: Tensor) -> None:
        chosen = principal_directions if self.config.kind == "pca" else random_directions
        directions = chosen(centred, self.config.latent, self.config.seed)
        with torch.no_grad():
            self.to_mean.get_parameter("weight").copy_(directions.T)
            self.to_mean.get_parameter("bias").zero_()
        self.to_mean.requires_grad_(False)

    def forward(self, features: Tensor) -> Passage:
        """What goes through for a batch of features (batch, width)."""
        check_finite(features, "features")
        with torch.autocast(features.device.type, enabled=False):
            scaled = (at_least_float32(features) - self.centre) / self.scale
            mean = self.to_mean(scaled)
            logits = self.to_classes(self.dropout(mean))
            target = scaled.detach()
            if not self.training or self.config.kind not in ("vae", "vib", "ae"):
                return Passage(logits, target, mean)
            if self.config.kind == "ae":
                return Passage(logits, target, mean, None, self.decoder(mean))
            log_variance = self.to_log_variance(scaled).clamp(-LOG_VARIANCE, LOG_VARIANCE)
            sample = reparameterised(mean, log_variance, self._noise(mean))
            if self.config.kind == "vib":
                return Passage(self.to_classes(sample), target, mean, log_variance)
            return Passage(logits, target, mean, log_variance, self.decoder(sample))

    def _noise(self, like: Tensor) -> Tensor:
        """Standard normal numbers that depend on the seed and the number of draws before.

        The count is part of the weights, so a run that goes on after a stop draws the same.
        """
        self.draws += 1
        chance = torch.Generator().manual_seed(self.config.seed * 1_000_003 + int(self.draws))
        return torch.randn(like.shape, generator=chance, dtype=like.dtype).to(like.device)

    def loss(self, passage: Passage) -> BottleneckLoss:
        """What the bottleneck adds to the class loss (eq. 9), for a batch seen in training mode.

        errors: ValueError for a VAE's or AE's passage from eval mode, which was not rebuilt
        """
        nothing = passage.mean.new_zeros(())
        config = self.config
        if config.weight == 0 or config.kind in WITHOUT_LOSS:
            return BottleneckLoss(nothing, nothing, nothing)
        if config.kind == "l2":
            square = 0.5 * passage.mean.square().sum(1).mean()
            return BottleneckLoss(config.weight * config.beta * square, nothing, square)
        if config.kind == "vib":
            kept = self._kl_alone(passage)
            return BottleneckLoss(config.weight * config.beta * kept, nothing, kept)
        rebuilt, kept = self._two_terms(passage)
        total = config.weight * (rebuilt + config.beta * kept)
        return BottleneckLoss(total, rebuilt, kept)

    def _kl_alone(self, passage: Passage) -> Tensor:
        if passage.log_variance is None:
            raise ValueError(
                "got a passage from eval mode, wanted one from training mode: "
                "there is no noise in eval mode; call .train() first"
            )
        same = passage.features
        return vae_loss(same, same, passage.mean, passage.log_variance)[1]

    def _two_terms(self, passage: Passage) -> tuple[Tensor, Tensor]:
        if passage.reconstruction is None:
            raise ValueError(
                "got a passage from eval mode, wanted one from training mode: "
                "nothing is rebuilt in eval mode; call .train() first"
            )
        # at mean 0 and log-variance 0 the KL is 0: an AE has the reconstruction alone
        still = torch.zeros_like(passage.mean)
        of_vae = passage.log_variance is not None
        mean, log_variance = (passage.mean, passage.log_variance) if of_vae else (still, still)
        assert log_variance is not None
        rebuilt, kept = vae_loss(passage.features, passage.reconstruction, mean, log_variance)
        if self.config.reduction == "mean":
            rebuilt = rebuilt / passage.features.shape[1]
        return rebuilt, kept


@dataclass(frozen=True)
class BottleneckOutput:
    """What a model with a bottleneck answers."""

    logits: Tensor
    """(batch, classes)"""
    passage: Passage
    hidden: tuple[Tensor, ...] = ()
    """(batch, tokens, width) for the input and each layer; empty for a model without layers."""


def reparameterised(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """A sample of N(mean, exp(log_variance)) whose gradient reaches both: mean + deviation * noise.

    Source: Kingma and Welling 2013 (arXiv:1312.6114), section 2.4. All three of one shape.
    Trap: the deviation is exp(log_variance / 2), not exp(log_variance).
    """
    return mean + (0.5 * log_variance).exp() * noise


def _check_features(features: Tensor, config: BottleneckConfig) -> None:
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(
            f"got features of shape {tuple(features.shape)}, wanted (rows, width) with 2 rows or "
            "more; pool the tokens of a text into one row first"
        )
    check_finite(features, "features")
    if config.kind != "none" and config.latent > features.shape[1]:
        raise ValueError(
            f"got latent {config.latent} for features of width {features.shape[1]}; a bottleneck "
            "cannot be wider than what it narrows: choose a smaller latent"
        )
    if bool((features == features[0]).all()):
        raise ValueError(
            "every text has the same features, so there is nothing to scale or to rebuild; "
            "look for a model that ignores its input, or for texts that are all alike"
        )
