"""What a model takes over from the one above it: its mistakes, and agreement along a route."""

from collections.abc import Sequence
from math import nan

from torch import Tensor

from labkit.losses.arguments import check_labels, check_logits


def errors_passed_on(above: Tensor, below: Tensor, labels: Tensor) -> float:
    """The share of the mistakes of the model above that the model below repeats.

    above, below: (texts, classes) logits; labels: (texts,) class numbers
    returns a share in [0, 1]: the same wrong class counts, another wrong class does not; not a
    number when the model above makes no mistake
    """
    check_logits(above, below)
    check_labels(labels, above)
    wrong = above.argmax(1) != labels
    repeated = (below.argmax(1) == above.argmax(1))[wrong]
    return float(repeated.float().mean()) if len(repeated) else nan


def least_agreement(agreements: Sequence[float]) -> float:
    """The smallest share of texts on which the first and the last stop can agree.

    agreements: of each stop with the one before, shares in [0, 1]
    returns a share; where every link agrees, the ends do, so the disagreements at most add up
    """
    if not all(0 <= share <= 1 for share in agreements):
        raise ValueError(f"got agreements {list(agreements)}, wanted shares in [0, 1]")
    return max(0.0, 1.0 - sum(1.0 - share for share in agreements))
