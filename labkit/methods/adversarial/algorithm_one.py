"""Algorithm 1's second stage in full: teacher, assistant and student learn in the same batch."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from torch import Tensor

from labkit.data.encoding.encoded import Encoded
from labkit.methods.adversarial.config import StageTwoConfig, StageTwoStep
from labkit.methods.adversarial.second_stage import StageTwoLoss, check_parts, guide_teacher
from labkit.training.config import Step
from labkit.training.loop import Plan, description
from labkit.training.marks import mark_of
from labkit.training.moving_teacher import EpochTargets, MovingTeacher
from labkit.training.run_folder import RunFolder
from labkit.training.student_run import StudentSeat, Teacher
from labkit.training.together import Turn, named_from, together

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
    pretrained: Mapping[str, Tensor] | None = field(default=None, repr=False)
    """The pre-trained G and D that Algorithm 1 takes as input; None: fresh ones."""


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
    folder: Path | str | None = None,
) -> Iterator[TrioStep]:
    """Train all three models in place, batch by batch, each on its own loss.

    Source: Adversarial Distillation, Algorithm 1, lines 16 to 28; eq. 4, 5 and 6.

    first_student: cached logits of the frozen stage-1 student, for the guided teacher
    first_teacher: cached logits of the stage-1 teacher, for a teacher with "resemble"
    targets: "batch" asks teacher and assistant anew before each batch, as printed; "epoch" asks
             them once before each epoch, and the students learn from that for the whole epoch
    folder:  where the run writes itself down, every `save_every` batches of the teacher's config;
             a run found there goes on where it stopped, to the same weights of all three
    errors: ValueError when the three do not fit together

    The paper leaves open which model gives the student its soft labels: here the assistant, as
    in stage 1, while the discriminator's real side is the teacher. Targets are without dropout
    and from before the batch's update. The teacher sets the order of the texts, so its path does
    not depend on the other two: `teacher_by_epoch` runs it once for a whole grid of students.
    """
    _check_players(teacher, assistant, student, targets)
    players = {"teacher": teacher, "assistant": assistant, "student": student}
    above, between = _moving(teacher), _moving(assistant)
    sources = {
        "teacher": (first_teacher, first_teacher),
        "assistant": (above, above),
        "student": (between, above),
    }
    seats = {
        name: _seat(name, player, *sources[name], first_student) for name, player in players.items()
    }
    parts = {"stage-1 student": first_student, "stage-1 teacher": first_teacher, "targets": targets}
    disk = None if folder is None else _run_folder(folder, players, parts)
    plan = Plan(teacher.train, teacher.config)
    ask = AskAnew({"teacher": above, "assistant": between}, plan, targets)
    return together(seats, plan.turns, _trio_step, disk, teacher.config.save_every, ask)


def teacher_by_epoch(
    teacher: Player, first_student: Teacher | None, *, first_teacher: Teacher | None = None
) -> EpochTargets:
    """Train the guided teacher alone and keep its logits as they were before each epoch.

    The cheap way to a grid of students: the teacher of Algorithm 1 does not look at the student
    it teaches, so one training serves all of them. `second_stage` takes the result as a teacher.
    """
    moving = _moving(teacher)
    steps = guide_teacher(
        teacher.model,
        first_student,
        teacher.train,
        teacher.config,
        first_teacher=first_teacher,
        validation=teacher.validation,
    )
    by_epoch = [_whole(moving, teacher, 0)]
    a_pass = math.ceil(len(teacher.train) / teacher.config.batch_size)
    for step in steps:
        epoch_over = (step.index + 1) % a_pass == 0
        if epoch_over and step.index + 1 < step.total:
            by_epoch.append(_whole(moving, teacher, step.epoch + 1))
    return EpochTargets(teacher.train, by_epoch)


@dataclass(frozen=True)
class AskAnew:
    """Before a batch or an epoch, the models above are asked for their logits as they are now."""

    sources: Mapping[str, MovingTeacher]
    plan: Plan
    targets: str
    """"batch" or "epoch"."""

    def prepare(self, turn: Turn) -> None:
        """Ask for the rows of this batch, or at the start of an epoch for all rows."""
        if self.targets == "batch":
            _look(self.sources.values(), [turn.rows])
        elif turn.starts_epoch:
            _look(self.sources.values(), self.plan.batches(turn.epoch))

    def tensors(self) -> dict[str, Tensor]:
        """What was last answered: in the middle of an epoch it cannot be asked again."""
        return {
            f"{name}.{key}": value
            for name, source in self.sources.items()
            for key, value in source.tensors().items()
        }

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on with the answers that `tensors` gave."""
        for name, source in self.sources.items():
            source.restore(named_from(tensors, f"{name}."))


def _seat(
    name: str,
    player: Player,
    soft: Teacher | None,
    real: Teacher | None,
    first_student: Teacher | None,
) -> StudentSeat:
    texts = (player.train, player.validation)
    try:
        check_parts(player.model, soft, real, first_student, *texts, player.config)
    except ValueError as error:
        raise ValueError(f"of the {name}: {error}") from None
    losses = StageTwoLoss(player.model, soft, player.config, real, first_student, player.pretrained)
    return StudentSeat(player.model, player.train, player.config, losses, player.validation, losses)


def _trio_step(turn: Turn, steps: Sequence[Step]) -> TrioStep:
    teacher, assistant, student = (cast(StageTwoStep, step) for step in steps)
    return TrioStep(turn.index, turn.total, turn.epoch, teacher, assistant, student)


def _run_folder(
    folder: Path | str, players: Mapping[str, Player], parts: Mapping[str, object]
) -> RunFolder:
    marks = {name: mark_of(part) for name, part in parts.items()}
    for name, player in players.items():
        given = player.pretrained
        more = {} if given is None else {"pre-trained networks": dict(given)}
        own = description(player.model, player.train, player.validation, player.config, more)
        marks |= {f"{name}'s {part}": value for part, value in own.items()}
    return RunFolder(folder, marks, {name: f"{name}'s first weights" for name in players})


def _look(sources: Iterable[MovingTeacher], batches: Sequence[Tensor]) -> None:
    for source in sources:
        for rows in batches:
            source.look(rows)


def _moving(player: Player) -> MovingTeacher:
    classes = int(player.model.config.num_labels or 0)
    return MovingTeacher(player.model, player.train, classes, player.config.precision)


def _whole(moving: MovingTeacher, player: Player, epoch: int) -> Tensor:
    """Logits of all rows, read in the batches of the coming epoch, as Algorithm 1 reads them."""
    _look([moving], Plan(player.train, player.config).batches(epoch))
    return moving.logits.clone()


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
        raise ValueError("no model stands above the teacher; use StageTwoWeights.for_teacher(beta)")
