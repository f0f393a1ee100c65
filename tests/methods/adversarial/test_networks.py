import math

import pytest
import torch
import torch.nn.functional as F

from labkit.methods.adversarial.networks import (
    EQUILIBRIUM,
    LogitDiscriminator,
    LogitGenerator,
    SideScale,
    discriminator_loss,
    guide_loss,
    share_right,
)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_discriminator_that_cannot_choose_loses_two_log_two():
    zeros = torch.zeros(5)
    assert discriminator_loss(zeros, zeros).item() == pytest.approx(EQUILIBRIUM)
    assert pytest.approx(1.3863, abs=1e-4) == EQUILIBRIUM


def test_the_losses_agree_with_binary_cross_entropy():
    real, fake = draw(9), draw(9, seed=1)
    targets = F.binary_cross_entropy_with_logits
    wanted = targets(real, torch.full((9,), 0.9)) + targets(fake, torch.zeros(9))
    torch.testing.assert_close(discriminator_loss(real, fake, 0.1), wanted)
    torch.testing.assert_close(guide_loss(fake), targets(fake, torch.ones(9)))
    torch.testing.assert_close(guide_loss(fake, saturating=True), -targets(fake, torch.zeros(9)))


def test_both_forms_pull_the_score_up_but_the_saturating_one_dies_when_the_discriminator_is_sure():
    for score, alive in ((0.0, True), (-12.0, False)):
        slopes = []
        for saturating in (False, True):
            leaf = torch.tensor([score], requires_grad=True)
            guide_loss(leaf, saturating).backward()
            slopes.append(leaf.grad.item())
        assert slopes[0] < -0.4
        assert (slopes[1] < -0.4) == alive
        assert slopes[1] < 0


def test_the_share_that_is_right_counts_both_sides():
    assert share_right(torch.tensor([1.0, -1.0]), torch.tensor([-1.0, -2.0])) == 0.75


def test_the_discriminator_hears_the_label_only_when_it_is_the_condition():
    logits = draw(6, 3)
    for condition in (True, False):
        score = LogitDiscriminator(3, condition=condition)
        first = score(logits, torch.zeros(6, dtype=torch.long))
        other = score(logits, torch.full((6,), 2))
        assert first.shape == (6,)
        assert torch.equal(first, other) != condition


def test_the_same_seed_gives_the_same_networks_and_leaves_the_callers_chance_alone():
    torch.manual_seed(1)
    wanted = torch.rand(3)
    torch.manual_seed(1)
    first, again, other = (LogitDiscriminator(3, seed=seed) for seed in (4, 4, 5))
    assert torch.equal(torch.rand(3), wanted)
    assert torch.equal(first.layers[0].weight, again.layers[0].weight)
    assert not torch.equal(first.layers[0].weight, other.layers[0].weight)


def test_one_scale_a_side_hides_size_and_shift_but_not_which_row_is_sure():
    rows = draw(64, 4)
    plain, sized = SideScale(), SideScale()
    plain.observe(rows)
    sized.observe(9 * rows + 5)
    torch.testing.assert_close(plain(rows), sized(9 * rows + 5), rtol=1e-4, atol=1e-5)
    lengths = plain(rows).norm(dim=1)
    assert lengths.max() > 2 * lengths.min()
    assert plain(rows).square().mean().item() == pytest.approx(1, rel=1e-4)


def test_the_running_scale_is_the_mean_over_the_batches_at_first():
    scale = SideScale()
    for size in (1.0, 2.0, 3.0):
        scale.observe(size * torch.tensor([[1.0, -1.0]]))
    assert scale.mean_square.item() == pytest.approx((1 + 4 + 9) / 3)


def test_after_a_hundred_batches_a_new_one_moves_the_scale_by_a_hundredth():
    scale = SideScale()
    for _ in range(100):
        scale.observe(torch.tensor([[1.0, -1.0]]))
    for _ in range(50):
        scale.observe(torch.tensor([[2.0, -2.0]]))
    assert scale.mean_square.item() == pytest.approx(4 - 3 * 0.99**50, rel=1e-4)


def test_logits_that_are_all_equal_are_not_blown_up():
    scale = SideScale()
    scale.observe(torch.zeros(4, 3))
    assert scale(torch.full((4, 3), 1e-3)).abs().max() < 1
    assert math.isfinite(scale(draw(4, 3)).sum().item())


def test_the_generator_starts_near_the_stage_one_logits_and_uses_noise_and_label():
    made = LogitGenerator(3, noise=4)
    first, labels = 5 * draw(8, 3), torch.zeros(8, dtype=torch.long)
    found = made(first, labels, draw(8, 4, seed=1))
    assert F.cosine_similarity(found, first).min() > 0.9
    assert not torch.equal(found, made(first, labels, draw(8, 4, seed=2)))
    assert not torch.equal(found, made(first, labels + 1, draw(8, 4, seed=1)))
