import math

import pytest
import torch
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence

from labkit.losses.vae import vae_loss
from labkit.models.bottlenecks import KINDS, Bottleneck, BottleneckConfig, reparameterised


def features(rows=40, width=8, seed=0):
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(rows, width, generator=chance) * torch.arange(1.0, width + 1) + 3


def made(kind="vae", **others):
    return Bottleneck(features(), 3, BottleneckConfig(kind, **({"latent": 4} | others)))


def test_a_sample_worked_by_hand():
    # deviation exp(ln 4 / 2) = 2, so 1 + 2 * 3 = 7
    sample = reparameterised(*(torch.tensor([value]) for value in (1.0, math.log(4), 3.0)))
    torch.testing.assert_close(sample, torch.tensor([7.0]))


def test_features_are_centred_and_divided_by_one_number():
    bottleneck = made()
    scaled = bottleneck.eval()(features()).features
    assert scaled.mean().abs() < 1e-6
    assert scaled.square().mean().sqrt() == pytest.approx(1, abs=1e-6)
    wide, narrow = scaled.std(0)[-1], scaled.std(0)[0]
    assert wide > 4 * narrow  # one number, so the eighth dimension stays wider than the first


def test_the_kl_is_that_of_torch_distributions():
    bottleneck = made().train()
    passage = bottleneck(features())
    deviation = (0.5 * passage.log_variance).exp()
    wanted = kl_divergence(Normal(passage.mean, deviation), Normal(0.0, 1.0)).sum(1).mean()
    torch.testing.assert_close(bottleneck.loss(passage).kl, wanted)


def test_the_loss_is_weight_times_reconstruction_plus_beta_times_kl():
    bottleneck = made(weight=0.1, beta=3.0).train()
    passage = bottleneck(features())
    found = bottleneck.loss(passage)
    half = 0.5 * (passage.reconstruction - passage.features).square().sum(1).mean()
    torch.testing.assert_close(found.reconstruction, half)
    torch.testing.assert_close(found.total, 0.1 * (half + 3.0 * found.kl))


def test_the_mean_over_the_width_divides_the_reconstruction_by_it():
    passage = made().train()(features())
    summed, averaged = made().loss(passage), made(reduction="mean").loss(passage)
    torch.testing.assert_close(averaged.reconstruction, summed.reconstruction / 8)
    torch.testing.assert_close(averaged.kl, summed.kl)


def test_the_class_loss_gives_the_log_variance_no_gradient():
    bottleneck = made().train()
    F.cross_entropy(bottleneck(features()).logits, torch.zeros(40, dtype=torch.long)).backward()
    assert bottleneck.to_log_variance.weight.grad is None
    assert bottleneck.decoder.weight.grad is None
    assert bottleneck.to_mean.weight.grad.abs().sum() > 0


def test_what_is_rebuilt_is_cut_off_but_the_heads_reach_the_features():
    bottleneck, given = made().train(), features().requires_grad_()
    passage = bottleneck(given)
    assert not passage.features.requires_grad
    bottleneck.loss(passage).total.backward()
    assert given.grad.abs().sum() > 0


def test_eval_mode_has_neither_noise_nor_decoder():
    bottleneck = made().eval()
    first, second = bottleneck(features()), bottleneck(features())
    assert torch.equal(first.logits, second.logits)
    assert first.log_variance is None and first.reconstruction is None
    assert bottleneck.draws == 0
    with pytest.raises(ValueError, match="eval mode"):
        bottleneck.loss(first)


def test_logits_come_from_the_mean_in_training_too():
    bottleneck = made().train()
    passage = bottleneck(features())
    assert torch.equal(passage.logits, bottleneck.to_classes(passage.mean))


def test_a_vib_reads_the_classes_from_the_sample_in_training_and_from_the_mean_after():
    bottleneck = made("vib").train()
    passage = bottleneck(features())
    assert not torch.allclose(passage.logits, bottleneck.to_classes(passage.mean), atol=1e-3)
    noise_off = passage.mean.new_zeros(())
    loss = bottleneck.loss(passage)
    wanted = vae_loss(passage.features, passage.features, passage.mean, passage.log_variance)[1]
    assert loss.reconstruction == noise_off and torch.equal(loss.kl, wanted)
    assert torch.equal(loss.total, bottleneck.config.weight * bottleneck.config.beta * wanted)
    calm = bottleneck.eval()(features())
    assert torch.equal(calm.logits, bottleneck.to_classes(calm.mean))
    with pytest.raises(ValueError, match="no noise in eval mode"):
        bottleneck.loss(calm)


def test_a_vib_with_hardly_any_noise_is_the_linear_bottleneck():
    vib, linear = made("vib").train(), made("linear").train()
    with torch.no_grad():
        vib.to_log_variance.weight.zero_()
        vib.to_log_variance.bias.fill_(-12.0)
    torch.testing.assert_close(
        vib(features()).logits, linear(features()).logits, atol=0.05, rtol=0.05
    )


@pytest.mark.parametrize("kind", ["vae", "ae", "l2"])
def test_weight_0_is_the_linear_bottleneck_bit_for_bit(kind):
    def trained(bottleneck):
        bottleneck.train()
        optimizer = torch.optim.AdamW(bottleneck.parameters(), lr=0.01)
        labels = torch.arange(40) % 3
        for _ in range(5):
            passage = bottleneck(features())
            loss = F.cross_entropy(passage.logits, labels) + bottleneck.loss(passage).total
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(bottleneck.parameters(), 1.0)
            optimizer.step()
        return bottleneck.eval()(features()).logits

    assert torch.equal(trained(made(kind, weight=0.0)), trained(made("linear")))
    assert not torch.equal(trained(made(kind, weight=0.1)), trained(made("linear")))


def test_noise_leaves_the_callers_chance_alone_and_is_new_at_each_step():
    bottleneck = made().train()
    torch.manual_seed(5)
    first, second = bottleneck(features()), bottleneck(features())
    here = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(here, torch.rand(1))
    assert not torch.equal(first.reconstruction, second.reconstruction)


def test_the_state_carries_the_noise_on():
    first, second = made().train(), made().train()
    first(features())
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(features()).reconstruction, second(features()).reconstruction)


def test_an_autoencoder_pays_for_rebuilding_alone():
    bottleneck = made("ae").train()
    found = bottleneck.loss(bottleneck(features()))
    assert found.kl == 0 and found.reconstruction > 0


def test_l2_pays_half_the_square_of_the_mean():
    bottleneck = made("l2", weight=2.0).train()
    passage = bottleneck(features())
    wanted = 0.5 * passage.mean.square().sum(1).mean()
    torch.testing.assert_close(bottleneck.loss(passage).total, 2 * wanted)


def test_pca_lets_the_strongest_directions_through_and_keeps_them():
    # dimension 0 varies most, then dimension 2: the passage is those two
    chance = torch.Generator().manual_seed(0)
    given = torch.randn(2000, 3, generator=chance) * torch.tensor([5.0, 0.1, 2.0])
    bottleneck = Bottleneck(given, 2, BottleneckConfig("pca", latent=2))
    mean = bottleneck.eval()(given).mean
    scaled = bottleneck(given).features
    torch.testing.assert_close(mean, scaled[:, [0, 2]], atol=0.05, rtol=0.05)
    assert not bottleneck.to_mean.weight.requires_grad


def test_random_directions_are_orthonormal_and_fixed():
    weight = made("random").to_mean.weight
    torch.testing.assert_close(weight @ weight.T, torch.eye(4))
    assert not weight.requires_grad
    assert not torch.allclose(weight, made("random", seed=1).to_mean.weight)


def test_dropout_acts_in_training_alone():
    bottleneck = made("dropout", dropout=0.5).train()
    assert not torch.equal(bottleneck(features()).logits, bottleneck(features()).logits)
    bottleneck.eval()
    assert torch.equal(bottleneck(features()).logits, bottleneck(features()).logits)


def test_every_kind_starts_from_the_same_class_head():
    heads = [made(kind).to_classes.weight for kind in KINDS if kind != "none"]
    assert all(torch.equal(head, heads[0]) for head in heads)


def test_head_and_mean_together_have_at_most_the_rank_of_the_classes():
    bottleneck = made(latent=8)
    together = bottleneck.to_classes.weight @ bottleneck.to_mean.weight
    assert torch.linalg.matrix_rank(together) == 3


def test_without_a_passage_the_head_reads_the_scaled_features():
    bottleneck = made("none", latent=99).eval()
    passage = bottleneck(features())
    assert torch.equal(passage.mean, passage.features)
    assert torch.equal(passage.logits, bottleneck.to_classes(passage.features))
    assert bottleneck.loss(passage).total == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "vea"}, "wanted one of"),
        ({"latent": 0}, "latent"),
        ({"weight": -0.1}, "weight"),
        ({"weight": math.nan}, "weight"),
        ({"beta": -1.0}, "beta"),
        ({"reduction": "max"}, "reduction"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        BottleneckConfig(**settings)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (torch.randn(10, 3), "width 3"),
        (torch.ones(10, 8), "same features"),
        (torch.full((10, 8), torch.nan), "NaN"),
        (torch.randn(10), r"\(rows, width\)"),
    ],
)
def test_features_that_cannot_be_narrowed_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Bottleneck(given, 2, BottleneckConfig(latent=4))


def test_nan_in_a_batch_is_refused():
    spoiled = features()
    spoiled[3, 2] = torch.nan
    with pytest.raises(ValueError, match="NaN"):
        made("linear")(spoiled)
