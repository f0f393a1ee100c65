"""False teachers: targets that keep some of a teacher's knowledge and take the rest away.

A gain that a false teacher gives too is not due to what it lacks. Each function returns logits
that `teacher_logits.StoredTargets` hands to a run in the teacher's place.
"""

import math

import torch
from torch import Tensor

from labkit.losses.arguments import check_temperature

SUREST = 1e-12
"""Nats of doubt below which what is left for the other classes is lost in rounding."""


def shuffled(logits: Tensor, seed: int = 0) -> Tensor:
    """The teacher's rows given to other texts: every text gets a row that is not its own.

    logits: (rows, classes), at least 2 rows; returns the same rows in another order
    What is left: how sure the teacher is on the whole. What is gone: all it knows of a text.
    """
    if len(logits) < 2:
        raise ValueError(f"got {len(logits)} row, wanted 2 or more: one row has no other place")
    return _moved(logits, torch.arange(len(logits)), seed)


def shuffled_within_classes(logits: Tensor, labels: Tensor, seed: int = 0) -> Tensor:
    """The teacher's rows given to other texts of the same class.

    logits: (rows, classes); labels: (rows,) class numbers
    returns (rows, classes); the row of a class that has only one text stays where it is
    What is left: how sure the teacher is, and which classes are alike. What is gone: how this
    text differs from others of its class.
    """
    if len(logits) != len(labels):
        raise ValueError(f"got {len(logits)} rows of logits and {len(labels)} labels; wanted equal")
    for label in labels.unique():
        logits = _moved(logits, (labels == label).nonzero().flatten(), seed)
    return logits


def smoothed_labels(labels: Tensor, classes: int, nats: float, temperature: float) -> Tensor:
    """Logits of smoothed labels whose softened rows have a given entropy.

    Source: label smoothing, Szegedy et al. 2015 (arXiv:1512.00567), section 7; as a teacher
    without knowledge, Yuan et al. 2019 (arXiv:1909.11723), section 4.

    labels:      (rows,) class numbers
    nats:        entropy of softmax(logits / temperature), from 1e-12 to below log(classes)
    temperature: > 0, no unit
    returns (rows, classes); the label has the largest logit and the others share the rest
    errors: ValueError for an entropy or a temperature outside of that
    """
    check_temperature(temperature)
    if not SUREST <= nats < math.log(classes):
        raise ValueError(
            f"got an entropy of {nats:.3g} nats, wanted one between 0 ({SUREST:g} at least) and "
            f"log({classes}) = {math.log(classes):.3f}; take the mean entropy of the teacher's "
            "softened rows, at a higher temperature where that is too sure"
        )
    top = _top_share(classes, nats)
    log_shares = torch.full((len(labels), classes), math.log((1 - top) / (classes - 1)))
    log_shares[torch.arange(len(labels)), labels] = math.log(top)
    return log_shares * temperature


def _moved(logits: Tensor, rows: Tensor, seed: int) -> Tensor:
    """A copy in which each of `rows` has the logits of the next one in a random round."""
    chance = torch.Generator().manual_seed(seed)
    ring = rows[torch.randperm(len(rows), generator=chance)]
    result = logits.clone()
    result[ring] = logits[ring.roll(1)]
    return result


def _top_share(classes: int, nats: float) -> float:
    """The probability of the first class when the others are equal and the entropy is `nats`."""
    low, high = 1 / classes, 1.0
    for _ in range(60):  # bisection: the entropy falls as the first class grows
        middle = (low + high) / 2
        rest = 1 - middle
        found = -middle * math.log(middle) - rest * math.log(rest / (classes - 1))
        low, high = (middle, high) if found > nats else (low, middle)
    return (low + high) / 2
