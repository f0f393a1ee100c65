import pytest
import torch

from labkit.models.directions import principal_directions, random_directions


def features():
    return torch.randn(40, 6, generator=torch.Generator().manual_seed(0))


def test_principal_directions_have_one_sign():
    directions = principal_directions(features(), 3)
    assert torch.equal(directions, principal_directions(-features(), 3))


def test_the_strongest_direction_is_found():
    given = features() * torch.tensor([1.0, 1.0, 9.0, 1.0, 1.0, 1.0])
    assert float(principal_directions(given, 1)[2, 0]) == pytest.approx(1, abs=0.05)


def test_random_directions_ask_the_seed_and_not_the_features():
    first = random_directions(features(), 4, seed=1)
    torch.testing.assert_close(first.T @ first, torch.eye(4), atol=1e-5, rtol=0)
    assert torch.equal(first, random_directions(9 * features(), 4, seed=1))
    assert not torch.allclose(first, random_directions(features(), 4, seed=2))
