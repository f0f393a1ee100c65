"""Every check of lesson 02 rejects the usual mistakes, says why, and takes other right answers."""

import pytest
import torch

from labkit import losses
from labkit.course.check import CheckFailed
from labkit.course.lesson_02 import checks
from labkit.losses import invariances
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def centred(z):
    return z - z.mean(-1, keepdim=True)


def scored(z):
    return centred(z) / z.std(-1, keepdim=True)


ZSCORE = {
    "over the batch": (lambda z: (z - z.mean(0)) / z.std(0), "down the columns"),
    "over everything": (lambda z: (z - z.mean()) / z.std(), "one mean for the whole table"),
    "not centred": (lambda z: z / z.std(-1, keepdim=True), "was not subtracted"),
    "no brackets": (
        lambda z: z - z.mean(-1, keepdim=True) / z.std(-1, keepdim=True),
        "brackets around",
    ),
    "from 0 to 1": (lambda z: (z - z.amin()) / (z.amax() - z.amin()), "must have mean 0"),
    "by the length": (
        lambda z: centred(z) / centred(z).norm(dim=-1, keepdim=True),
        "divided by the length of a row",
    ),
    "a number added": (
        lambda z: centred(z) / (z.std(-1, keepdim=True) + 0.01),
        "with nothing added",
    ),
    "centred only": (centred, "divide by it"),
    "by the variance": (lambda z: centred(z) / z.var(-1, keepdim=True), "not by its square"),
    "by the classes": (
        lambda z: centred(z) / z.std(-1, keepdim=True, unbiased=False),
        "wanted by the classes - 1",
    ),
    "upside down": (lambda z: -scored(z), "order of the classes"),
    "first row": (lambda z: scored(z)[0], r"got shape \(4,\), wanted \(2, 4\)"),
}


def difference(loss, change, of="student", classes=4):
    chance = torch.Generator().manual_seed(1)
    student, teacher = torch.randn(2, 3, classes, generator=chance)
    pair = (student, change(teacher)) if of == "teacher" else (change(student), teacher)
    return abs(float(loss(student, teacher, 2.0) - loss(*pair, 2.0)))


def tries(shift, scale, tolerance=1e-4, of="student", classes=4):
    def answer(loss):
        return tuple(difference(loss, change, of, classes) < tolerance for change in (shift, scale))

    return answer


def row_shift(student):
    return student + torch.tensor([[1.0], [2.0], [-3.0]])


def row_scale(student):
    return student * torch.tensor([[0.5], [2.0], [3.0]])


two_classes = tries(row_shift, row_scale, classes=2)

BLIND = {
    "two classes": (two_classes, "rows of three classes or more"),
    "teacher changed": (tries(row_shift, row_scale, of="teacher"), "not the teacher's"),
    "says the contrary": (
        lambda loss: tuple(not one for one in tries(row_shift, row_scale)(loss)),
        r"blind means that the value \*stays\*",
    ),
    "always blind": (lambda loss: (True, True), "for the scale of plain soft_kl"),
    "never blind": (lambda loss: (False, False), "for the shift of plain soft_kl"),
    "one scale for all": (tries(row_shift, lambda s: 3 * s), "one scale for the batch"),
    "changed places": (tries(row_scale, row_shift), "shift comes first, then the scale"),
    "to the last digit": (tries(row_shift, row_scale, 0.0), "tolerance"),
    "one truth value": (lambda loss: True, "wanted two truth values"),
}


def slopes(function, row):
    point = row.double().unsqueeze(0)
    return torch.autograd.functional.jacobian(function, point).reshape(-1, len(row))


FREEDOM = {
    "the classes": (lambda f, row: len(row), "rank of the Jacobian of centred logits"),
    "minus two": (lambda f, row: len(row) - 2, "logits as they are"),
    "rounding counts": (
        lambda f, row: int((torch.linalg.svdvals(slopes(f, row)) > 1e-30).sum()),
        "rank of the Jacobian of .*; compute in float64 and count with `atol=1e-5`",
    ),
    "size of the output": (lambda f, row: f(row.unsqueeze(0)).numel(), "centred logits"),
}


def gradient_of(loss, student, teacher):
    moving = student.detach().clone().requires_grad_()
    loss(moving, teacher, 2.0).backward()
    return moving.grad


def on_the_original(loss, student, teacher):
    student.requires_grad_()
    loss(student, teacher, 2.0).backward()
    found = float(student.grad.norm())
    student.grad = None
    return found


def adding_up(loss, student, teacher):
    if student.grad is None:
        student.requires_grad_()
    loss(student, teacher, 2.0).backward()
    return float(student.grad.norm())


def hot(loss, student, teacher):
    moving = student.detach().clone().requires_grad_()
    loss(moving, teacher, 1.0).backward()
    return float(moving.grad.norm())


GRADIENT = {
    "largest": (lambda *a: float(gradient_of(*a).abs().max()), "the largest entry"),
    "squares": (lambda *a: float(gradient_of(*a).square().sum()), "take the root"),
    "the loss": (lambda loss, s, t: float(loss(s, t, 2.0)), "norm of the gradient"),
    "other temperature": (hot, "norm at temperature 1"),
    "sum of sizes": (lambda *a: float(gradient_of(*a).abs().sum()), "sum of the sizes"),
    "mean of rows": (lambda *a: gradient_of(*a).norm(dim=-1).mean(), "mean norm of a row"),
    "of the logits": (lambda loss, s, t: s.norm(), "norm of the logits"),
    "a table": (gradient_of, r"got a tensor of shape \(4, 3\), wanted one number"),
    "of the teacher": (
        lambda loss, s, t: gradient_of(loss, t, s).norm(),
        r"\*student's\* logits",
    ),
    "no leaf": (
        lambda loss, s, t: loss(s.clone(), t, 2.0).backward(),
        r"What to do: no gradient can flow from here.*requires_grad_",
    ),
    "changes the logits": (on_the_original, "were changed"),
    "adds up": (adding_up, "fresh copy"),
}


def root_outside(z):
    variance = centred(z).square().sum(-1, keepdim=True) / (z.shape[-1] - 1)
    return centred(z) / variance.sqrt().clamp_min(0.01)


def left_out(z):
    deviation = z.std(-1, keepdim=True)
    return torch.where(deviation < 0.01, torch.zeros_like(z), scored(z))


GUARD = {
    "no guard": (scored, "0 / 0|got"),
    "tiny number": (lambda z: centred(z) / (z.std(-1, keepdim=True) + 1e-7), "counts as 0.01"),
    "always added": (lambda z: centred(z) / (z.std(-1, keepdim=True) + 0.01), "must not change"),
    "root outside": (root_outside, "has no slope"),
    "added under the root": (
        lambda z: centred(z) / (z.var(-1, keepdim=True) + 0.01**2).sqrt(),
        "a deviation of 0.02 is ordinary",
    ),
    "variance of 0.01": (
        lambda z: centred(z) / z.var(-1, keepdim=True).clamp_min(0.01).sqrt(),
        r"0.01\*\*2, not 0.01",
    ),
    "detached": (
        lambda z: (centred(z) / z.std(-1, keepdim=True).clamp_min(0.01)).detach(),
        "no gradient reaches the logits",
    ),
    "left out": (left_out, "counts as 0.01|not a number"),
}

WRONG = [
    *refused(checks.zscore, ZSCORE),
    *refused(checks.blind, BLIND),
    *refused(checks.freedom, FREEDOM),
    *refused(checks.gradient, GRADIENT),
    *refused(checks.guard, GUARD),
]


@pytest.mark.filterwarnings("ignore:zscore_kl teaches nothing at two classes")
@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


def by_norm(z):
    return torch.nn.functional.normalize(centred(z), dim=-1) * (z.shape[-1] - 1) ** 0.5


def guarded(z):
    variance = z.var(-1, keepdim=True)
    return centred(z) / variance.clamp_min(1e-4).sqrt()


RIGHT = {
    checks.zscore: (scored, by_norm, losses.zscore),
    checks.blind: (tries(row_shift, row_scale), invariances.blind_to),
    checks.freedom: (
        lambda f, row: int((torch.linalg.svdvals(slopes(f, row)) > 1e-5).sum()),
        invariances.freedom,
    ),
    checks.gradient: (
        lambda *a: float(gradient_of(*a).square().sum().sqrt()),
        invariances.gradient_norm,
    ),
    checks.guard: (
        guarded,
        losses.zscore,
        lambda z: centred(z) / z.std(-1, keepdim=True).clamp_min(0.01),
    ),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
