import pytest
from matplotlib.figure import Figure

from labkit.grid_plots import accuracy_surface, compared_bars, curves_over
from labkit.verdict import interval


@pytest.fixture
def axes():
    return Figure(layout="constrained").subplots()


def written(axes):
    return [text.get_text() for text in axes.texts]


def test_the_surface_writes_every_cell_and_frames_the_chosen_one(axes):
    cells = {(0.0, 0.1): interval([0.5, 0.6]), (0.1, 0.1): interval([0.7, 0.7])}
    accuracy_surface(axes, cells, (0.1, 0.1))
    assert len(written(axes)) == 2
    assert sum("★" in text for text in written(axes)) == 1
    assert len(axes.patches) == 1
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0.1", "0"]


def test_a_cell_of_one_seed_shows_no_interval(axes):
    accuracy_surface(axes, {(0.0, 0.1): interval([0.5])})
    assert written(axes) == ["50.0"]


def test_bars_carry_their_numbers_and_levels_their_names(axes):
    bars = {"labels only": interval([0.8, 0.82]), "student": interval([0.9])}
    compared_bars(axes, bars, {"teacher": 0.95})
    assert written(axes) == ["81.0", "90.0"]
    assert "teacher, 95.0 %" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_curve_goes_through_its_points_in_order(axes):
    points = {0.9: interval([0.8, 0.9]), 0.1: interval([0.5, 0.6])}
    curves_over(axes, {"full": points}, {}, "weight")
    assert list(axes.lines[0].get_xdata()) == [0.1, 0.9]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([0.55, 0.85])
    assert axes.get_ylabel() == "test accuracy, share"
