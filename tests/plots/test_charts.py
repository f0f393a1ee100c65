"""Plots by what they draw: heights, lines, limits, names."""

from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.plots import charts
from labkit.plots.looks import ROLES


@dataclass(frozen=True)
class Spread:
    mean: float
    low: float
    high: float
    n: int


@pytest.fixture
def axes():
    return Figure().subplots()


def test_accuracy_bars_have_heights_intervals_and_named_lines(axes):
    models = {"student, kd": Spread(0.8, 0.75, 0.85, 5), "majority": 0.5}
    charts.accuracy_bars(axes, models, chance=0.5, teacher=0.9)
    assert [bar.get_height() for bar in axes.patches] == [0.8, 0.5]
    (segment,) = axes.collections[0].get_segments()
    np.testing.assert_allclose(segment, [[0, 0.75], [0, 0.85]])
    said = [text.get_text() for text in axes.get_legend().get_texts()]
    assert said == ["chance, 0.50", "teacher, 0.90"]
    assert axes.get_ylim() == (0, 1.15)  # room above 1 for the legend
    values = {text.get_text(): text.get_position() for text in axes.texts}
    assert values == {"0.800": (0, 0.4), "0.500": (1, 0.25)}  # inside the bars
    assert max(axes.get_yticks()) == 1


def test_class_probabilities_stand_side_by_side(axes):
    charts.class_probabilities(axes, {"teacher": [0.9, 0.1], "student": [0.6, 0.4]}, ["a", "b"])
    teacher, student = axes.containers
    assert [bar.get_height() for bar in student] == [0.6, 0.4]
    assert teacher[0].get_x() + teacher[0].get_width() == pytest.approx(student[0].get_x())


def test_a_signed_heat_map_is_symmetric_and_prints_small_tables_readably(axes):
    charts.heat_map(axes, [[1.0, -0.5], [0.0, 0.25]], ["r", "s"], ["c", "d"], signed=True)
    (image,) = axes.images
    assert image.get_clim() == (-1, 1)
    assert [text.get_text() for text in axes.texts] == ["1.00", "-0.50", "0.00", "0.25"]
    assert axes.texts[0].get_color() == "white"
    assert axes.texts[2].get_color() == "black"


def test_a_large_heat_map_prints_no_values(axes):
    charts.heat_map(axes, np.zeros((9, 2)), list("abcdefghi"), ["c", "d"])
    assert len(axes.texts) == 0


def test_teacher_bars_have_heights_and_a_star_over_the_right_class(axes):
    charts.teacher_bars(axes, [0.2, 0.7, 0.1], ["A", "B", "C"], right=1)
    assert [bar.get_height() for bar in axes.patches] == [0.2, 0.7, 0.1]
    (star,) = axes.lines
    assert star.get_xdata() == [1]
    assert star.get_ydata()[0] > 0.7


def test_named_curves_are_logarithmic_when_asked_and_keep_zero_otherwise(axes):
    charts.named_curves(axes, [1, 2], {"student": [1, 4]}, "x", "y, nats", logarithmic=True)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    other = Figure().subplots()
    charts.named_curves(other, [1, 2], {"student": [1, 4], "baseline": [2, 2]}, "x", "y")
    assert other.get_ylim()[0] == 0
    assert [line.get_color() for line in other.lines] == [
        ROLES["student"].color,
        ROLES["baseline"].color,
    ]


def test_paired_points_share_both_limits(axes):
    charts.paired_points(axes, [0.1, 1.0], [0.4, 0.2], ["x, nats", "y, nats"])
    assert axes.get_xlim() == axes.get_ylim()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x, nats", "y, nats")


def test_bars_are_drawn_as_their_arms_are_and_long_names_are_folded(axes):
    charts.accuracy_bars(axes, {"labels only": 0.7, "soft labels on copies": 0.8}, chance=0.5)
    assert [bar.get_hatch() for bar in axes.patches] == ["\\\\", ".."]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["labels only", "soft labels\non copies"]


def test_probabilities_are_written_above_their_bars_when_asked(axes):
    charts.class_probabilities(axes, {"teacher": [0.9, 0.1]}, ["a", "b"], numbers=True)
    assert [text.get_text() for text in axes.texts] == ["0.90", "0.10"]


def test_a_name_that_has_line_breaks_keeps_them():
    assert charts.folded("one of two\nlines") == "one of two\nlines"
    assert charts.folded("one of two lines") == "one of two\nlines"
