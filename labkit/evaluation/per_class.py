"""How a classifier does on each of its classes."""

from dataclasses import dataclass

import torch
from torch import Tensor

from labkit.losses.arguments import check_finite, check_labels, check_rows

FEW = 20
"""Rows of a class below which its numbers say little."""


@dataclass(frozen=True)
class ClassReport:
    """One class of a test set."""

    name: str
    rows: int
    """Of this class."""
    precision: float
    """Of the rows given this class, the share that has it; 0 where none was given it."""
    recall: float
    """Of the rows that have this class, the share that was given it; 0 where none has it."""

    @property
    def is_small(self) -> bool:
        """Whether there are too few rows to trust its numbers."""
        return self.rows < FEW


def confusion(logits: Tensor, labels: Tensor) -> Tensor:
    """Counts (classes, classes): a row for each true class, a column for each chosen one.

    logits: (rows, classes); labels: (rows,) class numbers
    errors: ValueError for shapes that do not fit, labels out of range, numbers not finite
    """
    check_rows(logits)
    check_labels(labels, logits)
    check_finite(logits, "logits")
    classes = logits.shape[1]
    places = labels.long() * classes + logits.argmax(1)
    return torch.bincount(places, minlength=classes**2).reshape(classes, classes)


def by_class(logits: Tensor, labels: Tensor, names: tuple[str, ...]) -> list[ClassReport]:
    """Rows, precision and recall of each class; arguments and errors as in `confusion`.

    names:  one for each class, in the order of the logits
    errors: ValueError for more or fewer names than classes, so that no class is left out in silence
    """
    counts = confusion(logits, labels).double()
    if len(names) != len(counts):
        raise ValueError(
            f"got {len(names)} names for {len(counts)} classes, wanted one for each; give those of "
            "the data set that the model was built for"
        )
    right, given, true = counts.diagonal(), counts.sum(0), counts.sum(1)
    precision, recall = right / given.clamp(min=1), right / true.clamp(min=1)
    return [
        ClassReport(name, int(true[place]), float(precision[place]), float(recall[place]))
        for place, name in enumerate(names)
    ]
