"""Online distillation: teacher and student learn from every batch, the teacher first."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from labkit.data.encoding.encoded import Encoded
from labkit.methods.online.config import OnlineConfig, OnlineStep, SideConfig, SideStep
from labkit.methods.online.exchange import Exchange
from labkit.methods.online.parts import Parts, losses, report
from labkit.methods.online.seat import SideSeat
from labkit.methods.online.side import Answer, Inputs, Side
from labkit.training.config import DistillConfig, Step
from labkit.training.loop import Plan
from labkit.training.marks import architecture, label_mark, mark_of, weights_key
from labkit.training.run_folder import RunFolder
from labkit.training.together import Turn, together

Targets = Callable[[Tensor], Tensor]
"""Positions of some texts -> stored teacher logits (batch, classes)."""
Copying = Callable[[Answer, Tensor], Tensor]
"""The student's answer and the positions of its texts -> a further loss, such as PKD's."""


@dataclass(frozen=True)
class Pupil:
    """A model with what it reads; teacher and student may read the texts in their own tokens."""

    model: nn.Module
    """Trained in place; see `Side`."""
    inputs: Inputs
    judge: Callable[[], float] | None = None
    """Chooses the best weights at the ends of epochs; None keeps the last ones."""


TeacherStep = Callable[[Exchange, Turn], SideStep]
"""Takes one step of the teacher; each method beside KDFD has its own."""


def listening_teacher(exchange: Exchange, turn: Turn) -> SideStep:
    """Eq. 3, 4 and 9: the teacher learns from labels, the student of step m and its bottleneck."""
    began, side = time.perf_counter(), exchange.teacher
    listens = side.config.weights.kd > 0
    other = exchange.of_student(turn.rows) if listens else None
    answer = side.answer(turn.rows)
    parts = losses(side, answer, turn.rows, other, exchange.config.temperature)
    return _taken(side, turn, answer, parts, began)


def learning_student(exchange: Exchange, turn: Turn) -> SideStep:
    """Eq. 1, 5 and 10: the student learns from labels and the teacher of step m + 1."""
    began, side, config = time.perf_counter(), exchange.student, exchange.config
    needed = side.config.weights.kd > 0 or config.tie > 0
    other = exchange.of_teacher(turn.rows) if needed else None
    answer = exchange.students_answer(turn.rows)
    parts = losses(side, answer, turn.rows, other, config.temperature, config.tie)
    return _taken(side, turn, answer, parts, began)


def _taken(side: Side, turn: Turn, answer: Answer, parts: Parts, began: float) -> SideStep:
    side.descend(parts.total, turn)
    return report(side, turn, answer, parts, time.perf_counter() - began)


def online(
    student: Pupil,
    teacher: Pupil,
    train: Encoded,
    config: OnlineConfig,
    *,
    teacher_step: TeacherStep = listening_teacher,
    labels: Tensor | None = None,
    folder: Path | None = None,
) -> Iterator[OnlineStep]:
    """Train teacher and student in place, yielding one `OnlineStep` a batch.

    Source: KDFD, eq. 3 to 5, 9 and 10; the order follows ProKT (Shi et al. 2020,
    arXiv:2010.13505) too. Per batch: student's logits of step m (eval mode), the teacher's step,
    the teacher's logits of step m + 1 (eval mode), the student's step; four forwards.

    train:        the texts, which decide the batches; labels come from them unless given
    labels:       one for each text; there may be more, such as those of a quiz's rows
    teacher_step: how the teacher learns; the methods of `meta` bring their own
    folder:       where the run writes itself down; a run found there goes on where it stopped
    errors:       ValueError when labels, outputs and weights do not fit together
    """
    known = _labels(train, labels)
    with _given_back(student.model, teacher.model):
        sides = _sides(student, teacher, known, config)
        exchange = Exchange(sides["teacher"], sides["student"], config, teacher_step)
        steps = {"teacher": teacher_step, "student": learning_student}
        if config.freeze_teacher:
            del steps["teacher"]
        seats = {
            name: SideSeat(sides[name], _bound(take, exchange)) for name, take in steps.items()
        }
        disk = _folder(folder, sides, seats, train, known, config, teacher_step)
        turns = _plan(train, config).turns
        yield from together(seats, turns, _report, disk, config.save_every, exchange)


def offline(
    student: Pupil,
    targets: Targets | None,
    train: Encoded,
    config: OnlineConfig,
    *,
    labels: Tensor | None = None,
    copying: Copying | None = None,
    folder: Path | None = None,
) -> Iterator[OnlineStep]:
    """Eq. 1 and 2: the student alone learns from labels and stored logits of a frozen teacher.

    targets: such as the rows of a table of teacher logits; None with Weights(ce=1, kd=0)
    copying: is added to the loss as it is: what `layer_mapping` makes of hidden states
    All else as in `online`; config.teacher, order and tie have no effect.
    """
    known = _labels(train, labels)
    side = _side(student, known, config, config.student, 0)

    def step(turn: Turn) -> SideStep:
        began, answer = time.perf_counter(), side.answer(turn.rows)
        other = None if targets is None else Answer(targets(turn.rows).to(side.where), None)
        parts = losses(side, answer, turn.rows, other, config.temperature)
        if copying is not None:
            parts = replace(parts, total=parts.total + copying(answer, turn.rows))
        return _taken(side, turn, answer, parts, began)

    seats = {"student": SideSeat(side, step)}
    disk = _folder(folder, {"student": side}, seats, train, known, config, (targets, copying))
    yield from together(seats, _plan(train, config).turns, _report, disk, config.save_every)


@contextmanager
def _given_back(*models: nn.Module) -> Iterator[None]:
    """At the end each model is in the mode it came in; to compare their outputs changes it."""
    modes = [model.training for model in models]
    try:
        yield
    finally:
        for model, was_training in zip(models, modes, strict=True):
            model.train(was_training)


def _bound(step: TeacherStep, exchange: Exchange) -> Callable[[Turn], SideStep]:
    return lambda turn: step(exchange, turn)


def _report(turn: Turn, steps: Sequence[Step]) -> OnlineStep:
    taken = [step for step in steps if isinstance(step, SideStep)]
    teacher = taken[0] if len(taken) == 2 else None
    return OnlineStep(turn.index, turn.total, turn.epoch, taken[-1], teacher)


def _plan(train: Encoded, config: OnlineConfig) -> Plan:
    batches = DistillConfig(epochs=config.epochs, batch_size=config.batch_size, seed=config.seed)
    return Plan(train, batches)


def _labels(train: Encoded, labels: Tensor | None) -> Tensor:
    known = train.labels if labels is None else labels
    if known is None or len(known) < len(train):
        got = "none" if known is None else str(len(known))
        raise ValueError(f"got {got} labels for {len(train)} texts; give one for each text")
    return known


def _sides(student: Pupil, teacher: Pupil, labels: Tensor, config: OnlineConfig) -> dict[str, Side]:
    sides = {
        "teacher": _side(teacher, labels, config, config.teacher, 1),
        "student": _side(student, labels, config, config.student, 0),
    }
    some = torch.arange(min(2, len(labels)))
    shapes = {name: tuple(side.look(some).logits.shape) for name, side in sides.items()}
    if shapes["teacher"] != shapes["student"]:
        raise ValueError(
            f"got logits of shape {shapes['teacher']} from the teacher and {shapes['student']} "
            "from the student, wanted equally many outputs; build both for the same classes"
        )
    return sides


def _side(pupil: Pupil, labels: Tensor, config: OnlineConfig, own: SideConfig, place: int) -> Side:
    # the student's chance depends on the seed alone, so that every arm of a seed draws the same
    seed = config.seed * 2 + place
    return Side(pupil.model, pupil.inputs, labels, own, seed, config.precision, pupil.judge)


def _folder(
    folder: Path | None,
    sides: Mapping[str, Side],
    learning: Collection[str],
    train: Encoded,
    labels: Tensor,
    config: OnlineConfig,
    method: object,
) -> RunFolder | None:
    """The folder of a run; learning: names of the sides whose weights the run leaves changed."""
    if folder is None:
        return None
    told: dict[str, object] = {"config": asdict(config), "training texts": train.key}
    told["labels"] = label_mark(replace(train, labels=labels))
    told["method"] = mark_of(method)
    for name, side in sides.items():
        told[name] = architecture(side.model)
        told[f"first weights of the {name}"] = weights_key(side.model)
    return RunFolder(folder, told, {name: f"first weights of the {name}" for name in learning})
