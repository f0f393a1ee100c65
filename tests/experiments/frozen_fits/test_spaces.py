"""Spaces of the same texts: what turning keeps, what projecting keeps, and their numbers."""

import pytest
import torch

from labkit.experiments.frozen_fits import spaces
from tests.helpers.online import made_fits


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(spaces, "LATENT", 17)
    return made_fits.features()


def test_every_space_has_the_same_texts_and_its_own_axes(small):
    found = spaces.spaces_of(small, steps=5)
    widths = {name: (space.train.shape[1], len(space.test)) for name, space in found.items()}
    assert widths["original"] == widths["original, rotated"] == (20, 60)
    narrow = ("random projection", "linear", "autoencoder", "VAE", "PCA")
    assert {widths[name] for name in narrow} == {(17, 60)}


def test_a_turn_keeps_distances_and_pca_has_no_correlation_on_its_own_rows(small):
    found = spaces.spaces_of(small, steps=5)
    original, turned = (torch.pdist(found[n].test) for n in ("original", "original, rotated"))
    assert torch.allclose(original, turned, atol=1e-3)
    matrix = torch.corrcoef(found["PCA"].train.T)
    assert float((matrix - torch.eye(17)).abs().max()) < 1e-2


def test_twins_are_measured_on_the_test_texts(small):
    found = spaces.spaces_of(small, steps=5)
    numbers = spaces.twins(small, {"original": found["original"]})
    assert numbers["original"].probe > 0.6
    assert numbers["original"].correlation.rows == 60
    assert -1 <= numbers["original"].silhouette <= 1
