"""Which fits are made: widths, betas and lambdas of a linear VAE over the same features."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

WIDTHS = (4, 16, 64, 256)
"""Numbers that are let through, of 384."""
BETAS = (0.25, 1.0, 4.0, 16.0, 384.0)
"""The last one is what the `mean` over 384 dimensions makes of beta 1."""
LAMBDAS = (0.005, 1.0)
"""The paper's usual one, and one at which the VAE weighs as much as the labels."""
SEEDS = 3
STEPS = 600
FIT_VERSION = 1
"""Part of each fit: raise it when the same settings give other results."""


@dataclass(frozen=True)
class FrozenFit:
    """One bottleneck with one seed, fitted to the features of the lesson's teacher."""

    latent: int
    """Numbers that are let through, from 1 to the width of the features."""
    beta: float
    """What the KL counts beside the reconstruction, above 0: without a price nothing is known."""
    weight: float
    """The paper's lambda, above 0."""
    seed: int = 0
    """Decides first weights, noise and the order of the rows."""
    steps: int = STEPS
    rows: str = ""
    """Fingerprint of the teacher's rows, so that a fit on other rows is another fit."""
    version: int = FIT_VERSION

    def __post_init__(self) -> None:
        for name in ("beta", "weight"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a number above 0, got {value}")
        for name, least in (("latent", 1), ("seed", 0), ("steps", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, got {getattr(self, name)}")


def grid(seeds: int = SEEDS, steps: int = STEPS, rows: str = "") -> Iterator[FrozenFit]:
    """Every cell with every seed, seed by seed.

    rows: fingerprint of the rows, from `Frozen.rows`
    errors: ValueError for fewer than one seed
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    for seed in range(seeds):
        for weight in LAMBDAS:
            for latent in WIDTHS:
                for beta in BETAS:
                    yield FrozenFit(latent, beta, weight, seed, steps, rows)
