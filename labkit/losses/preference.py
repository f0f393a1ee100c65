"""Preferences between two answers."""

import torch.nn.functional as F
from torch import Tensor

from labkit.losses.arguments import (
    at_least_float32,
    check_finite,
    check_float,
    check_same_shape,
)


def bradley_terry(preferred: Tensor, other: Tensor) -> Tensor:
    """The surprise at the preferred answers winning: -log sigmoid(preferred - other).

    Source: Bradley and Terry 1952; as the loss of a reward model, Ouyang et al. 2022
    (arXiv:2203.02155), eq. 1.

    preferred, other: scores of the two answers to each prompt, same shape, such as (batch,)
    returns a scalar in nats, the mean over the pairs; log 2 = 0.693 when the scores are equal
    errors: ValueError for shapes that differ, no pairs, or numbers that are not finite

    Trap: only the gap counts, so the scores may drift together without any change of the loss.
    """
    for scores, name in ((preferred, "preferred scores"), (other, "other scores")):
        check_float(scores, name)
        check_finite(scores, name)
    check_same_shape(preferred, other, "preferred scores", "other scores")
    if preferred.numel() == 0:
        raise ValueError("got no pairs of scores, wanted at least one; skip empty batches")
    return F.softplus(at_least_float32(other) - at_least_float32(preferred)).mean()
