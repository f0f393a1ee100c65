"""Whether a probability may be believed: a temperature, a reliability table, coverage."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit.losses.arguments import check_finite, check_labels, check_rows

COVERAGES = (1.0, 0.9, 0.75, 0.5)
LOWEST, HIGHEST = 0.05, 20.0
"""Between these a temperature is looked for."""


@dataclass(frozen=True)
class Bin:
    """The rows whose largest probability lies between two edges."""

    low: float
    high: float
    rows: int
    confidence: float
    """Mean largest probability, in [0, 1]; not a number without rows."""
    accuracy: float
    """Share of right answers, in [0, 1]; not a number without rows."""


@dataclass(frozen=True)
class Coverage:
    """Answering only where the largest probability is at least a threshold."""

    threshold: float
    share: float
    """Of the test rows that are answered, in [0, 1]."""
    accuracy: float
    """On those, in [0, 1]; not a number where none is answered."""


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The number by which logits are divided so that their probabilities fit the labels best.

    Source: Guo et al. 2017 (arXiv:1706.04599), section 4.2; the least negative log-likelihood,
    found by thirds, since it has one valley in the temperature's inverse.

    logits: (rows, classes) of validation rows; labels: (rows,) class numbers
    returns a number in [0.05, 20]; the choice of a class does not depend on it
    errors: ValueError for shapes that do not fit, labels out of range, numbers not finite
    """
    _check(logits, labels)
    given, wanted = logits.double(), labels.long()

    def loss(inverse: float) -> float:
        return float(F.cross_entropy(given * inverse, wanted))

    low, high = 1 / HIGHEST, 1 / LOWEST
    for _ in range(100):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return 2 / (low + high)


def reliability(logits: Tensor, labels: Tensor, bins: int = 10) -> list[Bin]:
    """Confidence beside accuracy in equal parts of [0, 1].

    logits: (rows, classes); labels: (rows,) class numbers; errors: as in fit_temperature
    """
    _check(logits, labels)
    sure, chosen = F.softmax(logits.double(), 1).max(1)
    place = (sure * bins).ceil().long().clamp(1, bins) - 1
    found = []
    for number in range(bins):
        inside = place == number
        right = (chosen == labels)[inside].double().mean()
        edges = (number / bins, (number + 1) / bins)
        found.append(Bin(*edges, int(inside.sum()), float(sure[inside].mean()), float(right)))
    return found


def coverage(
    validation: Tensor, test: Tensor, labels: Tensor, shares: tuple[float, ...] = COVERAGES
) -> list[Coverage]:
    """What is gained by not answering: thresholds from validation, shares and accuracy from test.

    validation, test: (rows, classes) logits; labels: (test rows,) class numbers
    shares: of the validation rows that a threshold lets through
    errors: as in fit_temperature, for both logits, and for a share outside (0, 1]
    """
    _check(test, labels)
    check_rows(validation, "validation logits")
    check_finite(validation, "validation logits")
    if not all(0 < share <= 1 for share in shares):
        raise ValueError(f"got shares {shares}, wanted each above 0 and at most 1")
    held = F.softmax(validation.double(), 1).amax(1)
    sure, chosen = F.softmax(test.double(), 1).max(1)
    found = []
    for share in shares:
        threshold = 0.0 if share == 1 else float(torch.quantile(held, 1 - share))
        answered = sure >= threshold
        right = (chosen == labels)[answered].double().mean()
        found.append(Coverage(threshold, float(answered.double().mean()), float(right)))
    return found


def _check(logits: Tensor, labels: Tensor) -> None:
    check_rows(logits)
    check_labels(labels, logits)
    check_finite(logits, "logits")
