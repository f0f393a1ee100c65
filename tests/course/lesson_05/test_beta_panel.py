"""Beta as a water line over the eigenvalues."""

import pytest
import torch
from matplotlib.figure import Figure

from labkit.course.lesson_05 import beta_panel
from labkit.evaluation.pca_vae import predicted_nats
from tests.helpers.online import made_fits

VALUES = [8.0, 2.0, 0.5]


def test_what_stands_above_beta_is_live_and_has_its_nats():
    said = beta_panel.draw(Figure().subplots(), VALUES, beta=1.0)
    assert "2 stand above it and carry 1.4 nats" in said
    assert "0 stand above it and carry 0.0" in beta_panel.draw(Figure().subplots(), VALUES, 10.0)


def test_the_panel_says_what_the_library_predicts():
    features = made_fits.features().scaled
    from labkit.evaluation.pca_vae import eigenvalues

    wanted = predicted_nats(features, made_fits.WIDTH, 2.0)
    said = beta_panel.panel(eigenvalues(features)).picture(beta=2.0).alt
    assert f"{wanted.live} stand above it and carry {wanted.total:.1f} nats" in said


def test_every_corner_is_drawn_and_there_is_a_twin_for_print():
    panel = beta_panel.panel(torch.tensor(VALUES))
    assert panel.try_corners() == 3
    assert "beta 4:" in panel.static_twin(beta=(1, 4)).alt


@pytest.mark.parametrize("beta", [0.1, 40.0])
def test_the_title_names_beta(beta):
    axes = Figure().subplots()
    beta_panel.draw(axes, VALUES, beta)
    assert f"beta {beta:g}" in axes.get_title()
