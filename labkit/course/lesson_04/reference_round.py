"""One round of the adversary's game on three small linear models, right or with a known mistake.

Worked out by binary cross-entropy and `torch.autograd.grad`, apart from labkit's own losses, so
that the check of the exercise has something independent to compare an answer with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CLASSES, ROWS, FEATURES = 3, 5, 4
RATE = 0.5
"""Step size of both sides, plain gradient descent."""


@dataclass(frozen=True)
class Mistake:
    """What is done differently from the right round; all False is the right one."""

    swapped: bool = False
    """D takes the teacher's rows for fake."""
    d_sigmoid_twice: bool = False
    """The scores go through a sigmoid before D's loss, which has one of its own."""
    student_sigmoid_twice: bool = False
    """The same before the student's loss."""
    guided_to_fake: bool = False
    """The student is told to be taken for fake."""
    old_d: bool = False
    """The student plays against D as it was before its step."""
    d_helps: bool = False
    """D is moved by the student's loss as well, its gradients cleared before."""
    d_helps_uncleared: bool = False
    """The same, with the gradients of its own step still there."""
    leaks: bool = False
    """D's loss moves the student as well."""
    label_first: bool = False
    """D reads the label before the row of logits."""
    student_first: bool = False
    """The student moves before D does."""
    probabilities: bool = False
    """D reads softmaxed rows instead of logits."""


@dataclass
class Models:
    """D, student and teacher, small and linear, with the passes of gradient that reach two."""

    d: nn.Linear = field(default_factory=lambda: _linear(2 * CLASSES, 1, seed=1))
    student: nn.Linear = field(default_factory=lambda: _linear(FEATURES, CLASSES, seed=2))
    teacher: nn.Linear = field(default_factory=lambda: _linear(FEATURES, CLASSES, seed=3))
    to_student: list[Tensor] = field(default_factory=list)
    to_teacher: list[Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.student.bias.register_hook(self.to_student.append)
        self.teacher.bias.register_hook(self.to_teacher.append)


def _linear(inputs: int, outputs: int, seed: int) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(layer.weight.shape, generator=draw))
        layer.bias.copy_(torch.randn(layer.bias.shape, generator=draw))
    return layer


def batch() -> tuple[Tensor, Tensor]:
    """Rows of features (ROWS, FEATURES) and their labels (ROWS,)."""
    rows = torch.randn(ROWS, FEATURES, generator=torch.Generator().manual_seed(4))
    return rows, torch.tensor([0, 1, 2, 1, 0])


def reference(mistake: Mistake, rounds: int = 1) -> tuple[Models, Sequence[float]]:
    """The models after some rounds, with one mistake or none, and both losses of the last round.

    The losses, nats, are D's before its step and the student's after it.
    """
    models, losses = Models(), [0.0, 0.0]
    for _ in range(rounds):
        losses = _worked_out(models, mistake)
    return models, losses


def _worked_out(models: Models, mistake: Mistake) -> list[float]:
    rows, labels = batch()
    beside = torch.eye(CLASSES)[labels]
    of_d, of_student = list(models.d.parameters()), list(models.student.parameters())

    def surprise(logits: Tensor, is_real: bool, squash: bool) -> Tensor:
        row = logits.softmax(dim=1) if mistake.probabilities else logits
        parts = [beside, row] if mistake.label_first else [row, beside]
        score = models.d(torch.cat(parts, dim=1))[:, 0]
        score = score.sigmoid() if squash else score
        return F.binary_cross_entropy_with_logits(score, torch.full((ROWS,), float(is_real)))

    real, fake = models.teacher(rows).detach(), models.student(rows)
    if mistake.student_first:
        early = torch.autograd.grad(surprise(fake, True, False), of_student)
        _move(of_student, early)
        fake = models.student(rows)
    for_d, for_student = mistake.d_sigmoid_twice, mistake.student_sigmoid_twice
    lost = surprise(real, not mistake.swapped, for_d) + surprise(fake, mistake.swapped, for_d)
    pull_d = torch.autograd.grad(lost, of_d, retain_graph=True)
    leaked = torch.autograd.grad(lost, of_student, retain_graph=True)
    guide = surprise(fake, not mistake.guided_to_fake, for_student)
    if not mistake.old_d:
        _move(of_d, pull_d)
        guide = surprise(models.student(rows), not mistake.guided_to_fake, for_student)
    pull_student = list(torch.autograd.grad(guide, of_student, retain_graph=True))
    help_d = torch.autograd.grad(guide, of_d)
    if mistake.old_d:
        _move(of_d, pull_d)
    if mistake.d_helps or mistake.d_helps_uncleared:
        _move(of_d, help_d)
    if mistake.d_helps_uncleared:
        _move(of_d, pull_d)
    if mistake.leaks:
        pull_student = [one + two for one, two in zip(pull_student, leaked, strict=True)]
    _move(of_student, pull_student)
    return [float(lost.detach()), float(guide.detach())]


def _move(weights: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    with torch.no_grad():
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= RATE * gradient
