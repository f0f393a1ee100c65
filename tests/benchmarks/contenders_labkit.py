"""labkit itself, and the barest loop over the same batches and the same cached logits."""

from collections.abc import Iterator

import torch
from torch import Tensor

from labkit.compute import autocast, model_device
from labkit.data.batches import collate, shuffled_rows
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.models.attention import quick_attention
from labkit.training.compact_embedding import compact
from labkit.training.optimizer import make_optimizer
from labkit.training.teacher_logits import TeacherLogits
from tests.benchmarks.meter import Meter
from tests.benchmarks.work import CE, DECAY, KD, LEARNING_RATE, TEMPERATURE, Work, weighted_loss


def config(work: Work, precision: str) -> DistillConfig:
    """labkit's settings for the work."""
    return DistillConfig(
        Weights(ce=CE, kd=KD),
        temperature=TEMPERATURE,
        epochs=work.epochs,
        batch_size=work.batch_size,
        learning_rate=LEARNING_RATE,
        weight_decay=DECAY,
        clip=0,
        precision=precision,
    )


def labkit(work: Work, meter: Meter) -> None:
    """As a lesson calls it: an empty cache of teacher logits, precision "auto"."""
    _distil(work, meter, "auto")


def labkit_float32(work: Work, meter: Meter) -> None:
    """The same in float32, as on hardware without bfloat16."""
    _distil(work, meter, "float32")


def _distil(work: Work, meter: Meter, precision: str) -> None:
    encoded, student = work.encoded(), meter.watch(work.fresh_student())
    with meter:
        logits = TeacherLogits(work.teacher, encoded, precision=precision)
        for step in distill(student, logits, encoded, config(work, precision)):
            meter.saw(step.loss)


def labkit_steps(work: Work, logits: TeacherLogits) -> Iterator[float]:
    """The loss of each step of labkit when the teacher's logits are known."""
    settings = config(work, logits.precision)
    for step in distill(work.fresh_student(), logits, logits.encoded, settings):
        yield step.loss


def barest_steps(work: Work, logits: TeacherLogits) -> Iterator[Tensor]:
    """What `labkit_steps` computes, without reports, schedule, own chance or checks."""
    encoded, student, precision = logits.encoded, work.fresh_student(), logits.precision
    table = compact(student, [encoded])
    assert table is not None
    where = model_device(student)
    student.train()
    with table.in_use():
        optimizer = make_optimizer(student, config(work, precision))
        for epoch in range(work.epochs):
            for rows in shuffled_rows(encoded, work.batch_size, 0, epoch):
                batch = collate(encoded, rows)
                with autocast(where, precision), quick_attention(student, where, precision):
                    output = student(input_ids=batch.input_ids, attention_mask=batch.attention_mask)
                assert batch.labels is not None
                loss = weighted_loss(output.logits.float(), logits(batch), batch.labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                yield loss.detach()
    table.close()


def teacher_pass(work: Work, precision: str) -> TeacherLogits:
    """The teacher's logits, all computed."""
    logits = TeacherLogits(work.teacher, work.encoded(), precision=precision)
    with torch.no_grad():
        logits.all()
    return logits
