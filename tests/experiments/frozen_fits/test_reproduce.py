"""One fit and its numbers; rows that changed are refused."""

import pytest
import torch

from labkit.evaluation.pca_vae import predicted_nats
from labkit.experiments.frozen_fits import reproduce
from labkit.experiments.frozen_fits.plan import FrozenFit
from labkit.experiments.results import head_of, read_rows
from tests.helpers.online import made_fits


def test_a_fit_is_told_with_its_prediction_and_finds_it():
    made = made_fits.features(300)
    found = reproduce.measure_on(made, FrozenFit(6, 1.0, 1.0, steps=600))
    wanted = predicted_nats(made.scaled, 6, 1.0)
    assert found["predicted_nats"] == pytest.approx(wanted.total, abs=1e-3)
    assert found["nats"] == pytest.approx(wanted.total, rel=0.15)
    assert found["accuracy"] > 0.6
    assert len(found["correlations"].split()) == 15


def test_rows_that_changed_since_the_plan_are_refused(monkeypatch):
    monkeypatch.setattr(reproduce, "lesson_features", made_fits.features)
    with pytest.raises(ValueError, match="the data changed since the fits were planned"):
        reproduce.measure(FrozenFit(2, 1.0, 1.0, rows="other", steps=1))
    found = reproduce.measure(FrozenFit(2, 1.0, 1.0, rows="made", steps=1))
    assert {"seconds", "cpu_seconds", "versions", "nats"} <= found.keys()


def test_a_file_holds_a_line_for_each_fit_and_no_cell_is_a_formula(tmp_path):
    path = made_fits.write(tmp_path)
    rows = read_rows(path)
    assert len(rows) == 16
    assert all(row["correlations"].startswith("[") for row in rows)
    assert "frozen features" in head_of(path)["title"]


def test_numbers_are_packed_with_so_many_digits():
    assert reproduce.packed([0.5, -0.123], 2) == "0.50 -0.12"
    upper = reproduce._upper(torch.arange(9).reshape(3, 3))
    assert upper == [1.0, 2.0, 5.0]
