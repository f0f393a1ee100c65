"""The grid of fits on frozen features, and what it refuses."""

import pytest

from labkit.experiments.frozen_fits import plan
from labkit.experiments.frozen_fits.plan import FrozenFit


def test_every_cell_comes_with_every_seed_and_whole_grids_first():
    fits = list(plan.grid(seeds=2, rows="here"))
    cells = len(plan.WIDTHS) * len(plan.BETAS) * len(plan.LAMBDAS)
    assert len(set(fits)) == len(fits) == 2 * cells
    assert {one.seed for one in fits[:cells]} == {0}
    assert {one.rows for one in fits} == {"here"}


@pytest.mark.parametrize(
    "change, says",
    [
        ({"beta": 0.0}, "beta must be a number above 0, got 0.0"),
        ({"weight": float("nan")}, "weight must be a number above 0, got nan"),
        ({"latent": 0}, "latent must be at least 1, got 0"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, says):
    told = {"latent": 4, "beta": 1.0, "weight": 1.0} | change
    with pytest.raises(ValueError, match=says):
        FrozenFit(**told)


def test_a_grid_without_seeds_is_refused():
    with pytest.raises(ValueError, match="seeds must be at least 1"):
        list(plan.grid(seeds=0))
