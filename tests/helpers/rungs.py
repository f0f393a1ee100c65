"""Rungs of a ladder that nobody climbed."""

import torch

from labkit.experiments.ladder.climb import Rung


def made(arm, shares):
    rows = [torch.arange(200) < round(200 * share) for share in shares]
    return [Rung(arm, seed, share, share, 1.0, row) for seed, (share, row) in
            enumerate(zip(shares, rows, strict=True))]  # fmt: skip
