"""Features of three classes that stay as they are, wide enough for the usual bottleneck."""

import torch

from labkit.experiments.online.facts.frozen import Frozen


def frozen(rows: int = 90, width: int = 70, steps: int = 20) -> Frozen:
    """Normal features around a centre of their own for each of three classes."""
    chance = torch.Generator().manual_seed(0)
    centres = 2 * torch.randn(3, width, generator=chance)
    labels = torch.arange(2 * rows) % 3
    given = centres[labels] + torch.randn(2 * rows, width, generator=chance)
    given = (given - given.mean(0)) / given.std()
    return Frozen(
        "trec", given[:rows], given[rows:], labels[:rows], labels[rows:], classes=3, steps=steps
    )
