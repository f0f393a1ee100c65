"""Shipped fits are read back cell by cell, as they were written."""

import pytest
import torch

from labkit.experiments.frozen_fits.plan import BETAS, LAMBDAS, WIDTHS
from labkit.experiments.frozen_fits.shipped import shipped_cells, symmetric, unpacked
from tests.helpers.online import made_fits


def test_cells_are_read_back_with_all_their_seeds(tmp_path):
    cells = shipped_cells(made_fits.write(tmp_path, seeds=3))
    assert len(cells) == 8
    cell = cells[16, 1.0, 0.005]
    assert len(cell.accuracies) == len(cell.nats) == len(cell.off_diagonal) == 3
    assert cell.correlations.shape == (16, 16)
    assert torch.equal(cell.correlations, cell.correlations.T)
    assert len(cell.by_dimension) == len(cell.predicted_by_dimension) == 16
    assert cell.accuracy.low <= cell.accuracy.mean <= cell.accuracy.high


def test_no_file_means_no_cells(tmp_path):
    assert shipped_cells(tmp_path / "nothing.csv") == {}


def test_the_shipped_file_has_the_whole_grid_and_trained_nats_follow_their_prediction():
    cells = shipped_cells()
    assert set(cells) == {(w, b, x) for w in WIDTHS for b in BETAS for x in LAMBDAS}
    for beta in (1.0, 4.0):
        cell = cells[64, beta, 1.0]
        assert sum(cell.nats) / len(cell.nats) == pytest.approx(cell.predicted, rel=0.1)


def test_a_triangle_becomes_a_matrix_and_a_part_of_one_is_refused():
    assert unpacked("[0.5 -0.25 1.00]") == (0.5, -0.25, 1.0)
    wanted = torch.tensor([[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]])
    assert torch.allclose(symmetric([0.1, 0.2, 0.3]), wanted)
    with pytest.raises(ValueError, match="the file is damaged"):
        symmetric([0.1, 0.2])
