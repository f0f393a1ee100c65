"""Checks of lesson 02: the z-score, what it cannot see, and what is left at two classes."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit import losses
from labkit.course.check import answered, check, holds, same, same_shape
from labkit.losses import by_name
from labkit.losses.standardised import NEARLY_CONSTANT_ROW

Loss = Callable[[Tensor, Tensor, float], Tensor]
GUARD = NEARLY_CONSTANT_ROW

LOGITS = torch.tensor([[4.0, 1.0, 0.5, -1.5], [10.0, 12.0, 30.0, 11.0]])
STUDENT = torch.tensor([[1.0, 0.0, -2.0], [0.3, 0.2, 2.0], [-1.0, 2.5, 0.0], [0.5, 0.1, 0.0]])
TEACHER = torch.tensor([[3.0, 1.0, -2.0], [2.0, 1.0, 0.5], [0.0, -3.0, 2.0], [1.0, 0.0, 0.2]])


@check("02-zscore")
def zscore(answer: Callable[[Tensor], Tensor]) -> None:
    """zscore(logits) -> (batch, classes), each row with mean 0 and sample deviation 1."""
    got = answer(LOGITS)
    same_shape(got, (2, 4), "one row per text, one column per class")
    rows = torch.zeros(2)
    same(got.mean(-1), rows, "each row must have mean 0: `mean(dim=-1, keepdim=True)`")
    deviation = got.std(-1, unbiased=False)
    holds(
        not bool(((deviation - 1).abs() < 1e-4).all()),
        "the squares were divided by the classes, wanted by the classes - 1: `ddof` is 1 here, "
        "as in `logits.std(dim=-1)`",
    )
    same(got.std(-1), rows + 1, "each row must have the deviation 1: divide by it, not its square")
    order = got.argsort(-1)
    same(order, LOGITS.argsort(-1), "the order of the classes changed; the deviation is positive")
    same(answer(LOGITS[:1]), got[:1], "a row changed when the other left: work over `dim=-1`")
    large = answer(LOGITS * 1000)
    same(large, got, "1000 times the logits must give the same z-scores", tolerance=1e-3)


@check("02-blind")
def blind(answer: Callable[[Loss], tuple[bool, bool]]) -> None:
    """blind_to(soft_loss) -> (blind to a shift of each row, blind to a scale of each row)."""
    for name, (loss, wanted) in _LOSSES.items():
        got = answer(loss)
        answered(got, "blind_to")
        pair = isinstance(got, tuple | list) and len(got) == 2
        holds(pair, f"got {got}, wanted two truth values: (shift, scale)")
        for place, what in enumerate(("shift", "scale")):
            holds(
                bool(got[place]) == wanted[place],
                f"got {bool(got[place])} for the {what} of {name}, wanted {wanted[place]}: give "
                "each student row its own number, and compare with a tolerance",
            )


def _uncentred(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    return 1 - F.cosine_similarity(student, teacher, dim=-1).mean()


_LOSSES: dict[str, tuple[Loss, tuple[bool, bool]]] = {
    "plain soft_kl": (losses.soft_kl, (True, False)),
    "z-scored KL": (losses.zscore_kl, (True, True)),
    "squared error of logits": (by_name.logit_mse, (False, False)),
    "one scale for the batch": (by_name.batch_scaled_kl, (True, False)),
    "one minus the cosine": (_uncentred, (False, True)),
}


@check("02-freedom")
def freedom(answer: Callable[[Callable[[Tensor], Tensor], Tensor], int]) -> None:
    """freedom(function, row) -> rank of the function's Jacobian at one row of logits."""
    softmax, centre = torch.nn.Softmax(-1), lambda z: z - z.mean(-1, keepdim=True)
    for classes in (2, 3, 6):
        row = torch.linspace(-1, 1.7, classes) ** 3
        cases: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {
            "logits as they are": (lambda z: 1.0 * z, classes),
            "centred logits": (centre, classes - 1),
            "a softmax": (softmax, classes - 1),
            "a z-score": (losses.zscore, classes - 2),
            "the first logit": (lambda z: z[..., :1], 1),
        }
        for name, (function, wanted) in cases.items():
            got = answer(function, row)
            hint = f"the rank of the Jacobian of {name} at {classes} classes; use float64 numbers"
            same(int(got) if isinstance(got, Tensor) else got, wanted, hint)


@check("02-gradient")
def gradient(answer: Callable[[Loss, Tensor, Tensor], float]) -> None:
    """gradient_norm(soft_loss, student, teacher) -> float, at temperature 2."""
    student, teacher = STUDENT.clone(), TEACHER.clone()
    got = answer(losses.soft_kl, student, teacher)
    answered(got, "gradient_norm")
    shares = [logits.div(2).softmax(-1) for logits in (STUDENT, TEACHER)]
    by_hand = 2 * (shares[0] - shares[1]) / len(STUDENT)
    largest, squares = float(by_hand.abs().max()), float(by_hand.square().sum())
    clues = {
        largest: "that is the largest entry, wanted the norm",
        squares: "take the root of the sum of squares",
    }
    close = [hint for value, hint in clues.items() if abs(float(got) - value) < 1e-4]
    hint = close[0] if close else "the norm of the gradient at the student's logits, temperature 2"
    same(float(got), float(by_hand.norm()), f"soft_kl: {hint}")
    again = answer(losses.soft_kl, student, teacher)
    same(float(again), float(got), "the second call differs: start from a fresh copy each time")
    holds(
        torch.equal(student, STUDENT) and not student.requires_grad and student.grad is None,
        "the student's logits were changed: work on `student.detach().clone()`",
    )
    mse = answer(by_name.logit_mse, student, teacher)
    wanted = 2 * (STUDENT - TEACHER) / STUDENT.numel()
    same(float(mse), float(wanted.norm()), "for the squared error of the logits")


@check("02-guard")
def guard(answer: Callable[[Tensor], Tensor]) -> None:
    """guarded(logits) -> z-scores; a deviation below 0.01 counts as 0.01."""
    same(answer(LOGITS), losses.zscore(LOGITS), "ordinary rows must not change")
    constant = torch.tensor([[2.0, 2.0, 2.0], [0.0, 0.0, 0.0]])
    got = answer(constant)
    same_shape(got, (2, 3), "one row per text")
    same(got, torch.zeros(2, 3), "a constant row has z-scores 0; 0 / 0 is not a number")
    small = torch.tensor([[0.001, 0.0, -0.001]])
    wanted = small / GUARD
    same(answer(small), wanted, "a deviation of 0.001 counts as 0.01: `clamp_min`", 2e-3)
    moving = constant.clone().requires_grad_()
    (answer(moving) * torch.tensor([1.0, 0.0, 0.0])).sum().backward()
    holds(moving.grad is not None, "no gradient reaches the logits")
    most = float(moving.grad.abs().max())  # type: ignore[union-attr]
    holds(
        bool(torch.isfinite(moving.grad).all()),  # type: ignore[arg-type]
        "the gradient of a constant row is not a number: the root of 0 has no slope; put the "
        "clamp under the root, on the variance",
    )
    holds(most <= 1 / GUARD, f"the largest gradient is {most:.3g}, wanted at most {1 / GUARD:.0f}")
    holds(most > 0, "the gradient of a constant row is 0: such a student could never start")
