"""Directions through a cloud of features: the strongest ones, or any."""

import torch
from torch import Tensor


def principal_directions(features: Tensor, count: int, seed: int = 0) -> Tensor:
    """The `count` orthonormal directions (width, count) along which features vary most.

    features: (rows, width); each direction has its largest number positive, so that every machine
    finds the same; `seed` has no effect
    """
    centred = features - features.mean(0)
    directions = torch.linalg.eigh(centred.T @ centred)[1].flip(1)[:, :count]
    largest = directions.abs().argmax(0)
    return directions * directions[largest, torch.arange(count)].sign()


def random_directions(features: Tensor, count: int, seed: int) -> Tensor:
    """`count` orthonormal directions (width, count) that the features have no say in."""
    chance = torch.Generator().manual_seed(seed)
    drawn = torch.randn(features.shape[1], count, generator=chance, dtype=features.dtype)
    return torch.linalg.qr(drawn)[0]
