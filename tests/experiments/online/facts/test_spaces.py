"""Spaces of the same texts: what turning keeps, what projecting keeps, and their numbers."""

import pytest
import torch

from labkit.experiments.online.facts.spaces import FITS, LATENT, Space, spaces, twins
from tests.helpers.online import tiny_frozen


@pytest.fixture(scope="module")
def given():
    return tiny_frozen.frozen()


def test_every_space_has_both_splits_and_its_width(given):
    found = spaces(given)
    assert set(FITS) <= set(found)
    for name, space in found.items():
        wide = 70 if name in ("original", "random rotation") else LATENT
        assert space.train.shape == (90, wide) and space.test.shape == (90, wide), name
        assert not space.test.requires_grad, name


def test_a_rotation_keeps_distances_and_the_original_is_left(given):
    found = spaces(given)
    turned, original = (torch.pdist(found[name].test) for name in ("random rotation", "original"))
    torch.testing.assert_close(turned, original, atol=1e-2, rtol=1e-3)
    assert torch.equal(found["original"].train, given.train)


def test_pca_has_no_correlation_on_its_own_rows(given):
    matrix = torch.corrcoef(spaces(given)["PCA"].train.T)
    assert float((matrix - torch.eye(LATENT)).abs().max()) < 1e-2


def test_the_same_spaces_are_made_once_and_those_of_another_seed_differ(given):
    assert spaces(given) is spaces(given)
    assert not torch.allclose(spaces(given)["AE"].test, spaces(given, 1)["AE"].test)


def test_twins_are_measured_on_the_test_texts(given):
    noise = torch.randn(2, *given.test.shape, generator=torch.Generator().manual_seed(0))
    shown = {"original": spaces(given)["original"], "noise": Space(*noise)}
    numbers = twins(given, shown)
    assert numbers["original"].probe > 0.9 > 0.5 > numbers["noise"].probe
    assert numbers["original"].correlation.rows == 90
    assert numbers["original"].silhouette > numbers["noise"].silhouette + 0.2
