"""The two terms of a variational autoencoder."""

import math

import pytest
import torch
from torch import Tensor

from labkit.losses.vae import vae_loss


def rows(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_vae_terms_worked_by_hand() -> None:
    features = torch.tensor([[1.0, 2.0], [0.0, 0.0]])
    rebuilt = torch.tensor([[0.0, 0.0], [0.0, 4.0]])
    mu = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    log_variance = torch.tensor([[0.0, 0.0], [math.log(4), 0.0]])
    reconstruction, kl = vae_loss(features, rebuilt, mu, log_variance)
    assert float(reconstruction) == pytest.approx((0.5 * 5 + 0.5 * 16) / 2)
    assert float(kl) == pytest.approx((0.5 + 0.5 * (4 - 1 - math.log(4))) / 2)


def test_vae_terms_are_zero_when_rebuilt_exactly_at_the_prior() -> None:
    features, zero = rows(0, 4, 6), torch.zeros(4, 2)
    reconstruction, kl = vae_loss(features, features, zero, zero)
    assert float(reconstruction) == 0
    assert float(kl) == 0


def test_vae_kl_agrees_with_torch_distributions() -> None:
    mu, log_variance = rows(0, 5, 3), rows(1, 5, 3)
    mine = torch.distributions.Normal(mu, (log_variance / 2).exp())
    prior = torch.distributions.Normal(torch.zeros(3), torch.ones(3))
    wanted = torch.distributions.kl_divergence(mine, prior).sum(1).mean()
    _, kl = vae_loss(mu, mu, mu, log_variance)
    assert float(kl) == pytest.approx(float(wanted))


def test_vae_reconstruction_is_a_normal_log_likelihood_up_to_its_constant() -> None:
    features, rebuilt = rows(0, 5, 3), rows(1, 5, 3)
    zero = torch.zeros(5, 2)
    likelihood = torch.distributions.Normal(rebuilt, 1.0).log_prob(features).sum(1).mean()
    found, _ = vae_loss(features, rebuilt, zero, zero)
    constant = 1.5 * math.log(2 * math.pi)
    assert float(found) + constant == pytest.approx(-float(likelihood))


def test_vae_gradients_reach_all_four_tensors() -> None:
    tensors = [rows(seed, 4, 3).requires_grad_() for seed in range(4)]
    reconstruction, kl = vae_loss(*tensors)
    (reconstruction + kl).backward()
    assert all(float(tensor.grad.norm()) > 0 for tensor in tensors)
