"""Pictures over weights, by their numbers, bars and lines."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from labkit.evaluation.verdict import interval
from labkit.plots.grid import accuracy_surface, compared_dots, curves_over, grouped_bars
from labkit.plots.looks import ROLES


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


def test_a_row_carries_its_number_and_levels_their_names(axes):
    dots = {"labels only": interval([0.8, 0.82]), "student": interval([0.9])}
    compared_dots(axes, dots, {"teacher": 0.95})
    assert written(axes) == ["81.0", "90.0"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["labels only", "student"]
    assert axes.yaxis_inverted(), "the first arm stands at the top"
    assert "teacher, 95.0 %" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_group_has_a_bar_per_arm_as_high_as_its_mean_and_a_line_per_level(axes):
    bars = {
        "trec": {"labels only": interval([0.8, 0.82]), "direct KD": interval([0.9, 0.9])},
        "subj": {"labels only": interval([0.7, 0.72]), "direct KD": interval([0.6, 0.6])},
    }
    grouped_bars(axes, bars, {"trec": {"teacher": 0.95}, "subj": {"teacher": 0.93}})
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == pytest.approx([0.81, 0.71, 0.9, 0.6])
    middles = [bar.get_x() + bar.get_width() / 2 for bar in axes.patches]
    assert [round(middle) for middle in middles] == [0, 1, 0, 1]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["teacher", "labels only", "direct KD"]
    assert to_hex(axes.patches[0].get_facecolor()) == ROLES["labels only"].color.lower()
    assert to_hex(axes.patches[2].get_facecolor()) == ROLES["student"].color.lower()


def test_a_curve_goes_through_its_points_in_order(axes):
    points = {0.9: interval([0.8, 0.9]), 0.1: interval([0.5, 0.6])}
    curves_over(axes, {"full": points}, {}, "weight")
    assert list(axes.lines[0].get_xdata()) == [0.1, 0.9]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([0.55, 0.85])
    assert axes.get_ylabel() == "test accuracy, share"
