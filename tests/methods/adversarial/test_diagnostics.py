import math

import pytest
import torch

from labkit.methods.adversarial import diagnostics
from labkit.methods.adversarial.networks import EQUILIBRIUM
from tests.helpers import tiny


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_smallest_loss_is_a_tie_for_equal_sides_and_nothing_for_sides_apart():
    left, right = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.0, 0.0, 1.0])
    assert diagnostics.smallest_loss(left, left) == pytest.approx(EQUILIBRIUM)
    assert diagnostics.smallest_loss(left, right) == pytest.approx(0, abs=1e-6)


def test_no_discriminator_beats_the_smallest_loss():
    real, fake = draw(6).softmax(0), draw(6, seed=1).softmax(0)
    least = diagnostics.smallest_loss(real, fake)
    best = real / (real + fake)
    assert least == pytest.approx(-float((real * best.log() + fake * (1 - best).log()).sum()))
    for seed in range(20):
        other = draw(6, seed=seed).sigmoid()
        loss = -float((real * other.log() + fake * (1 - other).log()).sum())
        assert loss >= least


def test_shares_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="wanted two rows of equal length"):
        diagnostics.smallest_loss(torch.ones(2) / 2, torch.ones(3) / 3)
    with pytest.raises(ValueError, match="without negative numbers"):
        diagnostics.smallest_loss(torch.tensor([1.5, -0.5]), torch.tensor([0.5, 0.5]))


def test_the_threshold_is_right_by_half_the_distance_of_the_two_curves():
    from scipy.stats import ks_2samp

    real, fake = draw(40) + 0.7, draw(25, seed=1)
    wanted = (1 + ks_2samp(real.numpy(), fake.numpy()).statistic) / 2
    assert diagnostics.threshold_accuracy(real, fake) == pytest.approx(wanted, abs=1e-6)
    assert diagnostics.threshold_accuracy(fake, real) == pytest.approx(wanted, abs=1e-6)
    assert diagnostics.threshold_accuracy(real, real) == 0.5


def test_one_scale_hides_the_size_of_a_side_and_keeps_which_row_is_sure():
    rows = draw(30, 4)
    torch.testing.assert_close(diagnostics.one_scale(7 * rows + 2), diagnostics.one_scale(rows))
    before, after = diagnostics.sizes(rows), diagnostics.sizes(diagnostics.one_scale(rows))
    torch.testing.assert_close(after / after.sum(), before / before.sum())


def test_a_spy_finds_size_and_other_labels_and_nothing_between_equal_sides():
    rows, labels = draw(600, 3), torch.arange(600) % 3
    assert diagnostics.tells_apart(rows, rows, labels).accuracy == 0.5
    assert diagnostics.tells_apart(4 * rows, rows, labels).accuracy > 0.7
    sure = rows + 3 * torch.eye(3)[labels]
    others = (labels + 1) % 3
    spy = diagnostics.tells_apart(sure, sure, labels, others)
    assert spy.accuracy > 0.85
    assert spy.loss < EQUILIBRIUM


def test_the_spy_is_tried_on_texts_that_it_did_not_learn_from():
    spy = diagnostics.tells_apart(draw(60, 8), draw(60, 8, seed=1))
    assert spy.accuracy < 0.75
    assert math.isfinite(spy.loss)


def test_noisy_logits_have_dropout_and_leave_model_and_chance_as_they_were():
    model, texts = tiny.bilstm(dropout=0.3).eval(), tiny.encoded(20)
    torch.manual_seed(3)
    wanted = torch.rand(2)
    torch.manual_seed(3)
    first, again, other = (diagnostics.noisy_logits(model, texts, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(2), wanted)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.shape == (20, 3)
    assert bool(first.isfinite().all())
    assert not model.training
