import math

import pytest
import torch

from labkit.methods.online.config import SideConfig
from labkit.methods.online.parts import distance_of_means, hard_loss, losses, report, soft_loss
from labkit.methods.online.side import Answer, Side
from labkit.models.bottlenecks import BottleneckConfig
from labkit.training.config import Weights
from labkit.training.together import Turn
from tests.helpers.online.pair_of_models import pair

ROWS = torch.arange(8)


def side(kind="linear", weights=None, **others):
    two = pair(BottleneckConfig(kind, latent=4))
    config = SideConfig(weights or Weights(0.9, 0.1))
    return Side(two.teacher.model, two.teacher.inputs, two.train.labels, config, **others)


def test_the_other_model_gets_no_gradient():
    teacher = side()
    logits = torch.randn(8, 3, requires_grad=True)
    parts = losses(teacher, teacher.answer(ROWS), ROWS, Answer(logits, None), 1.5)
    parts.total.backward()
    assert logits.grad is None
    assert teacher.model.hidden.weight.grad.abs().sum() > 0


def test_the_loss_is_the_weighted_sum_of_its_parts():
    teacher = side("vae", Weights(0.7, 0.3))
    other = Answer(torch.randn(8, 3), None)
    answer = teacher.answer(ROWS)
    parts = losses(teacher, answer, ROWS, other, 2.0)
    own = teacher.model.bottleneck.loss(answer.passage).total
    torch.testing.assert_close(parts.total, 0.7 * parts.ce + 0.3 * parts.kd + own)


def test_soft_loss_worked_by_hand():
    # KL((3/4, 1/4) || (1/2, 1/2)) = 3/4 ln 3/2 + 1/4 ln 1/2
    own, other = torch.zeros(1, 2), torch.tensor([[math.log(3), 0.0]])
    wanted = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert float(soft_loss(own, other, 1.0)) == pytest.approx(wanted, abs=1e-6)


def test_scores_are_compared_by_squared_error():
    own, other = torch.tensor([[0.2], [0.6]]), torch.tensor([[0.4], [0.6]])
    assert float(soft_loss(own, other, 7.0)) == pytest.approx(0.02)
    assert float(hard_loss(own, torch.tensor([0.2, 0.8]))) == pytest.approx(0.02)


def test_scores_and_classes_are_not_mixed_up():
    with pytest.raises(ValueError, match="got class numbers as labels for a model with 1"):
        hard_loss(torch.zeros(2, 1), torch.tensor([0, 1]))
    with pytest.raises(ValueError, match="got scores as labels for a model with 3"):
        hard_loss(torch.zeros(2, 3), torch.tensor([0.5, 1.0]))


def test_who_listens_needs_somebody_to_listen_to():
    teacher = side()
    with pytest.raises(ValueError, match="no other model"):
        losses(teacher, teacher.answer(ROWS), ROWS, None, 1.0)


def test_a_tie_needs_two_means_of_one_shape():
    answer = side().look(ROWS)
    assert float(distance_of_means(answer, answer)) == 0
    with pytest.raises(ValueError, match="both models"):
        distance_of_means(answer, Answer(answer.logits, None))
    narrow = pair(BottleneckConfig("linear", latent=2)).teacher
    other = Answer(answer.logits, narrow.model.eval()(*narrow.inputs(ROWS)).passage)
    with pytest.raises(ValueError, match="means of shape"):
        distance_of_means(answer, other)


def test_a_report_says_what_the_step_saw_in_plain_numbers():
    teacher = side("vae")
    answer = teacher.answer(ROWS)
    parts = losses(teacher, answer, ROWS, Answer(torch.zeros(8, 3), None), 1.5)
    told = report(teacher, Turn(3, 9, 1, ROWS, False, False), answer, parts, 0.5)
    assert (told.index, told.epoch, told.seconds) == (3, 1, 0.5)
    right = (answer.logits.argmax(1) == teacher.targets(ROWS)).float().mean()
    assert told.accuracy == pytest.approx(float(right))
    assert told.reconstruction > 0 and told.validation is None
