"""Plots by what they draw: heights, lines, limits, names."""

from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.evaluation.curves import Behind, Point
from labkit.plots import charts as plots


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
    models = {"student, kd": Spread(0.8, 0.75, 0.85, 5), "majority baseline": 0.5}
    plots.accuracy_bars(axes, models, chance=0.5, teacher=0.9)
    assert [bar.get_height() for bar in axes.patches] == [0.8, 0.5]
    (segment,) = axes.collections[0].get_segments()
    np.testing.assert_allclose(segment, [[0, 0.75], [0, 0.85]])
    said = [text.get_text() for text in axes.get_legend().get_texts()]
    assert said == ["chance, 0.50", "teacher, 0.90"]
    assert axes.get_ylim() == (0, 1.15)  # room above 1 for the legend
    assert max(axes.get_yticks()) == 1


def test_the_curve_over_steps_has_a_thin_line_a_seed_and_a_bold_median(axes):
    plots.curve_over_steps(axes, [[3, 2, 1], [3, 9, 9], [3, 3, 3, 9]], role="teacher")
    *thin, median = axes.lines
    assert len(thin) == 3
    assert list(median.get_ydata()) == [3, 3, 3]
    assert median.get_linewidth() > thin[0].get_linewidth()
    assert axes.get_legend().get_texts()[0].get_text() == "teacher, 3 seeds"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("steps", "loss, nats")


def test_long_curves_are_thinned_to_means_of_neighbours():
    places, values = plots._thinned(np.arange(1001.0))
    assert len(values) <= plots.POINTS
    assert values[0] == 1.0
    assert (places[-1], values[-1]) == (1000, 999.5)


def test_live_curve_draws_earlier_runs_grey_and_accepts_no_steps(axes):
    plots.live_curve(axes, [], [], "loss, nats")
    plots.live_curve(axes, [2, 1], [[3, 3]], "loss, nats")
    assert axes.lines[-2].get_color() == plots.COLOR["before"]
    assert list(axes.lines[-1].get_ydata()) == [2, 1]


def test_finished_runs_are_a_grey_band_with_their_validation(axes):
    runs = tuple(
        (Point(1, 2, 3.0 + seed, 0.4), Point(3, 4, 1.0 + seed, 0.5, 0.6)) for seed in range(2)
    )
    plots.curve_behind(axes, Behind("shipped, 2 seeds", runs), "accuracy")
    assert [list(line.get_ydata()) for line in axes.lines] == [[0.4, 0.5], [0.4, 0.5], [0.6, 0.6]]
    assert list(axes.lines[0].get_xdata()) == [1.5, 3.5]
    plots.curve_behind(axes, Behind("shipped, 2 seeds", runs), "loss")
    assert axes.collections[-1].get_datalim(axes.transData).ymax == 4.0
    plots.block_means(axes, runs[0], "loss")
    assert list(axes.lines[-1].get_ydata()) == [3.0, 1.0]


def test_a_run_without_a_step_has_no_line_of_its_own(axes):
    plots.live_curve(axes, [], [], "loss, nats", noisy=True)
    plots.block_means(axes, (), "loss")
    assert len(axes.lines) == 0
    assert axes.get_title() == "not started"


def test_class_probabilities_stand_side_by_side(axes):
    plots.class_probabilities(axes, {"teacher": [0.9, 0.1], "student": [0.6, 0.4]}, ["a", "b"])
    teacher, student = axes.containers
    assert [bar.get_height() for bar in student] == [0.6, 0.4]
    assert teacher[0].get_x() + teacher[0].get_width() == pytest.approx(student[0].get_x())


def test_a_signed_heat_map_is_symmetric_and_prints_small_tables_readably(axes):
    plots.heat_map(axes, [[1.0, -0.5], [0.0, 0.25]], ["r", "s"], ["c", "d"], signed=True)
    (image,) = axes.images
    assert image.get_clim() == (-1, 1)
    assert [text.get_text() for text in axes.texts] == ["1.00", "-0.50", "0.00", "0.25"]
    assert axes.texts[0].get_color() == "white"
    assert axes.texts[2].get_color() == "black"


def test_a_large_heat_map_prints_no_values(axes):
    plots.heat_map(axes, np.zeros((9, 2)), list("abcdefghi"), ["c", "d"])
    assert len(axes.texts) == 0


def test_roles_differ_in_a_second_cue_besides_colour():
    names = ("teacher", "assistant", "labels only", "baseline")
    assert len({plots.LINE[name] for name in names}) == len(names)
    assert len({plots.COLOR[name] for name in (*names, "student")}) == 5
    assert plots.COLOR.keys() == plots.LINE.keys()


def test_a_name_gives_its_role_and_an_unknown_role_is_refused():
    assert plots.role_of("Student, z-score") == "student"
    assert plots.role_of("MPNet") == "other"
    with pytest.raises(ValueError, match="no role 'pupil'; the roles are teacher"):
        plots.style("pupil")
