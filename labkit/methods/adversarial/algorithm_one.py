"""Algorithm 1's second stage in full: teacher, assistant and student learn in the same batch."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from torch import Tensor

from labkit.data.batches import Encoded, collate, shuffled_rows
from labkit.methods.adversarial.config import StageTwoConfig, StageTwoStep
from labkit.methods.adversarial.second_stage import StageTwoLoss, guide_teacher
from labkit.training.compact_embedding import compact, expand
from labkit.training.moving_teacher import EpochTargets, LivingTargets
from labkit.training.student_run import StudentRun, Teacher

if TYPE_CHECKING:
    from transformers import PreTrainedModel

TARGETS = ("batch", "epoch")


@dataclass(frozen=True)
class Player:
    """One of the three models, with its texts in its own tokens and its settings."""

    model: "PreTrainedModel" = field(repr=False)
    """Carries its stage-1 weights; trained in place."""
    train: Encoded = field(repr=False)
    """The training texts; the same texts in the same order for all three."""
    config: StageTwoConfig
    """Its loss and step sizes; epochs and batch_size must be equal for all three."""
    validation: Encoded | None = field(default=None, repr=False)
    """Labelled texts; the weights of the best epoch are put back at the end."""


@dataclass(frozen=True)
class TrioStep:
    """What one batch did to the three models."""

    index: int
    """Number of the batch, from 0."""
    total: int
    """Batches in the whole run."""
    epoch: int
    """Number of the pass over the training texts, from 0."""
    teacher: StageTwoStep
    """The teacher's step, eq. 5."""
    assistant: StageTwoStep
    """The assistant's step, eq. 4."""
    student: StageTwoStep
    """The student's step, eq. 6."""


def algorithm_one(
    teacher: Player,
    assistant: Player,
    student: Player,
    first_student: Teacher | None,
    *,
    first_teacher: Teacher | None = None,
    targets: str = "batch",
) -> Iterator[TrioStep]:
    """Train all three models in place, batch by batch, each on its own loss.

    Source: Adversarial Distillation, Algorithm 1, lines 16 to 28; eq. 4, 5 and 6.

    first_student: cached logits of the frozen stage-1 student, for the guided teacher
    first_teacher: cached logits of the stage-1 teacher, for a teacher with "resemble"
    targets: "batch" asks teacher and assistant anew before each batch, as printed; "epoch" asks
             them once before each epoch, and the students learn from that for the whole epoch
    errors: ValueError when the three do not fit together

    The paper leaves open whom the student learns soft labels from: here from the assistant, as
    in stage 1, while the discriminator's real side is the teacher. Targets are without dropout
    and from before the batch's update. The teacher sets the order of the texts, so its path does
    not depend on the other two: `teacher_by_epoch` runs it once for a whole grid of students.
    """
    _check_players(teacher, assistant, student, targets)
    return _batches(teacher, assistant, student, first_student, first_teacher, targets)


def teacher_by_epoch(
    teacher: Player, first_student: Teacher | None, *, first_teacher: Teacher | None = None
) -> EpochTargets:
    """Train the guided teacher alone and keep its logits as they were before each epoch.

    The cheap way to a grid of students: the teacher of Algorithm 1 does not look at the student
    it teaches, so one training serves all of them. `second_stage` takes the result as a teacher.
    """
    living = _living(teacher)
    steps = guide_teacher(
        teacher.model,
        first_student,
        teacher.train,
        teacher.config,
        first_teacher=first_teacher,
        validation=teacher.validation,
    )
    kept = [_whole(living, teacher, 0)]
    a_pass = math.ceil(len(teacher.train) / teacher.config.batch_size)
    for step in steps:
        epoch_over = (step.index + 1) % a_pass == 0
        if epoch_over and step.index + 1 < step.total:
            kept.append(_whole(living, teacher, step.epoch + 1))
    return EpochTargets(teacher.train, kept)


def _batches(
    teacher: Player,
    assistant: Player,
    student: Player,
    first_student: Teacher | None,
    first_teacher: Teacher | None,
    targets: str,
) -> Iterator[TrioStep]:
    above, between = _living(teacher), _living(assistant)
    players = [teacher, assistant, student]
    modes = [player.model.training for player in players]
    for player in players:
        compact(player.model, [player.train, *([player.validation] if player.validation else [])])
    try:
        seats = [
            _Seat(teacher, first_teacher, first_teacher, first_student),
            _Seat(assistant, above, above, first_student),
            _Seat(student, between, above, first_student),
        ]
        yield from _play(seats, [above, between], targets)
    finally:
        for player, mode in zip(players, modes, strict=True):
            expand(player.model)
            player.model.train(mode)


def _play(seats: "list[_Seat]", sources: list[LivingTargets], targets: str) -> Iterator[TrioStep]:
    first = seats[0].player
    config, texts = first.config, first.train
    total = config.epochs * math.ceil(len(texts) / config.batch_size)
    index = 0
    for epoch in range(config.epochs):
        plan = shuffled_rows(texts, config.batch_size, config.seed, epoch)
        if targets == "epoch":
            _look(sources, plan)
        for place, rows in enumerate(plan):
            if targets == "batch":
                _look(sources, [rows])
            last = place == len(plan) - 1
            steps = [seat.learn(rows, epoch, total, last) for seat in seats]
            yield TrioStep(index, total, epoch, *steps)
            index += 1
    for seat in seats:
        seat.run.finish()


class _Seat:
    """A player with its optimizer, its losses and its adversary."""

    def __init__(
        self,
        player: Player,
        soft: Teacher | None,
        real: Teacher | None,
        first_student: Teacher | None,
    ) -> None:
        self.player = player
        self.losses = StageTwoLoss(player.model, soft, player.config, real, first_student)
        self.run = StudentRun(player.model, player.config, None, self.losses)

    def learn(self, rows: Tensor, epoch: int, total: int, judge: bool) -> StageTwoStep:
        step = self.run.learn(collate(self.player.train, rows), self.losses, epoch, total)
        if judge and self.player.validation is not None:
            step = replace(step, validation=self.run.judge(self.player.validation))
        return cast(StageTwoStep, step)


def _look(sources: list[LivingTargets], plan: list[Tensor]) -> None:
    for source in sources:
        for rows in plan:
            source.look(rows)


def _living(player: Player) -> LivingTargets:
    classes = int(player.model.config.num_labels or 0)
    return LivingTargets(player.model, player.train, classes, player.config.precision)


def _whole(living: LivingTargets, player: Player, epoch: int) -> Tensor:
    """Logits of all rows, read in the batches of the coming epoch, as Algorithm 1 reads them."""
    config = player.config
    _look([living], shuffled_rows(player.train, config.batch_size, config.seed, epoch))
    return living.logits.clone()


def _check_players(teacher: Player, assistant: Player, student: Player, targets: str) -> None:
    if targets not in TARGETS:
        raise ValueError(f"got targets={targets!r}, wanted one of {TARGETS}")
    three = {"teacher": teacher, "assistant": assistant, "student": student}
    for name, player in three.items():
        if player.train.key != teacher.train.key:
            raise ValueError(
                f"the {name} reads other texts than the teacher; encode the same texts in the "
                "same order for all three"
            )
        for setting in ("epochs", "batch_size"):
            got, wanted = getattr(player.config, setting), getattr(teacher.config, setting)
            if got != wanted:
                raise ValueError(f"the {name} has {setting} {got}, wanted the teacher's {wanted}")
        if player.model.config.num_labels != teacher.model.config.num_labels:
            raise ValueError(
                f"the {name} has {player.model.config.num_labels} classes, wanted the teacher's "
                f"{teacher.model.config.num_labels}"
            )
    if teacher.config.weights.kd > 0:
        raise ValueError("the teacher has nobody above it; use StageTwoWeights.for_teacher(beta)")
