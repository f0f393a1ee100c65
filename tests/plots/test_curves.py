"""Curves of runs, by their lines."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.evaluation.curves import Behind, Point
from labkit.plots import curves
from labkit.plots.looks import ROLES


@pytest.fixture
def axes():
    return Figure().subplots()


def test_the_curve_over_steps_has_a_thin_line_per_seed_and_a_bold_median(axes):
    curves.curve_over_steps(axes, [[3, 2, 1], [3, 9, 9], [3, 3, 3, 9]], role="teacher")
    *thin, median = axes.lines
    assert len(thin) == 3
    assert list(median.get_ydata()) == [3, 3, 3]
    assert median.get_linewidth() > thin[0].get_linewidth()
    assert axes.get_legend().get_texts()[0].get_text() == "teacher, 3 seeds"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("steps", "loss, nats")


def test_long_curves_are_thinned_to_means_of_neighbours():
    places, values = curves._thinned(np.arange(1001.0))
    assert len(values) <= curves.POINTS
    assert values[0] == 1.0
    assert (places[-1], values[-1]) == (1000, 999.5)


def test_live_curve_draws_earlier_runs_grey_and_accepts_no_steps(axes):
    curves.live_curve(axes, [], [], "loss, nats")
    curves.live_curve(axes, [2, 1], [[3, 3]], "loss, nats")
    assert axes.lines[-2].get_color() == ROLES["before"].color
    assert list(axes.lines[-1].get_ydata()) == [2, 1]


def test_a_curve_that_falls_below_0_is_seen_and_a_loss_begins_at_0(axes):
    curves.live_curve(axes, [-3, -1], [], "mean score")
    assert axes.get_ylim()[0] < -3
    curves.live_curve(axes, [3, 1], [], "loss, nats")
    assert axes.get_ylim()[0] == 0


def test_finished_runs_are_a_grey_band_with_their_validation(axes):
    runs = tuple(
        (Point(1, 2, 3.0 + seed, 0.4), Point(3, 4, 1.0 + seed, 0.5, 0.6)) for seed in range(2)
    )
    curves.curve_behind(axes, Behind("shipped, 2 seeds", runs), "accuracy")
    assert [list(line.get_ydata()) for line in axes.lines] == [[0.4, 0.5], [0.4, 0.5], [0.6, 0.6]]
    assert list(axes.lines[0].get_xdata()) == [1.5, 3.5]
    curves.curve_behind(axes, Behind("shipped, 2 seeds", runs), "loss")
    assert axes.collections[-1].get_datalim(axes.transData).ymax == 4.0
    curves.block_means(axes, runs[0], "loss")
    assert list(axes.lines[-1].get_ydata()) == [3.0, 1.0]


def test_a_run_without_a_step_has_no_line_of_its_own(axes):
    curves.live_curve(axes, [], [], "loss, nats", noisy=True)
    curves.block_means(axes, (), "loss")
    assert len(axes.lines) == 0
    assert axes.get_title() == "not started"


def test_validation_stands_where_it_was_taken_and_nowhere_when_it_was_not(axes):
    curves.validation_points(axes, [], [])
    assert not axes.lines
    curves.validation_points(axes, [3, 6], [0.5, 0.7])
    assert list(axes.lines[0].get_xdata()) == [3, 6]
    assert list(axes.lines[0].get_ydata()) == [0.5, 0.7]
