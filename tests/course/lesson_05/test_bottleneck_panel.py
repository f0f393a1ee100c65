"""The panel of shipped fits: right cell, right words, every corner drawn."""

import pytest

from labkit.course.lesson_05 import bottleneck_panel
from labkit.experiments.frozen_fits.shipped import shipped_cells
from tests.helpers.online import made_fits


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    return shipped_cells(made_fits.write(tmp_path_factory.mktemp("fits")))


def test_the_panel_shows_the_cell_that_was_chosen(cells):
    panel = bottleneck_panel.panel(cells)
    said = panel.picture(width="4", beta="4", weight="1").alt
    cell = cells[4, 4.0, 1.0]
    assert said.startswith("Width 4, beta 4, lambda 1. Mean absolute correlation")
    assert f"{cell.predicted:.1f} predicted; {cell.live} live dimensions" in said
    assert f"{100 * cell.accuracy.mean:.1f} percent over 2 seeds" in said


def test_every_corner_is_drawn_and_differs_in_words(cells):
    panel = bottleneck_panel.panel(cells)
    assert panel.try_corners() == 8
    said = {
        panel.picture(width=w, beta=b, weight=x).alt
        for w in ("4", "16") for b in ("1", "4") for x in ("0.005", "1")
    }  # fmt: skip
    assert len(said) == 8


def test_a_list_starts_at_the_usual_value_where_it_has_it(cells):
    values = bottleneck_panel.panel(cells).values()
    assert values == {"width": "4", "beta": "1", "weight": "0.005"}


def test_without_fits_the_command_is_named():
    with pytest.raises(ValueError, match="labkit frozen-fits"):
        bottleneck_panel.panel({})


def test_the_twin_for_print_says_every_cell(cells):
    alt = bottleneck_panel.static_twin(cells).alt
    assert alt.count("beta 1 ") == alt.count("beta 4 ") == 4
    assert "lambda 0.005, width 16: beta 1" in alt
    assert "width 4" in bottleneck_panel.picture(cells, "4", "1", "1").alt.lower()
