import math

import torch
import torch.nn.functional as F

from labkit.data.batches import collate
from labkit.losses.by_name import named
from labkit.losses.kl import soft_kl
from labkit.training.config import DistillConfig, Weights
from labkit.training.loop import Plan
from labkit.training.student_run import StudentSeat, WeightedLoss
from labkit.training.teacher_logits import StoredTargets
from tests.helpers import tiny

CONFIG = DistillConfig(Weights(ce=0.25, kd=0.75), epochs=1, batch_size=8)


def weighted(soft_loss=soft_kl, config=CONFIG):
    target = torch.randn(48, 3, generator=torch.Generator().manual_seed(2))
    return WeightedLoss(
        StoredTargets(tiny.encoded(), target), config, soft_loss, F.cross_entropy
    ), target


def test_the_loss_of_a_batch_is_the_weighted_sum_of_its_parts():
    losses, target = weighted()
    batch, logits = collate(tiny.encoded(), torch.arange(8)), torch.randn(8, 3)
    loss, hard, soft = losses(logits, batch)
    torch.testing.assert_close(hard, F.cross_entropy(logits, batch.labels))
    torch.testing.assert_close(soft, soft_kl(logits, target[:8], 2.0))
    torch.testing.assert_close(loss, 0.25 * hard + 0.75 * soft)


def test_a_loss_that_needs_labels_is_given_them():
    losses, _ = weighted(named("dkd"))
    loss, _, soft = losses(torch.randn(8, 3), collate(tiny.encoded(), torch.arange(8)))
    assert math.isfinite(loss) and math.isfinite(soft)


def test_a_model_at_work_can_be_written_down_and_put_back():
    losses, _ = weighted()
    turns = list(Plan(tiny.encoded(), CONFIG).turns(0))
    first, second = (StudentSeat(tiny.bilstm(), tiny.encoded(), CONFIG, losses) for _ in range(2))
    with first.opened() as one, second.opened() as other:
        with one.awake():
            one.learn(turns[0])
            tensors = {name: value.clone() for name, value in one.tensors().items()}
            steps = [one.learn(turn).loss for turn in turns[1:]]
        with other.awake():
            other.restore(tensors, one.numbers())
            assert [other.learn(turn).loss for turn in turns[1:]] == steps
    assert tiny.equal(tiny.weights(first.model), tiny.weights(second.model))


def test_a_model_is_given_back_in_its_mode_with_its_own_table():
    losses, _ = weighted()
    student = tiny.bilstm().eval()
    weight = student.embeddings.weight
    with StudentSeat(student, tiny.encoded(), CONFIG, losses).opened() as run, run.awake():
        run.learn(next(Plan(tiny.encoded(), CONFIG).turns(0)))
        assert student.training
    assert not student.training
    assert student.embeddings.weight is weight
