import math

import pytest
import torch

from labkit.evaluation.clusters import linear_probe
from labkit.evaluation.independence import dependence
from labkit.evaluation.pca_vae import (
    measured_nats,
    predicted_nats,
    share_of_principal,
    two_heads,
)
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers import tiny


def features(rows=400, width=24, seed=0):
    """Correlated features of which a few directions carry most of the variance."""
    chance = torch.Generator().manual_seed(seed)
    spread = 6 * 0.4 ** torch.arange(width)
    mixing = torch.linalg.qr(torch.randn(width, width, generator=chance))[0]
    return torch.randn(rows, width, generator=chance) * spread @ mixing + 1


def heaps(rows=90, width=8, seed=0):
    labels = torch.arange(rows) % 3
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(rows, width, generator=chance) + 3 * torch.eye(3, width)[labels], labels


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_the_nats_are_predicted_within_5_percent(beta):
    given = features()
    vae = fit(given, None, BottleneckConfig("vae", 8, weight=1.0, beta=beta))
    scaled = vae(given).features
    wanted, found = predicted_nats(scaled, 8, beta), measured_nats(vae, given)
    assert found.total == pytest.approx(wanted.total, rel=0.05)
    assert found.live == wanted.live
    torch.testing.assert_close(found.by_dimension, wanted.by_dimension, atol=0.1, rtol=0.1)
    principal = share_of_principal(vae.decoder.weight, given, wanted.live)
    assert principal > 0.9


def test_the_mean_over_the_width_collapses_as_predicted():
    given = features()
    trap = BottleneckConfig("vae", 8, weight=1.0, reduction="mean")
    vae = fit(given, None, trap)
    assert predicted_nats(vae(given).features, 8, reduction="mean").total < 0.01
    assert measured_nats(vae, given).total < 0.05


def test_lambda_does_not_move_what_is_remembered():
    given, how = features(), FitConfig(600)
    small, large = (
        measured_nats(fit(given, None, BottleneckConfig("vae", 8, weight=w), how), given).total
        for w in (0.01, 1.0)
    )
    assert small == pytest.approx(large, rel=0.1)


def test_labels_teach_the_class_head():
    given, labels = heaps()
    bottleneck = fit(given, labels, BottleneckConfig("linear", 4), FitConfig(100))
    assert (bottleneck(given).logits.argmax(1) == labels).float().mean() > 0.9
    assert not bottleneck.training


def test_weight_0_is_the_linear_fit_bit_for_bit():
    given, labels = heaps()
    linear = fit(given, labels, BottleneckConfig("linear", 4), FitConfig(20))
    nothing = fit(given, labels, BottleneckConfig("vae", 4, weight=0.0), FitConfig(20))
    assert torch.equal(linear(given).logits, nothing(given).logits)


def test_the_learned_heads_depend_on_each_other():
    given, labels = heaps()
    vae = fit(given, labels, BottleneckConfig("vae", 2, weight=0.1), FitConfig(300))
    mean, log_variance = two_heads(vae, given)
    assert dependence(mean, log_variance).p == 0.05
    assert linear_probe(mean, labels, mean, labels) > 0.6


def test_the_same_settings_give_the_same_weights():
    given, labels = heaps()
    config, how = BottleneckConfig("vae", 4), FitConfig(10)
    first, second = (fit(given, labels, config, how) for _ in range(2))
    assert tiny.equal(tiny.weights(first), tiny.weights(second))
    other = fit(given, labels, config, FitConfig(10, seed=1))
    assert not tiny.equal(tiny.weights(first), tiny.weights(other))


def test_what_cannot_be_learned_is_refused():
    given, labels = heaps()
    with pytest.raises(ValueError, match="nothing would be learned"):
        fit(given, None, BottleneckConfig("linear", 4))
    with pytest.raises(ValueError, match="80 labels for 90 rows"):
        fit(given, labels[:80], BottleneckConfig("linear", 4))
    with pytest.raises(ValueError, match="steps"):
        FitConfig(steps=0)
    with pytest.raises(ValueError, match="learning_rate"):
        FitConfig(learning_rate=math.nan)
