"""The check of lesson 04's game: a discriminator, its step, and the step of the guided student.

Every answer is played on three small linear models and compared with the same round worked out
apart. Known mistakes are worked out as well, so that an answer which comes to the same numbers is
told which one it is.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import SGD

from labkit.course.check import CheckFailed, answered, check, holds, same, same_shape
from labkit.course.clues import clue
from labkit.course.lesson_04.reference_round import (
    CLASSES,
    RATE,
    ROWS,
    Mistake,
    Models,
    batch,
    reference,
)

CLOSE = 1e-4
BACK_TWICE = "second time"
"""Of torch's sentence when one graph is gone through again."""
BAD_SHAPE = "shapes cannot be multiplied"
"""Of torch's sentence when a layer gets rows of another length."""

Build = Callable[[int], nn.Module]
Play = Callable[..., tuple[float, float]]


@check("04-round")
def one_round(build: Build, play: Play) -> None:
    """build_d(classes) -> D that scores; one_round(...) -> D's loss, the student's loss."""
    _network(build)
    _first_round(play)
    _second_round(play)


def _network(build: Build) -> None:
    d = build(CLASSES)
    answered(d, "build_d")
    holds(isinstance(d, nn.Module), f"build_d returned a {type(d).__name__}, wanted a network")
    rows = torch.randn(64, 2 * CLASSES, generator=torch.Generator().manual_seed(0))
    try:
        scores = d(rows)
    except RuntimeError as error:
        raise CheckFailed(
            f"D cannot read {2 * CLASSES} numbers per row, a row of {CLASSES} logits and the "
            f"label as {CLASSES} more ({error})"
        ) from None
    same_shape(scores, (64, 1), "D ends in one number per row, the score")
    far = d(1e4 * rows).detach()
    holds(
        float(far.min()) < 0 or float(far.max()) > 1,
        "D's output never leaves 0 to 1: leave the sigmoid out of the network, the losses have it",
    )
    sizes = sorted(tuple(one.shape) for one in d.parameters() if one.dim() == 2)
    wanted = sorted([(64, 2 * CLASSES), (64, 64), (1, 64)])
    bend = (d(rows) + d(-rows) - 2 * d(torch.zeros_like(rows))).detach()
    holds(
        float(bend.abs().max()) > 1e-5,
        "D is one straight cut: put a nonlinearity such as `nn.LeakyReLU(0.2)` between the layers",
    )
    holds(
        sizes == wanted,
        f"D's layers are (out, in) {', '.join(map(str, sizes))}, wanted two hidden layers of 64: "
        f"{', '.join(map(str, wanted))}",
    )


def _played(play: Play, rounds: int) -> tuple[Models, Sequence[float]]:
    """The answer's models after some rounds, and the losses of the last."""
    models = Models()
    steps = SGD(models.d.parameters(), RATE), SGD(models.student.parameters(), RATE)
    got: Any = None
    for _ in range(rounds):
        try:
            got = play(models.d, models.student, models.teacher, *batch(), *steps)
        except RuntimeError as error:
            if BAD_SHAPE in str(error):
                raise CheckFailed(
                    f"D reads {2 * CLASSES} numbers per row: the {CLASSES} logits and, beside "
                    f"them, the label as a one-hot row of {CLASSES}, by `torch.cat(..., dim=1)`"
                ) from None
            if BACK_TWICE not in str(error):
                raise
            raise CheckFailed(
                "D's step went back through the student and used its graph up: D must get "
                "`fake.detach()`, for its step teaches D alone"
            ) from None
    answered(got, "one_round")
    holds(
        isinstance(got, tuple | list) and len(got) == 2,
        f"got {type(got).__name__}, wanted two numbers: D's loss, the student's loss",
    )
    return models, [float(torch.as_tensor(each).detach()) for each in got]


def _first_round(play: Play) -> None:
    models, losses = _played(play, 1)
    start, (right, wanted) = Models(), reference(Mistake())
    holds(
        not models.to_teacher and _equal(models.teacher, start.teacher),
        "a gradient reached the teacher: ask it under `torch.no_grad()`, or detach its logits",
    )
    same(losses[0], wanted[0], _d_loss_clue(losses[0], wanted))
    holds(not _equal(models.d, start.d), "D did not move: its loss needs `backward`, then `step`")
    if not _equal(models.d, right.d):
        raise CheckFailed(_d_step_clue(models))
    same(losses[1], wanted[1], _guide_clue(losses[1], wanted[1]))
    held = "in its own step its logits must not be detached"
    stuck = "its loss needs `backward`, then its optimizer's `step`" if models.to_student else held
    holds(not _equal(models.student, start.student), f"the student did not move: {stuck}")
    leaked = _equal(models.student, reference(Mistake(leaks=True))[0].student)
    holds(
        not leaked and len(models.to_student) == 1,
        "a gradient of D's loss reached the student, which would learn to please D's step: give D "
        "`fake.detach()` there",
    )
    holds(
        _equal(models.student, right.student),
        "the student's step is not the one of its loss: clear its gradients, then `backward` "
        "and `step`, once",
    )


def _second_round(play: Play) -> None:
    """What the first round leaves in `.grad` shows only in the next."""
    models, _ = _played(play, 2)
    right, _ = reference(Mistake(), rounds=2)
    holds(
        _equal(models.d, right.d),
        "in the second round D moved by old gradients too: the student's step leaves some in D, "
        "so call D's `zero_grad` before D's `backward`",
    )
    holds(
        _equal(models.student, right.student),
        "in the second round the student moved by old gradients too: call its `zero_grad` before "
        "its `backward`",
    )


def _d_loss_clue(got: float, wanted: Sequence[float]) -> str:
    right, of_student = wanted
    usual = {
        Mistake(swapped=True): "D's labels are swapped, the teacher's rows are the real side",
        Mistake(d_sigmoid_twice=True): "a sigmoid too many: the loss wants the score itself",
        Mistake(label_first=True): "the row of logits stands first, the label's row behind it",
        Mistake(student_first=True): "D moves first, then the student",
        Mistake(probabilities=True): "D reads the logits as they are, without a softmax",
    }
    clues = {reference(mistake)[1][0]: says for mistake, says in usual.items()} | {
        right / 2: "add the losses of the two sides, do not average them",
        right * ROWS: "the mean over each side's rows, not the sum",
        -right: "a loss is *minus* the logarithm of what D gives to the truth",
        of_student: "the losses have changed places: D's comes first",
        _after_d_step(): "this is D's loss after its step, wanted the one before",
    }
    return clue(got, clues, CLOSE) or "D's loss, before its step: -log D(real) - log(1 - D(fake))"


def _after_d_step() -> float:
    """D's loss, nats, when D has moved once and the student has not."""
    rows, labels = batch()
    start, d = Models(), reference(Mistake())[0].d
    beside = torch.eye(CLASSES)[labels]
    real, fake = (
        d(torch.cat([side(rows), beside], dim=1)) for side in (start.teacher, start.student)
    )
    return float((nn.functional.softplus(-real) + nn.functional.softplus(fake)).mean())


def _d_step_clue(models: Models) -> str:
    helped = (
        Mistake(d_helps=True),
        Mistake(d_helps=True, old_d=True),
        Mistake(d_helps_uncleared=True),
    )
    if any(_equal(models.d, reference(mistake)[0].d) for mistake in helped):
        return (
            "D also learned from the student's loss, and so helps the one that it should catch: "
            "in the student's step call the student's optimizer alone"
        )
    return "D's step is not the one of its loss: `zero_grad`, `backward`, then `step`, once"


def _guide_clue(got: float, wanted: float) -> str:
    clues = {
        reference(Mistake(guided_to_fake=True))[1][1]: "the student wants to be taken for real: "
        "-log D(fake), not -log(1 - D(fake))",
        reference(Mistake(old_d=True))[1][1]: "these are scores from before D's step: score the "
        "student's rows again, with the D that has just learned",
        reference(Mistake(student_sigmoid_twice=True))[1][
            1
        ]: "a sigmoid too many in the student's loss",
        wanted * ROWS: "the mean over the rows, not the sum",
        -wanted: "minus the logarithm: the student *lowers* its loss",
        -reference(Mistake(guided_to_fake=True))[1][1]: "log(1 - D) is the saturating form; wanted "
        "-log D",
    }
    return (
        clue(got, clues, CLOSE) or "the student's loss is the mean of -log D(fake), after D's step"
    )


def _equal(one: nn.Linear, other: nn.Linear) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.allclose(a, b, rtol=0, atol=1e-5) for a, b in pairs)
