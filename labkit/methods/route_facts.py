"""Small facts about a route: its order, its budget, and what is handed on from stop to stop."""

from collections.abc import Mapping, Sequence
from math import nan

from torch import Tensor

from labkit.losses.arguments import check_labels, check_logits


def ordered(parameters: Mapping[str, int], classes: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of the models as a route: the largest first.

    parameters: name -> how many numbers the model holds; classes: name -> its class names
    errors: ValueError for fewer than two models, or classes that differ in name or order
    """
    if len(parameters) < 2:
        raise ValueError(f"got {len(parameters)} model, wanted at least a teacher and a student")
    route = sorted(parameters, key=lambda name: parameters[name], reverse=True)
    for name in route[1:]:
        if list(classes[name]) != list(classes[route[0]]):
            raise ValueError(
                f"{name} has the classes {list(classes[name])}, wanted those of {route[0]}: "
                f"{list(classes[route[0]])}, in the same order"
            )
    return route


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


def direct_epochs(links: Sequence[tuple[int, int]], rows: int) -> int:
    """How many epochs give the last model of a chain all the steps that the chain takes.

    links: (epochs, batch size) of each model that learns, the last one is the student
    rows:  training texts
    returns whole epochs, at least 1, rounded to the nearest; an epoch takes ceil(rows / batch)
    """
    steps = [epochs * -(-rows // batch) for epochs, batch in links]
    of_one_epoch = -(-rows // links[-1][1])
    return max(1, round(sum(steps) / of_one_epoch))


def least_agreement(agreements: Sequence[float]) -> float:
    """The smallest share of texts on which the first and the last stop can agree.

    agreements: of each stop with the one before, shares in [0, 1]
    returns a share; where every link agrees, the ends do, so the disagreements at most add up
    """
    if not all(0 <= share <= 1 for share in agreements):
        raise ValueError(f"got agreements {list(agreements)}, wanted shares in [0, 1]")
    return max(0.0, 1.0 - sum(1.0 - share for share in agreements))
