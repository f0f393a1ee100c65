"""Training without anything of the lab's loop: Adam, one step size, no clipping, no schedule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from labkit.data.batches import Batch, collate, shuffled_rows
from labkit.data.encoding.encoded import Encoded
from labkit.evaluation.measures import accuracy
from labkit.evaluation.predict import predict
from labkit.experiments.forensics.losses import TEMPERATURE, Losses
from labkit.experiments.forensics.plain_bilstm import PlainBiLSTM
from labkit.methods.adversarial.adversary import Adversary
from labkit.methods.adversarial.config import StageTwoConfig
from labkit.training.student_run import Teacher

BATCH_SIZE = 32


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training texts did."""

    logits: Tensor
    """(test rows, classes) after it."""
    accuracy: float
    """Share of the test texts that are right after it; reported, never chosen by."""
    gradients: Tensor
    """(train rows,): length of the soft loss's gradient at each row's logits, nats per unit."""
    ties: float
    """Share of training rows whose two largest logits were exactly equal."""


def epochs(
    student: PlainBiLSTM,
    teacher: Teacher,
    train: Encoded,
    test: Encoded,
    losses: Losses,
    passes: int,
    seed: int,
) -> Iterator[Epoch]:
    """Train a student in place, one `Epoch` after another.

    train, test: labelled, in the student's own tokens; the same seed gives the same batches
    """
    optimizer = torch.optim.Adam(student.parameters(), lr=losses.learning_rate)
    adversary = _adversary(student, teacher, seed) if losses.gan else None
    for epoch in range(passes):
        student.train()
        rows = [
            _step(student, teacher, optimizer, collate(train, batch), losses, adversary)
            for batch in shuffled_rows(train, BATCH_SIZE, seed, epoch)
        ]
        gradients, ties = (torch.cat(values) for values in zip(*rows, strict=True))
        logits = predict(student, test, precision="float32")
        assert test.labels is not None
        yield Epoch(logits, accuracy(logits, test.labels), gradients, ties.float().mean().item())


def _step(
    student: PlainBiLSTM,
    teacher: Teacher,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    losses: Losses,
    adversary: Adversary | None,
) -> tuple[Tensor, Tensor]:
    """One update; gives each row's gradient length of the soft loss, and where logits tie."""
    with torch.autocast("cpu", torch.bfloat16, enabled=losses.bfloat16):
        logits = student(batch.input_ids, batch.attention_mask).logits
    logits, target = logits.float(), teacher(batch)
    assert batch.labels is not None
    loss = losses.ce * losses.hard(logits, batch.labels)
    loss = loss + losses.kd * losses.soft(logits, target, TEMPERATURE)
    if adversary is not None:
        loss = loss + losses.gan * adversary.play(logits, logits, batch)[0]
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    largest = logits.detach().topk(2).values
    return soft_gradients(losses, logits, target), largest[:, 0] == largest[:, 1]


def soft_gradients(losses: Losses, logits: Tensor, target: Tensor) -> Tensor:
    """(batch,): length of the gradient of each row's own soft loss at its logits."""
    leaf = logits.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(losses.soft(leaf, target, TEMPERATURE), leaf)
    return gradient.norm(dim=1) * len(leaf)


def _adversary(student: PlainBiLSTM, teacher: Teacher, seed: int) -> Adversary:
    config = StageTwoConfig(reading="resemble", dropout_off=False, seed=seed)
    return Adversary(student.classifier.out_features, config, teacher)


def own_tokens(*parts: Encoded) -> tuple[list[Encoded], int]:
    """The same texts with their tokens counted from 1 in the order of the teacher's ids.

    returns the parts, and how many different ids they have, 0 for padding included: a table of
    vectors for these is as small as a student's of its own
    """
    used = torch.cat([part.ids for part in parts]).unique()
    renamed = [
        replace(part, ids=torch.searchsorted(used, part.ids) + 1, pad_id=0) for part in parts
    ]
    return renamed, len(used) + 1
