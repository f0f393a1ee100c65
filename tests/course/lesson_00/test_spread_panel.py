"""The spread panel: the simulation obeys its formula, and the picture says what it shows."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_00 import spread_panel

SETTINGS = [(500, 0.85, 1, 0.3), (100, 0.5, 5, 1.0), (2000, 0.9, 10, 0.0), (300, 0.7, 3, 0.6)]


@pytest.mark.parametrize(("questions", "accuracy", "seeds", "luck"), SETTINGS)
def test_mean_and_spread_are_those_of_the_formula(questions, accuracy, seeds, luck):
    values = spread_panel.measured(questions, accuracy, seeds, luck, papers=40_000)
    variance = accuracy * (1 - accuracy) * (1 - luck + luck / seeds) / questions
    assert values.mean() == pytest.approx(accuracy, abs=4 * np.sqrt(variance / 40_000))
    assert values.std() == pytest.approx(np.sqrt(variance), rel=0.03)
    assert values.min() >= 0 and values.max() <= 1


def test_one_run_of_a_method_without_luck_is_a_binomial_count():
    values = spread_panel.measured(200, 0.8, 1, 0.0)
    assert np.allclose(values * 200, np.round(values * 200))
    assert np.array_equal(values, spread_panel.measured(200, 0.8, 1, 0.0))
    assert not np.array_equal(values, spread_panel.measured(200, 0.8, 1, 0.0, start=1))


def test_questions_help_more_than_seeds_unless_luck_decides_everything():
    def width(questions, seeds, luck):
        low, high = spread_panel.middle(
            spread_panel.measured(questions, 0.85, seeds, luck, papers=20_000)
        )
        return high - low

    assert width(500, 1, 0.3) < 0.6 * width(100, 5, 0.3)
    assert width(500, 1, 1.0) == pytest.approx(width(100, 5, 1.0), rel=0.1)


def test_the_middle_leaves_out_equal_tails():
    assert spread_panel.middle(np.arange(1001.0), 0.9) == pytest.approx((50, 950))


def test_every_paper_is_in_a_bar():
    for questions, accuracy, seeds, luck in SETTINGS:
        values = spread_panel.measured(questions, accuracy, seeds, luck)
        assert spread_panel._shares(values).sum() == pytest.approx(1)


def test_the_picture_says_its_numbers_and_keeps_the_previous_bars():
    axes = Figure().subplots()
    before = {"questions": 100.0, "accuracy": 0.85, "seeds": 1.0, "luck": 0.3}
    said = spread_panel.draw_spread(axes, 500.0, 0.85, 5.0, 0.3, before=before)
    low, high = spread_panel.middle(spread_panel.measured(500, 0.85, 5, 0.3))
    assert f"between {low:.3f} and {high:.3f}" in said
    assert "500 test questions, 5 seeds" in said
    assert f"{low:.3f} to {high:.3f}" in axes.get_title()
    assert "previous picture" in [text.get_text() for text in axes.get_legend().get_texts()]
    assert axes.get_xlabel() and axes.get_ylabel()


def test_the_picture_of_a_single_seed_speaks_of_one():
    said = spread_panel.draw_spread(Figure().subplots(), 500.0, 0.85, 1.0, 0.3)
    assert "500 test questions, 1 seed and" in said


def test_bars_taller_than_usual_fit_into_the_picture():
    axes = Figure().subplots()
    spread_panel.draw_spread(axes, 5000.0, 0.95, 10.0, 1.0)
    (bars,) = axes.patches
    assert bars.get_data().values.max() < axes.get_ylim()[1]


def test_the_panel_draws_every_corner():
    panel = spread_panel.panel()
    assert panel.try_corners() == 3**4
    assert "500 test questions" in panel.picture().alt


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((0, 0.5, 1, 0.3), "got 0 questions and 1 seeds, wanted at least 1"),
        ((10, 0.5, 0, 0.3), "got 10 questions and 0 seeds"),
        ((10, 1.5, 1, 0.3), "got accuracy 1.5 and luck 0.3, wanted both in"),
        ((10, 0.5, 1, -0.1), "got accuracy 0.5 and luck -0.1"),
    ],
)
def test_nonsense_is_refused(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        spread_panel.measured(*values)
