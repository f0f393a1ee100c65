"""The parts of the explorer's picture: numbers, frames, rows, and shares that sum to 1."""

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from labkit.evaluation.verdict import interval
from labkit.plots.cell import (
    IMPOSSIBLE,
    LONGEST,
    NOT_MEASURED,
    accuracy_rows,
    cell_surface,
    color_limits,
    loss_shares,
)
from labkit.plots.looks import ROLES

CELLS = {
    (0.9, 0.1): interval([0.5, 0.6, 0.7]),
    (0.5, 0.1): interval([0.7, 0.7, 0.7]),
    (0.5, 0.3): interval([0.80, 0.81, 0.82]),
}


@pytest.fixture
def axes():
    return Figure().subplots()


def written(axes):
    """All texts that were written at once."""
    return "; ".join(one.get_gid() for one in axes.get_children() if one.get_gid())


def frames(axes):
    return [one for one in axes.patches if isinstance(one, Rectangle) and not one.get_fill()]


def test_each_cell_has_its_number_and_its_line_the_widest_the_longest(axes):
    cell_surface(axes, CELLS, None, color_limits(CELLS))
    for number in ("60.0", "70.0", "81.0"):
        assert number in written(axes)
    (lines,) = [one for one in axes.collections if isinstance(one, LineCollection)]
    wide = sorted(segment[1][0] - segment[0][0] for segment in lines.get_segments())
    assert wide[0] == pytest.approx(0, abs=1e-9)
    assert wide[-1] == pytest.approx(2 * LONGEST)
    assert wide[1] == pytest.approx(wide[-1] / 10)


def test_a_cell_that_was_not_measured_is_a_dash_and_an_impossible_one_is_grey(axes):
    cell_surface(axes, CELLS, None, (0.5, 0.9), alphas=(0.9, 0.5, 0.1))
    table = np.ma.filled(axes.images[0].get_array(), np.nan)
    assert np.isfinite(table).sum() == len(CELLS)
    assert written(axes).count(NOT_MEASURED) == 2
    grey = [one for one in axes.patches if one.get_facecolor()[0] == pytest.approx(0xDD / 255)]
    assert IMPOSSIBLE == "#DDDDDD"
    assert [one.get_xy() for one in grey] == [(0.5, -0.5)]


@pytest.mark.parametrize(
    ("chosen", "line"), [((0.5, 0.3), "-"), ((0.1, 0.3), "--"), ((0.15, 0.3), None), (None, None)]
)
def test_the_chosen_cell_is_framed_and_dashed_where_nothing_was_measured(axes, chosen, line):
    cell_surface(axes, CELLS, chosen, (0.5, 0.9), alphas=(0.1,))
    assert [one.get_linestyle() for one in frames(axes)] == ([line] if line else [])


def test_a_surface_of_one_run_per_cell_has_no_lines(axes):
    cell_surface(axes, {(0.1, 0.1): interval([0.5])}, None, color_limits(CELLS))
    assert not axes.collections or not any(
        isinstance(one, LineCollection) for one in axes.collections
    )
    assert color_limits({(0.1, 0.1): interval([0.5])}) == (0.495, 0.505)


def test_levels_widen_the_colours_so_that_noise_is_no_hill(axes):
    assert color_limits(CELLS) == pytest.approx((0.6, 0.81))
    limits = color_limits(CELLS, [0.55, 0.97])
    assert limits == pytest.approx((0.55, 0.97))
    cell_surface(axes, CELLS, None, limits)
    assert axes.images[0].get_clim() == pytest.approx(limits)


def test_rows_draw_lines_for_all_but_the_last_and_say_what_is_missing(axes):
    rows = {
        "teacher": (ROLES["teacher"], interval([0.9])),
        "same alpha, beta 0": (ROLES["student"], None),
        "this cell": (ROLES["student"], interval([0.80, 0.81, 0.82])),
    }
    accuracy_rows(axes, rows, (0.7, 1.0))
    assert "teacher\n90.0; same alpha, beta 0\nnot measured; this cell\n81.0 ± 2.5" in written(axes)
    (dots,) = [one for one in axes.collections if len(one.get_offsets()) == 2 and not one.get_gid()]
    assert dots.get_offsets().tolist() == [[0.9, 0.0], [pytest.approx(0.81), 2.0]]
    crossing = axes.collections[0].get_segments()
    assert [line[0][0] for line in crossing] == [0.9]
    assert axes.get_xlim() == (0.7, 1.0)


@pytest.mark.parametrize("shares", [(0.4, 0.5, 0.1), (1.0, 0.0, 0.0), (0.0, 0.7, 0.3)])
def test_the_bar_of_shares_is_filled_from_0_to_1_without_a_gap(axes, shares):
    loss_shares(axes, dict(zip(("labels", "teacher", "adversary"), shares, strict=True)))
    bar = [one for one in axes.patches if one.get_y() == 0]
    assert [one.get_width() for one in bar] == pytest.approx(list(shares))
    ends = np.cumsum([0, *shares])
    assert [one.get_x() for one in bar] == pytest.approx(list(ends[:-1]))
    assert ends[-1] == pytest.approx(1)
    assert f"teacher {shares[1]:.2f}" in written(axes)
    assert len({one.get_hatch() for one in bar}) == 3


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (1.2, -0.3, 0.1)])
def test_shares_that_do_not_make_a_whole_are_refused(axes, shares):
    with pytest.raises(ValueError, match="must sum to 1"):
        loss_shares(axes, dict(zip(("labels", "teacher", "adversary"), shares, strict=True)))
