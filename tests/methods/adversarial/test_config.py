"""The second stage's weights follow the paper's equations, and its options refuse nonsense."""

import pytest

from labkit.methods.adversarial.config import StageTwoConfig, StageTwoWeights
from labkit.training.config import Weights


def test_equation_6_gives_the_rest_to_the_labels():
    weights = StageTwoWeights.from_alpha_beta(alpha=0.6, beta=0.3)
    assert (weights.kd, weights.gan) == (0.6, 0.3)
    assert weights.ce == pytest.approx(0.1)


def test_alpha_and_beta_above_one_together_are_refused():
    with pytest.raises(ValueError, match=r"alpha \+ beta must be at most 1"):
        StageTwoWeights.from_alpha_beta(0.8, 0.3)


def test_equation_5_puts_beta_on_labels_and_algorithm_1_on_the_adversary():
    as_printed = StageTwoWeights.for_teacher(0.9)
    as_coded = StageTwoWeights.for_teacher(0.9, beta_weighs="gan")
    assert (as_printed.ce, as_printed.kd, as_printed.gan) == pytest.approx((0.9, 0, 0.1))
    assert (as_coded.ce, as_coded.gan) == pytest.approx((0.1, 0.9))


def test_weights_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match="must sum to 1"):
        StageTwoWeights(ce=0.5, kd=0.5, gan=0.5)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"weights": Weights()}, "StageTwoWeights"),
        ({"soft_loss": "none such"}, "soft_loss"),
        ({"reading": "either"}, "reading"),
        ({"generator": True, "reading": "differ"}, "generator"),
        ({"discriminator_learning_rate": 0}, "discriminator_learning_rate"),
        ({"discriminator_steps": 0}, "discriminator_steps"),
        ({"discriminator_width": 1.5}, "discriminator_width"),
        ({"label_smoothing": 0.5}, "label_smoothing"),
        ({"warm_up": -1}, "warm_up"),
        ({"warm_up": 3, "epochs": 3}, "warm_up must be a whole number of passes from 0 to under 3"),
    ],
)
def test_an_option_out_of_range_is_refused_by_its_name(given, word):
    with pytest.raises(ValueError, match=word):
        StageTwoConfig(**given)
