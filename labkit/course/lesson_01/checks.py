"""Checks of lesson 01: temperature, the soft loss, and which bug a loss has."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from labkit import losses
from labkit.course.check import answered, check, holds, same, same_shape
from labkit.course.clues import clue

Loss = Callable[..., Tensor]
FINE, CLASSES, SQUARE = "fine", "divides by the classes", "no T squared"

LOGITS = torch.tensor([[2.0, 0.5, -1.0], [-1.0, 4.0, 1.5]])
STUDENT = torch.tensor([[1.0, 0.0, -2.0, 0.5], [0.3, 0.2, 0.1, 2.0], [-1.0, 2.5, 0.0, 0.0]])
TEACHER = torch.tensor([[3.0, 1.0, 0.0, -2.0], [2.0, 0.0, 1.0, 0.5], [0.0, 1.0, -3.0, 2.0]])

LIMITS = {
    2.0: "the factor 1/2 is missing",
    4.0: "divide by the number of classes, here 4",
    4 / 3: "the squares were divided by C - 1, wanted by C: the population variance",
    6.0: "this is the sum over the batch, wanted the mean",
    4 / 6: "C is the number of classes, here 4; the batch has 6 rows",
    0.25: "the classes were divided out twice: a mean over them needs no C any more",
    0.0: "a centred row sums to 0: square first, then sum",
}
"""What a wrong limit is of the right one, for six rows of four classes -> what was done."""


@check("01-soften")
def soften(answer: Callable[[Tensor, float], Tensor]) -> None:
    """softened(logits, temperature) -> probabilities (batch, classes)."""
    got = answer(LOGITS, 1.0)
    same_shape(got, (2, 3), "keep one row per text and one column per class")
    sums = got.detach().exp().sum(-1)
    logarithms = bool((got <= 0).all()) and bool(((sums - 1).abs() < 1e-4).all())
    holds(not logarithms, "these are the logarithms of probabilities: softmax, not log_softmax")
    same(got.sum(-1), torch.ones(2), "each text's classes must sum to 1: softmax over `dim=-1`")
    same(got, F.softmax(LOGITS, dim=-1), "at temperature 1 nothing is softened")
    hot, cold = answer(LOGITS, 5.0), answer(LOGITS, 0.5)
    holds(
        bool((hot.amax(-1) < got.amax(-1)).all()),
        "at temperature 5 the largest class grew or stayed, wanted it smaller: divide, and "
        "divide the logits, not the probabilities",
    )
    # p at temperature T is p at temperature 1 to the power 1/T, made to sum to 1 again
    for temperature, found in ((5.0, hot), (0.5, cold)):
        power = F.softmax(LOGITS, dim=-1) ** (1 / temperature)
        wanted = power / power.sum(-1, keepdim=True)
        squared = {F.softmax(LOGITS / temperature**2, dim=-1): "by T itself, not by its square"}
        hint = clue(found, squared) or "before the softmax"
        same(found, wanted, f"temperature {temperature:g}: divide the logits {hint}")
    large = answer(torch.tensor([[300.0, 299.0, -300.0]]), 1.0)
    wanted = F.softmax(torch.tensor([[1.0, 0.0, -599.0]]), dim=-1)
    same(large, wanted, "large logits overflow, and may not be cut off: use torch.softmax")


@check("01-limit")
def limit(answer: Loss) -> None:
    """high_temperature_limit(student, teacher) -> scalar, the limit of soft_kl."""
    student = torch.cat([STUDENT, STUDENT.flip(1)]).double()
    teacher = torch.cat([TEACHER, TEACHER]).double()
    got = torch.as_tensor(answer(student, teacher))
    same_shape(got, (), "one number: sum over the classes, mean over the batch")
    same(answer(teacher, teacher), 0.0, "equal logits have distance 0")
    shifted = answer(student + torch.tensor([[5.0], [-3.0], [1.0], [0.0], [2.0], [9.0]]), teacher)
    same(shifted, got, "a number added to a whole row must not matter: centre each row first")
    wanted = losses.soft_kl(student, teacher, 1e4)
    hint = clue(float(got / wanted), LIMITS, 1e-2) or "sum the squares over classes, mean over rows"
    same(got, wanted, f"this is soft_kl at temperature 10000; {hint}", tolerance=1e-3)


@check("01-soft-kl")
def soft_kl(answer: Loss) -> None:
    """soft_kl(student, teacher, temperature) -> scalar, KL(teacher || student) * T^2."""
    got = answer(STUDENT, TEACHER, 1.0)
    same_shape(got, (), "one number: the mean over the batch")
    equal = answer(TEACHER, TEACHER, 2.0)
    same(equal, 0.0, _clue_of_equal(float(equal.detach())))
    for temperature in (1.0, 4.0):
        got, wanted = answer(STUDENT, TEACHER, temperature), _by_hand(temperature)
        same(got, wanted, f"temperature {temperature:g}; {_clue(float(got.detach()), temperature)}")
    teacher = TEACHER.clone().requires_grad_()
    student = STUDENT.clone().requires_grad_()
    loss = answer(student, teacher, 2.0)
    holds(loss.requires_grad, "no gradient reaches the student: `no_grad` is for the teacher alone")
    loss.backward()
    holds(student.grad is not None, "no gradient reaches the student: do not detach its logits")
    holds(teacher.grad is None, "the gradient reaches the teacher: use `teacher.detach()`")


def _by_hand(temperature: float, reverse: bool = False) -> float:
    """The loss from its definition, sum of q * log(q / p), without torch's kl_div."""
    pair = [(logits / temperature).double().softmax(-1) for logits in (TEACHER, STUDENT)]
    q, p = reversed(pair) if reverse else pair
    return float((q * (q / p).log()).sum(-1).mean()) * temperature**2


def _over_texts(temperature: float) -> float:
    """The loss with both softmaxes over the wrong axis."""
    log_q, log_p = ((one / temperature).double().log_softmax(0) for one in (TEACHER, STUDENT))
    return float((log_q.exp() * (log_q - log_p)).sum(-1).mean()) * temperature**2


def _clue_of_equal(got: float) -> str:
    """Why the loss of equal logits is not 0 in an answer."""
    soft = (TEACHER / 2.0).double().softmax(-1)
    entropy = float(-(soft * soft.log()).sum(-1).mean())
    if got != got:
        return "kl_div's second argument was logarithms: probabilities, or `log_target=True`"
    if got < 0:
        return "a KL is never below 0: kl_div wants log-probabilities first"
    if any(abs(got - entropy * factor) < 1e-3 for factor in (1, 2, 4)):
        return "this is the cross-entropy with soft labels; take the teacher's entropy off"
    half = (soft * (soft / TEACHER.double().softmax(-1)).log()).sum(-1).mean()
    if any(abs(got - float(half) * factor) < 1e-3 for factor in (1, 2, 4)):
        return "only the teacher was softened: divide the student's logits by T too"
    return "equal logits leave nothing to learn"


def _clue(got: float, temperature: float) -> str:
    """What the usual mistakes would have given."""
    wanted = _by_hand(temperature)
    rows, classes = STUDENT.shape
    usual = {
        wanted / classes: 'it was divided by the classes too: `reduction="batchmean"`',
        wanted * rows: "it is the sum over the batch, wanted the mean",
        _by_hand(temperature, reverse=True): "teacher and student have changed places",
        wanted / temperature**2: "multiply by temperature squared",
        wanted / temperature: "multiply by the square of the temperature",
        -wanted: "the sign is turned: the logarithm is of q / p, not of p / q",
        _over_texts(temperature): "the softmax went over the texts, wanted the classes: `dim=-1`",
    }
    near = min(usual, key=lambda value: abs(value - got))
    if abs(near - got) < 1e-3:
        return usual[near]
    return "kl_div takes the student's log-probabilities first, then the teacher's"


@check("01-diagnose")
def diagnose(answer: Callable[[Loss], str]) -> None:
    """diagnose(soft_loss) -> "fine", "divides by the classes" or "no T squared"."""
    for wanted, family in _LOSSES.items():
        for loss in family:
            got = answer(loss)
            answered(got, "diagnose")
            holds(
                got in _LOSSES,
                f'got "{got}", wanted one of {", ".join(repr(name) for name in _LOSSES)}',
            )
            holds(
                got == wanted,
                f'got "{got}" for a loss of which the right word is "{wanted}". {_ASK[wanted]}',
            )


def _definition(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    log_q = F.log_softmax(teacher / temperature, -1)
    log_p = F.log_softmax(student / temperature, -1)
    return (log_q.exp() * (log_q - log_p)).sum(-1).mean() * temperature**2


_LOSSES: dict[str, tuple[Loss, ...]] = {
    FINE: (
        losses.soft_kl,
        _definition,
        lambda s, t, temperature: (1 + 1e-6) * _definition(s, t, temperature),
    ),
    CLASSES: (
        lambda s, t, temperature: _definition(s, t, temperature) / s.shape[-1],
        lambda s, t, temperature: losses.soft_kl(s, t, temperature) / s.shape[1],
    ),
    SQUARE: (
        lambda s, t, temperature: _definition(s, t, temperature) / temperature**2,
        lambda s, t, temperature: losses.soft_kl(s / temperature, t / temperature, 1.0),
    ),
}


_ASK = {
    FINE: "Sums of floats differ in their last digits: call two losses equal within a tolerance",
    CLASSES: "At temperature 1 nothing is multiplied: if it is smaller than soft_kl even there, "
    "that is not the T squared",
    SQUARE: "At temperature 1 that cannot be seen: ask there first, and then at another one",
}
"""What is wrong with a loss -> how one could have found it."""
