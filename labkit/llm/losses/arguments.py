"""What losses on sequences ask of their arguments: shapes, a mask that counts, one vocabulary."""

import torch
from torch import Tensor

from labkit.losses.arguments import at_least_float32, check_finite, check_float, check_same_shape


def counted(values: Tensor, mask: Tensor, name: str) -> Tensor:
    """The counted positions alone, at least float32: (batch, tokens, ...) -> (counted, ...).

    errors: ValueError for another shape, a mask that counts nothing, or numbers that are not
            finite at a counted position; what stands at the others is never looked at
    """
    check_float(values, name)
    check_mask(mask)
    if values.shape[:2] != mask.shape:
        raise ValueError(
            f"got {name} of shape {tuple(values.shape)} and a mask of shape {tuple(mask.shape)}, "
            "wanted the same (batch, tokens) in front; score the answer's positions only"
        )
    found = at_least_float32(values[mask])
    check_finite(found, f"{name} at counted positions")
    return found


def check_mask(mask: Tensor) -> None:
    """ValueError unless the mask is (batch, tokens) of type bool and counts a position."""
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool or mask.ndim != 2:
        got = f"{mask.dtype} {tuple(mask.shape)}" if isinstance(mask, Tensor) else type(mask)
        raise ValueError(
            f"got a mask of {got}, wanted bool (batch, tokens); make it from lengths with "
            "labkit.llm.tokens.length_mask, never from token ids: padding may be a real token"
        )
    if not mask.any():
        raise ValueError(
            "got a mask that counts no position, wanted at least one; drop empty answers"
        )


def check_logits(student: Tensor, teacher: Tensor) -> None:
    """ValueError unless both are (batch, tokens, vocabulary) with one vocabulary."""
    for logits, name in ((student, "student logits"), (teacher, "teacher logits")):
        check_float(logits, name)
        if logits.ndim != 3:
            raise ValueError(
                f"got {name} of shape {tuple(logits.shape)}, wanted (batch, tokens, vocabulary)"
            )
    if student.shape[2] != teacher.shape[2]:
        raise ValueError(
            f"got a student vocabulary of {student.shape[2]} and a teacher vocabulary of "
            f"{teacher.shape[2]}, wanted one; if only unused ids at the end differ, cut both "
            "to the tokenizer's size before the softmax, else the models read other tokens and "
            "only black-box methods fit"
        )
    check_same_shape(student, teacher, "student logits", "teacher logits")


def check_share(value: float, name: str, with_one: bool) -> None:
    """ValueError unless the number lies in [0, 1], or in [0, 1) where 1 would teach nothing."""
    if not (0 <= value < 1 or (with_one and value == 1)):
        raise ValueError(f"got {name} {value}, wanted a number in [0, {'1]' if with_one else '1)'}")
