"""What a loss asks of its arguments before it computes: errors and one kind of warning."""

import math
import warnings

import torch
from torch import Tensor

WHOLE_NUMBERS = (torch.int64, torch.int32, torch.int16, torch.uint8, torch.int8)


class LossWarning(UserWarning):
    """A loss was asked for something it cannot teach; the message says why."""


def at_least_float32(values: Tensor) -> Tensor:
    """float16 and bfloat16 become float32; float32 and float64 stay as they are."""
    if values.dtype in (torch.float32, torch.float64):
        return values
    return values.float()


def check_temperature(temperature: float) -> None:
    """ValueError unless the temperature is a finite number above 0."""
    try:
        fine = temperature > 0 and math.isfinite(temperature)
    except TypeError:
        fine = False
    if not fine:
        raise ValueError(
            f"got temperature {temperature!r}, wanted a finite number above 0; "
            "1 leaves the logits as they are, 2 to 4 are usual"
        )


def check_logits(student: Tensor, teacher: Tensor) -> None:
    """ValueError unless both are finite logits (batch, classes) of one shape, classes >= 2."""
    check_rows(student, "student logits")
    check_rows(teacher, "teacher logits")
    check_same_shape(student, teacher, "student logits", "teacher logits")
    check_finite(student, "student logits")
    check_finite(teacher, "teacher logits")


def check_rows(logits: Tensor, name: str = "logits") -> None:
    """ValueError unless `logits` is a float tensor (batch, classes) with 2 classes or more."""
    check_float(logits, name)
    if logits.ndim != 2:
        raise ValueError(
            f"got {name} of shape {tuple(logits.shape)}, wanted (batch, classes); "
            "reshape them so that each row is one example"
        )
    rows, classes = logits.shape
    if rows == 0:
        raise ValueError(f"got {name} without rows, wanted at least one; skip empty batches")
    if classes < 2:
        raise ValueError(
            f"got {name} with {classes} class, wanted 2 or more: one class has probability 1 "
            "whatever the logit is; write a yes/no model with two outputs"
        )


def check_float(values: Tensor, name: str) -> None:
    """ValueError unless `values` is a tensor of floating point numbers."""
    if not isinstance(values, Tensor):
        raise ValueError(
            f"got {name} of type {type(values).__name__}, wanted a tensor; "
            "take `.logits` of a model's output, or use torch.as_tensor"
        )
    if not values.dtype.is_floating_point:
        raise ValueError(
            f"got {name} of type {values.dtype}, wanted floating point numbers; "
            "pass what the model puts out, before argmax"
        )


def check_same_shape(first: Tensor, second: Tensor, first_name: str, second_name: str) -> None:
    """ValueError unless the two shapes are equal, so that nothing is broadcast in silence."""
    if first.shape != second.shape:
        raise ValueError(
            f"got {first_name} of shape {tuple(first.shape)} and {second_name} of shape "
            f"{tuple(second.shape)}, wanted equal shapes; both must be of the same rows"
        )


def check_same_rows(first: Tensor, second: Tensor, first_name: str, second_name: str) -> None:
    """ValueError unless both are (batch, width) with equally many rows; widths may differ."""
    for values, name in ((first, first_name), (second, second_name)):
        check_float(values, name)
        if values.ndim != 2 or values.numel() == 0:
            raise ValueError(
                f"got {name} of shape {tuple(values.shape)}, wanted (batch, width) and not empty; "
                "pool the tokens of a text into one row first"
            )
    if len(first) != len(second):
        raise ValueError(
            f"got {len(first)} rows of {first_name} and {len(second)} of {second_name}, "
            "wanted equally many; both must be of the same texts in the same order"
        )
    check_finite(first, first_name)
    check_finite(second, second_name)


def check_finite(values: Tensor, name: str) -> None:
    """ValueError when a number is infinite or NaN.

    The sum is finite for almost every healthy tensor and cheaper than a look at each number;
    only when it is not (it can overflow in float16) each number is looked at.
    """
    values = values.detach()
    if math.isfinite(values.sum().item()):
        return
    wrong = ~torch.isfinite(values)
    if wrong.any():
        row = int(wrong.nonzero()[0, 0]) if values.ndim else 0
        raise ValueError(
            f"got {name} with {int(wrong.sum())} infinite or NaN numbers (the first in row {row}),"
            " wanted finite ones; lower the learning rate or clip the gradient"
        )


def check_labels(labels: Tensor, logits: Tensor) -> None:
    """ValueError unless `labels` holds one class number in [0, classes) for each row of logits."""
    rows, classes = logits.shape
    if not isinstance(labels, Tensor) or labels.dtype not in WHOLE_NUMBERS:
        got = labels.dtype if isinstance(labels, Tensor) else type(labels).__name__
        raise ValueError(
            f"got labels of type {got}, wanted an int64 tensor of class numbers; "
            "turn names into numbers first"
        )
    if labels.shape != (rows,):
        raise ValueError(
            f"got labels of shape {tuple(labels.shape)}, wanted ({rows},): "
            "one class number for each row of logits"
        )
    low, high = (int(edge) for edge in labels.aminmax())
    if low < 0 or high >= classes:
        raise ValueError(
            f"got labels from {low} to {high}, wanted 0 to {classes - 1}; drop unlabelled rows "
            "or use the teacher's choice as their label, and say so"
        )


def warn_at_two_classes(logits: Tensor, why: str) -> None:
    """A LossWarning, at the line that called the loss, when `logits` has two classes."""
    if logits.shape[1] == 2:
        warnings.warn(why, LossWarning, stacklevel=3)
