"""A fit that is watched is the fit that was shipped, and its end is said."""

import pytest
import torch

from labkit.course.lesson_05 import live_fit
from labkit.experiments.frozen_fits.plan import FrozenFit
from labkit.experiments.frozen_fits.shipped import shipped_cells
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers.course.generators import finished
from tests.helpers.online import made_fits


def test_a_watched_fit_is_bit_for_bit_the_shipped_one():
    made = made_fits.features()
    steps, found = finished(live_fit.live_steps(made, FrozenFit(4, 2.0, 0.5, 1, steps=12)))
    config = BottleneckConfig("vae", 4, 0.5, 2.0, seed=1)
    wanted = fit(made.train, made.train_labels, config, FitConfig(steps=12, seed=1))
    for name, weight in wanted.state_dict().items():
        assert torch.equal(found.state_dict()[name], weight), name
    assert [step.index for step in steps] == list(range(12)) and steps[0].total == 12
    assert not found.training


def test_the_panel_ends_with_its_numbers_beside_the_shipped_ones(tmp_path):
    cells = shipped_cells(made_fits.write(tmp_path))
    panel = live_fit.live_fit_panel(made_fits.features(), cells, steps=5)
    panel.start.click()
    assert panel.wait(60)
    assert panel.errors == []
    first = cells[4, 1.0, 0.005]
    accuracy, nats = first.accuracies[0], first.nats[0]
    assert f"{nats:.1f} nats, {first.predicted:.1f} predicted" in panel.ending.value
    assert f"test accuracies {accuracy:.3f}" in panel.ending.value
    assert 'role="status"' in panel.ending.value
    assert panel.run_now(2) == 2


def test_a_cell_that_nobody_shipped_is_said():
    made = made_fits.features()
    _, found = finished(live_fit.live_steps(made, FrozenFit(2, 1.0, 1.0, steps=2)))
    assert "No shipped fit has these settings" in live_fit.compared(made, found, None)


def test_the_loss_is_that_of_the_vae_before_lambda():
    made = made_fits.features()
    first = [
        next(live_fit.live_steps(made, FrozenFit(4, 1.0, weight, steps=2))).loss
        for weight in (0.005, 1.0)
    ]
    assert first[0] == pytest.approx(first[1], rel=1e-4)
