"""The round that answers are compared with is labkit's own game, and each mistake differs."""

import pytest
import torch
import torch.nn.functional as F

from labkit.course.lesson_04.reference_round import Mistake, Models, batch, reference
from labkit.methods.adversarial.networks import discriminator_loss, guide_loss


def test_the_losses_are_those_of_the_lab():
    models, (rows, labels) = Models(), batch()
    beside = F.one_hot(labels, 3).float()

    def scores(logits):
        return models.d(torch.cat([logits, beside], dim=1))[:, 0]

    lost = discriminator_loss(scores(models.teacher(rows)), scores(models.student(rows)))
    after, losses = reference(Mistake())
    assert losses[0] == pytest.approx(lost.item(), abs=1e-6)
    models.d.load_state_dict(after.d.state_dict())
    assert losses[1] == pytest.approx(guide_loss(scores(models.student(rows))).item(), abs=1e-6)


def test_the_teacher_stands_still_and_a_second_round_moves_on():
    once, twice = reference(Mistake())[0], reference(Mistake(), rounds=2)[0]
    assert torch.equal(once.teacher.weight, Models().teacher.weight)
    for part in ("d", "student"):
        assert not torch.allclose(getattr(once, part).weight, getattr(twice, part).weight)


@pytest.mark.parametrize("name", Mistake.__dataclass_fields__)
def test_each_mistake_leaves_other_weights_than_the_right_round(name):
    right, wrong = reference(Mistake())[0], reference(Mistake(**{name: True}))[0]
    moved = [
        (getattr(right, part).weight - getattr(wrong, part).weight).abs().max().item()
        for part in ("d", "student")
    ]
    assert max(moved) > 1e-3
