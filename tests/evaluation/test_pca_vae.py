import math

import pytest
import torch

from labkit.evaluation.pca_vae import (
    eigenvalues,
    measured_nats,
    predicted_nats,
    share_of_principal,
)
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig


def spread(*variances):
    """Rows whose covariance is exactly diagonal with these variances."""
    corners = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0])] * len(variances))
    return corners * torch.tensor(variances).sqrt()


def test_eigenvalues_are_the_variances():
    found = eigenvalues(spread(1.0, 9.0, 4.0))
    torch.testing.assert_close(found, torch.tensor([9.0, 4.0, 1.0]).double())


def test_predicted_nats_worked_by_hand():
    # ln 9 / 2 and ln 4 / 2; at beta 4: ln(9/4) / 2 and 0; a fourth of 1 never pays
    found = predicted_nats(spread(1.0, 9.0, 4.0), 3)
    wanted = torch.tensor([math.log(3), math.log(2), 0.0]).double()
    torch.testing.assert_close(found.by_dimension, wanted)
    assert found.total == pytest.approx(math.log(6)) and found.live == 2
    assert predicted_nats(spread(1.0, 9.0, 4.0), 3, beta=4).total == pytest.approx(math.log(1.5))
    assert predicted_nats(spread(1.0, 9.0, 4.0), 1).total == pytest.approx(math.log(3))


def test_the_mean_over_the_width_is_beta_times_the_width():
    features = spread(1.0, 9.0, 4.0)
    averaged = predicted_nats(features, 3, reduction="mean")
    torch.testing.assert_close(averaged.by_dimension, predicted_nats(features, 3, 3).by_dimension)


def test_measured_nats_are_the_kl_of_the_two_heads():
    features = spread(1.0, 9.0, 4.0)
    bottleneck = Bottleneck(features, 2, BottleneckConfig(latent=2)).train()
    wanted = bottleneck.loss(bottleneck(features)).kl
    found = measured_nats(bottleneck, features)
    assert found.total == pytest.approx(wanted.item(), rel=1e-5)
    assert found.by_dimension[0] >= found.by_dimension[1]


def test_share_of_principal_directions():
    features, axes = spread(1.0, 9.0, 4.0), torch.eye(3)
    assert share_of_principal(axes[:, 1:], features, 2) == pytest.approx(1)
    assert share_of_principal(axes[:, :2], features, 2) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: predicted_nats(spread(1.0, 2.0), 3),
        lambda: predicted_nats(spread(1.0, 2.0), 1, beta=0),
        lambda: predicted_nats(spread(1.0, 2.0), 1, reduction="max"),
        lambda: measured_nats(
            Bottleneck(spread(1.0, 2.0), 2, BottleneckConfig("ae", latent=1)), spread(1.0, 2.0)
        ),
    ],
)
def test_what_cannot_be_predicted_or_measured_is_refused(call):
    with pytest.raises(ValueError, match="got"):
        call()
