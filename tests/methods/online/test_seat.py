import torch

from labkit.methods.online.config import SideConfig
from labkit.methods.online.seat import SideSeat
from labkit.methods.online.side import Side
from tests.helpers import tiny
from tests.helpers.online.pair_of_models import pair


def seat(take=lambda turn: turn):
    two = pair()
    side = Side(two.student.model, two.student.inputs, two.train.labels, SideConfig())
    return SideSeat(side, take)


def test_a_model_is_given_back_in_the_mode_it_came_in():
    place = seat()
    place.model.eval()
    with place.opened() as learner:
        learner.side.answer(torch.arange(4))
        assert place.model.training
    assert not place.model.training


def test_a_learner_takes_the_step_that_it_was_given():
    with seat(lambda turn: ("taken", turn)).opened() as learner:
        assert learner.learn(7) == ("taken", 7)


def test_a_learner_goes_on_from_what_another_wrote():
    first, second = seat(), seat()
    with torch.no_grad():
        first.model.hidden.weight.add_(1.0)
    with first.opened() as one, second.opened() as two, two.awake():
        two.restore(one.tensors(), one.numbers())
    assert tiny.equal(tiny.weights(first.model), tiny.weights(second.model))
