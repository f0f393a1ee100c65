"""Checks of lesson 02: the z-score, what it cannot see, and what is left at two classes."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit import losses
from labkit.course.check import answered, check, holds, number, same, same_shape
from labkit.course.clues import clue
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
    hint = "each row must have mean 0: `mean(dim=-1, keepdim=True)`"
    same(got.mean(-1), rows, clue(got, _uncentred_scores()) or hint)
    deviation = got.std(-1, unbiased=False)
    holds(
        not bool(((deviation - 1).abs() < 1e-4).all()),
        "the squares were divided by the classes, wanted by the classes - 1: `ddof` is 1 here, "
        "as in `logits.std(dim=-1)`",
    )
    squares = {(1 / LOGITS.std(-1)).mean(): "divide by the deviation, not by its square"}
    lengths = {3**-0.5: "divided by the length of a row: its deviation is that over sqrt(C - 1)"}
    hint = clue(got.std(-1).mean(), squares | lengths) or "divide by it, with nothing added"
    same(got.std(-1), rows + 1, f"each row must have the deviation 1: {hint}")
    order = got.argsort(-1)
    same(order, LOGITS.argsort(-1), "the order of the classes changed; the deviation is positive")
    same(answer(LOGITS[:1]), got[:1], "a row changed when the other left: work over `dim=-1`")
    large = answer(LOGITS * 1000)
    same(large, got, "1000 times the logits must give the same z-scores", tolerance=1e-3)


def _uncentred_scores() -> dict[Tensor, str]:
    """What rows are that were not centred, or not by their own mean."""
    mean, deviation = LOGITS.mean(-1, keepdim=True), LOGITS.std(-1, keepdim=True)
    columns = (LOGITS - LOGITS.mean(0)) / LOGITS.std(0)
    return {
        LOGITS - mean / deviation: "only the mean was divided: brackets around `logits - mean`",
        LOGITS / deviation: "divided, but the mean of each row was not subtracted",
        columns: "this works down the columns, over the texts: `dim=-1` goes over the classes",
        (LOGITS - LOGITS.mean()) / LOGITS.std(): "one mean for the whole table: each row has its "
        "own, `mean(dim=-1, keepdim=True)`",
    }


@check("02-blind")
def blind(answer: Callable[[Loss], tuple[bool, bool]]) -> None:
    """blind_to(soft_loss) -> (blind to a shift of each row, blind to a scale of each row)."""
    found = {}
    for name, (loss, _) in _LOSSES.items():
        got = answer(loss)
        answered(got, "blind_to")
        pair = isinstance(got, tuple | list) and len(got) == 2
        holds(pair, f"got {got}, wanted two truth values: (shift, scale)")
        found[name] = (bool(got[0]), bool(got[1]))
    for name, (_, wanted) in _LOSSES.items():
        for what, said, right in zip(("shift", "scale"), found[name], wanted, strict=True):
            hint = _HABITS.get(tuple(found.values())) or _HINTS.get(name, _OWN_NUMBER)
            holds(said == right, f"got {said} for the {what} of {name}, wanted {right}: {hint}")


def _uncentred(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    return 1 - F.cosine_similarity(student, teacher, dim=-1).mean()


def _scored_probabilities(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """A loss whose blindness to a scale at two classes is not there at three."""
    return (losses.zscore(student.softmax(-1)) - teacher).square().mean()


def _scored_teacher(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    return losses.soft_kl(student, losses.zscore(teacher), temperature)


_LOSSES: dict[str, tuple[Loss, tuple[bool, bool]]] = {
    "plain soft_kl": (losses.soft_kl, (True, False)),
    "z-scored KL": (losses.zscore_kl, (True, True)),
    "squared error of logits": (by_name.logit_mse, (False, False)),
    "one scale for the batch": (by_name.batch_scaled_kl, (True, False)),
    "one minus the cosine": (_uncentred, (False, True)),
    "KL with a z-scored teacher": (_scored_teacher, (True, False)),
    "z-scored probabilities": (_scored_probabilities, (True, False)),
}
_RIGHT = tuple(wanted for _, wanted in _LOSSES.values())
_OWN_NUMBER = "give each student row its own number, and compare with a tolerance"
_HINTS = {
    "one scale for the batch": "give each row its own number: one for all rows hides this",
    "KL with a z-scored teacher": "change the student's rows, not the teacher's",
    "z-scored probabilities": "make rows of three classes or more; two are a case of their own",
}
_HABITS = {
    tuple((scale, shift) for shift, scale in _RIGHT): "the shift comes first, then the scale",
    tuple((not shift, not scale) for shift, scale in _RIGHT): "blind means that the value *stays*",
}
"""All answers of a wrong function -> what it does."""


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
            got = number(answer(function, row))
            hint = f"the rank of the Jacobian of {name} at {classes} classes"
            hint += "; compute in float64 and count with `atol=1e-5`" if got > wanted else ""
            same(int(got), wanted, hint)


@check("02-gradient")
def gradient(answer: Callable[[Loss, Tensor, Tensor], float]) -> None:
    """gradient_norm(soft_loss, student, teacher) -> float, at temperature 2."""
    student, teacher = STUDENT.clone(), TEACHER.clone()
    got, by_hand = number(answer(losses.soft_kl, student, teacher)), _slopes(2)
    clues = {
        by_hand.abs().max(): "that is the largest entry, wanted the norm",
        by_hand.square().sum(): "take the root of the sum of squares",
        by_hand.abs().sum(): "that is the sum of the sizes, wanted the root of the sum of squares",
        by_hand.norm(dim=-1).mean(): "that is the mean norm of a row, wanted one of all entries",
        _slopes(1).norm(): "that is the norm at temperature 1",
        _slopes(4).norm(): "that is the norm at temperature 4",
        STUDENT.norm(): "that is the norm of the logits, wanted the norm of their `.grad`",
    }
    hint = "the norm of the gradient at the student's logits, temperature 2"
    same(got, by_hand.norm(), f"soft_kl: {clue(got, clues) or hint}")
    again = number(answer(losses.soft_kl, student, teacher))
    same(again, got, "the second call differs: start from a fresh copy each time")
    holds(
        torch.equal(student, STUDENT) and not student.requires_grad and student.grad is None,
        "the student's logits were changed: work on `student.detach().clone()`",
    )
    mse = number(answer(by_name.logit_mse, student, teacher))
    wanted = 2 * (STUDENT - TEACHER) / STUDENT.numel()
    same(mse, wanted.norm(), "for the squared error of the logits")
    sided = number(answer(lambda s, t, temperature: (s * t.square()).sum(), student, teacher))
    same(sided, TEACHER.square().norm(), "the gradient at the *student's* logits, `(student, ...)`")


def _slopes(temperature: float) -> Tensor:
    """The gradient of soft_kl at the student's logits, (batch, classes), by hand."""
    shares = [logits.div(temperature).softmax(-1) for logits in (STUDENT, TEACHER)]
    return temperature * (shares[0] - shares[1]) / len(STUDENT)


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
    got, hint = answer(small), "a deviation of 0.001 counts as 0.01: `clamp_min`"
    clues = {small / 0.1: "a variance is a square: its smallest value is 0.01**2, not 0.01"}
    same(got, wanted, clue(got, clues) or hint, 2e-3)
    row = torch.tensor([[0.02, 0.0, -0.02]])
    ordinary = "a deviation of 0.02 is ordinary: `clamp_min` leaves it, an added number does not"
    same(answer(row), row / 0.02, ordinary, 1e-2)
    moving = constant.clone().requires_grad_()
    scores = answer(moving)
    holds(scores.requires_grad, "no gradient reaches the logits: `detach` or `no_grad` on the way?")
    (scores * torch.tensor([1.0, 0.0, 0.0])).sum().backward()
    most = float(moving.grad.abs().max())  # type: ignore[union-attr]
    holds(
        bool(torch.isfinite(moving.grad).all()),  # type: ignore[arg-type]
        "the gradient of a constant row is not a number: the root of 0 has no slope; put the "
        "clamp under the root, on the variance",
    )
    holds(most <= 1 / GUARD, f"the largest gradient is {most:.3g}, wanted at most {1 / GUARD:.0f}")
    holds(most > 0, "the gradient of a constant row is 0: such a student could never start")
