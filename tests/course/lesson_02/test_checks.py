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
    "over the batch": (lambda z: (z - z.mean(0)) / z.std(0), "mean 0"),
    "over everything": (lambda z: (z - z.mean()) / z.std(), "mean 0"),
    "not centred": (lambda z: z / z.std(-1, keepdim=True), "mean 0"),
    "centred only": (centred, "divide by it"),
    "by the variance": (lambda z: centred(z) / z.var(-1, keepdim=True), "not its square"),
    "by the classes": (
        lambda z: centred(z) / z.std(-1, keepdim=True, unbiased=False),
        "wanted by the classes - 1",
    ),
    "upside down": (lambda z: -scored(z), "order of the classes"),
    "first row": (lambda z: scored(z)[0], r"got shape \(4,\), wanted \(2, 4\)"),
}


def difference(loss, change):
    chance = torch.Generator().manual_seed(1)
    student, teacher = torch.randn(2, 3, 4, generator=chance)
    return abs(float(loss(student, teacher, 2.0) - loss(change(student), teacher, 2.0)))


def tries(shift, scale, tolerance=1e-4):
    def answer(loss):
        return tuple(difference(loss, change) < tolerance for change in (shift, scale))

    return answer


def row_shift(student):
    return student + torch.tensor([[1.0], [2.0], [-3.0]])


def row_scale(student):
    return student * torch.tensor([[0.5], [2.0], [3.0]])


BLIND = {
    "always blind": (lambda loss: (True, True), "for the scale of plain soft_kl"),
    "never blind": (lambda loss: (False, False), "for the shift of plain soft_kl"),
    "one scale for all": (tries(row_shift, lambda s: 3 * s), "one scale for the batch"),
    "changed places": (tries(row_scale, row_shift), "for the shift of plain soft_kl"),
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
        "rank of the Jacobian of",
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
    "other temperature": (hot, "temperature 2"),
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
    "left out": (left_out, "counts as 0.01|not a number"),
}

WRONG = [
    *refused(checks.zscore, ZSCORE),
    *refused(checks.blind, BLIND),
    *refused(checks.freedom, FREEDOM),
    *refused(checks.gradient, GRADIENT),
    *refused(checks.guard, GUARD),
]


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
