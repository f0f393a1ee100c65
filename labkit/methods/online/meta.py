"""Teachers that ask what their lesson did to the student: LGTM and MetaDistil."""

import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel

from labkit.methods.online.config import SideStep
from labkit.methods.online.exchange import Exchange
from labkit.methods.online.parts import hard_loss, losses, report, soft_loss
from labkit.methods.online.side import Answer, Side
from labkit.training.together import Turn

QUIZ_SEED = 97


@dataclass(frozen=True)
class Quiz:
    """Rows of the *training* texts that the student never trains on, asked after each lesson.

    Trap: LGTM's code takes them from the split that is reported. Here they are cut from train.
    """

    rows: Tensor
    """(quiz,) positions of the texts."""
    batch_size: int = 32
    """Rows asked at a time, at least 1."""

    def __post_init__(self) -> None:
        if self.batch_size < 1 or len(self.rows) == 0:
            raise ValueError(
                f"got {len(self.rows)} rows and batch_size {self.batch_size}, "
                "wanted both at least 1"
            )

    def ask(self, turn: Turn) -> Tensor:
        """The rows of this step's quiz; the same step always asks the same."""
        chance = torch.Generator().manual_seed(QUIZ_SEED + turn.index)
        return self.rows[torch.randperm(len(self.rows), generator=chance)[: self.batch_size]]


def cut_quiz(rows: int, share: float = 0.1, seed: int = 0) -> tuple[Tensor, Tensor]:
    """(rows to train on, rows for the quiz), a random cut of `rows` training texts.

    errors: ValueError for a share outside (0, 1), or one that leaves either side without rows
    """
    count = round(rows * share)
    if not 0 < share < 1 or not 0 < count < rows:
        raise ValueError(
            f"got share {share} of {rows} rows, wanted a share in (0, 1) that leaves rows to both"
        )
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    return order[count:].sort().values, order[:count].sort().values


def lgtm_teacher(quiz: Quiz) -> Callable[[Exchange, Turn], SideStep]:
    """A teacher's step that weighs its lesson by what it does to the student's quiz.

    Source: Ren et al. 2023, LGTM (arXiv:2305.09651), eq. 6 to 9 and the authors' code. S' is the
    student after one step of its own; g the gradient of its quiz loss; the teacher goes down
    grad L_t(S) - eta_s * (grad L_t(S + r g) - grad L_t(S - r g)) / (2 r), r = 0.01 / |g|.

    Trap: the authors move the student in place and back by arithmetic, so it does not come back
    to the last bit. Here its weights are never touched.
    """

    def step(exchange: Exchange, turn: Turn) -> SideStep:
        began, teacher, student = time.perf_counter(), exchange.teacher, exchange.student
        temperature = exchange.config.temperature
        shown = exchange.of_student(turn.rows)
        answer = teacher.answer(turn.rows)
        parts = losses(teacher, answer, turn.rows, shown, temperature)
        changes = influence(exchange, turn, quiz.ask(turn), answer)
        weights = _trained(teacher)
        gradients = torch.autograd.grad(parts.total, weights, allow_unused=True)
        rate = student.config.learning_rate
        _step_along(
            teacher,
            turn,
            [_minus(own, other, rate) for own, other in zip(gradients, changes, strict=True)],
        )
        return report(teacher, turn, answer, parts, time.perf_counter() - began)

    return step


def influence(exchange: Exchange, turn: Turn, asked: Tensor, answer: Answer) -> list[Tensor | None]:
    """How the gradient of the teacher's soft loss changes along the student's quiz gradient.

    answer: the teacher's, with gradient, whose graph stays usable
    returns one tensor for each trained weight of the teacher; None where the loss has no part
    """
    teacher, student = exchange.teacher, exchange.student
    direction = quiz_gradient(student, turn, asked, exchange.of_teacher(turn.rows), exchange)
    size = torch.stack([g.norm() for g in direction.values()]).norm()
    radius = float(0.01 / size.clamp_min(1e-12))
    ends = []
    for sign in (1.0, -1.0):
        moved = {
            name: weight.detach() + sign * radius * direction[name]
            for name, weight in student.model.named_parameters()
            if name in direction
        }
        logits = _with_weights(student, moved, turn.rows)
        loss = soft_loss(answer.logits, logits, exchange.config.temperature)
        kd = teacher.config.weights.kd * loss
        ends.append(
            torch.autograd.grad(kd, _trained(teacher), retain_graph=True, allow_unused=True)
        )
    pairs = zip(*ends, strict=True)
    return [None if a is None else (a - b) / (2 * radius) for a, b in pairs]


def quiz_gradient(
    student: Side, turn: Turn, asked: Tensor, shown: Answer, exchange: Exchange
) -> dict[str, Tensor]:
    """The gradient of the quiz loss after one trial step of the student, by name of weight.

    The step is taken by a copy with a copy of the optimizer; the student stays as it is.
    """
    trial = _copied(student)
    answer = trial.answer(turn.rows)
    trial.descend(losses(trial, answer, turn.rows, shown, exchange.config.temperature).total, turn)
    trial.model.eval()
    loss = hard_loss(trial.call(asked).logits, trial.targets(asked))
    named = [(name, w) for name, w in trial.model.named_parameters() if w.requires_grad]
    found = torch.autograd.grad(loss, [weight for _, weight in named], allow_unused=True)
    return {name: g for (name, _), g in zip(named, found, strict=True) if g is not None}


def _copied(side: Side) -> Side:
    """The same model, optimizer and chance once more; what it reads is shared, being large."""
    model = deepcopy(side.model)
    twin = Side(model, side.inputs, side.labels, side.config, 0, side.precision)
    twin.restore(side.tensors(), side.numbers())
    return twin


def metadistil_teacher(quiz: Quiz, inner_rate: float = 0.1) -> Callable[[Exchange, Turn], SideStep]:
    """A teacher's step that follows the student's quiz alone, through a trial step of the student.

    Source: Zhou et al. 2022, MetaDistil (arXiv:2106.04570), Algorithm 1 and the authors' code:
    S' = one plain gradient step of the student kept in the graph, on its labels and the squared
    error of softened probabilities; the teacher goes down the quiz loss of S' and nothing else.

    inner_rate: size of the trial step, above 0
    Trap: the gradient goes through a gradient, which torch's fused attention refuses on a CPU;
    the plain kernel is asked for here, in float32.
    """
    if not inner_rate > 0:
        raise ValueError(f"inner_rate must be above 0, got {inner_rate}")

    def step(exchange: Exchange, turn: Turn) -> SideStep:
        began, teacher = time.perf_counter(), exchange.teacher
        asked = quiz.ask(turn)
        with sdpa_kernel(SDPBackend.MATH):
            answer = teacher.answer(turn.rows)
            loss = quiz_after_trial(exchange, turn.rows, asked, answer, inner_rate)
            found = torch.autograd.grad(loss, _trained(teacher), allow_unused=True)
        _step_along(teacher, turn, list(found))
        with torch.no_grad():
            parts = losses(
                teacher,
                answer,
                turn.rows,
                exchange.student.look(turn.rows),
                exchange.config.temperature,
            )
        return report(teacher, turn, answer, parts, time.perf_counter() - began)

    return step


def quiz_after_trial(
    exchange: Exchange, rows: Tensor, asked: Tensor, answer: Answer, inner_rate: float
) -> Tensor:
    """The student's quiz loss after a trial step, as a function of the teacher's answer."""
    student, temperature = exchange.student, exchange.config.temperature
    weights = {n: w for n, w in student.model.named_parameters() if w.requires_grad}
    student.model.eval()
    logits = _with_weights(student, weights, rows, gradient=True)
    lesson = student.config.weights.kd * probability_mse(logits, answer.logits, temperature)
    lesson = lesson + student.config.weights.ce * hard_loss(logits, student.targets(rows))
    gradients = torch.autograd.grad(
        lesson, list(weights.values()), create_graph=True, allow_unused=True
    )
    moved = {
        name: weight if g is None else weight - inner_rate * g
        for (name, weight), g in zip(weights.items(), gradients, strict=True)
    }
    after = _with_weights(student, moved, asked, gradient=True)
    return hard_loss(after, student.targets(asked))


def probability_mse(own: Tensor, other: Tensor, temperature: float) -> Tensor:
    """MetaDistil's soft loss: mean squared error of softened probabilities, times T squared.

    own, other: (batch, classes) logits; here the gradient flows to both
    Trap: it is not the KL, and much smaller: at most T^2 * 2 / classes.
    """
    first, second = (F.softmax(logits / temperature, dim=1) for logits in (own, other))
    return F.mse_loss(first, second) * temperature**2


def _with_weights(
    side: Side, weights: Mapping[str, Tensor], rows: Tensor, gradient: bool = False
) -> Tensor:
    """Logits of the model with other weights, in eval mode; its own stay as they are."""
    side.model.eval()
    given = tuple(value.to(side.where) for value in side.inputs(rows))
    with torch.set_grad_enabled(gradient):
        logits: Tensor = functional_call(side.model, dict(weights), given).logits
    return logits.float()


def _trained(side: Side) -> list[Tensor]:
    return [weight for weight in side.model.parameters() if weight.requires_grad]


def _minus(own: Tensor | None, other: Tensor | None, rate: float) -> Tensor | None:
    if own is None or other is None:
        return own
    return own - rate * other


def _step_along(side: Side, turn: Turn, gradients: Sequence[Tensor | None]) -> None:
    for weight, gradient in zip(_trained(side), gradients, strict=True):
        weight.grad = gradient
    side.step(turn)
