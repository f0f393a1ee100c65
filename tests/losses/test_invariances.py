"""What a loss cannot see is found by trying, for losses whose answer is known."""

import pytest
import torch

from labkit import losses
from labkit.losses import by_name as soft_losses
from labkit.losses.invariances import blind_to, freedom, gradient_norm


def test_plain_kl_sees_the_scale_and_the_z_score_sees_neither():
    assert blind_to(losses.soft_kl) == (True, False)
    assert blind_to(losses.zscore_kl) == (True, True)
    assert blind_to(soft_losses.logit_mse) == (False, False)
    assert blind_to(soft_losses.batch_scaled_kl) == (True, False)


@pytest.mark.parametrize("classes", range(2, 8))
def test_a_z_score_keeps_two_numbers_fewer_than_there_are_classes(classes):
    row = torch.randn(classes, generator=torch.Generator().manual_seed(classes))
    assert freedom(lambda z: 1.0 * z, row) == classes
    assert freedom(torch.nn.Softmax(-1), row) == classes - 1
    assert freedom(losses.zscore, row) == classes - 2


def test_the_gradient_norm_is_that_of_the_formula_and_vanishes_for_z_scores_at_two_classes():
    student, teacher = torch.tensor([[1.0, -1.0], [0.5, 2.0]]), torch.tensor([[0.0, 3.0]] * 2)
    by_hand = 2 * ((student / 2).softmax(-1) - (teacher / 2).softmax(-1)) / 2
    assert gradient_norm(losses.soft_kl, student, teacher) == pytest.approx(float(by_hand.norm()))
    assert not student.requires_grad

    def scored(s, t, temperature):
        return losses.soft_kl(losses.zscore(s), losses.zscore(t), temperature)

    assert gradient_norm(scored, student, teacher) < 1e-5
