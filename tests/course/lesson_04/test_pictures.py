"""The pictures of lesson 04: what they draw, and the words that stand for them."""

import math
import re
from types import SimpleNamespace

import pytest
import torch

from labkit.course.lesson_04 import pictures
from labkit.methods.adversarial.diagnostics import Separation


def axes_of(picture):
    return picture.figure.axes


def steps(accuracy, loss, gradient, count=30):
    return [
        SimpleNamespace(discriminator_accuracy=accuracy, discriminator_loss=loss,
                        gradient_norm=gradient * (1 + place))
        for place in range(count)
    ]  # fmt: skip


def test_the_best_discriminator_crosses_one_half_where_the_sides_are_equal():
    places = torch.linspace(-3, 3, 61, dtype=torch.float64)
    real, fake = (torch.softmax(-((places - c) ** 2), 0) for c in (1.0, -1.0))
    picture = pictures.two_sides(places, real, fake)
    best = axes_of(picture)[0].lines[-1].get_ydata()
    assert best[30] == pytest.approx(0.5)
    assert "around 1.0" in picture.alt and "around -1.0" in picture.alt


def test_two_forms_are_drawn_with_their_slopes():
    scores = torch.tensor([-6.0, 0.0, 6.0])
    slopes = {"first": torch.tensor([1.0, 0.5, 0.0]), "second": torch.tensor([0.0, 0.5, 1.0])}
    picture = pictures.two_forms(scores, slopes)
    drawn = {one.get_label(): one for one in axes_of(picture)[0].lines}
    assert drawn["second"].get_ydata().tolist() == [0.0, 0.5, 1.0]
    assert drawn["first"].get_linestyle() != drawn["second"].get_linestyle()
    assert "first: 1.00 at -6, 0.00 at the end" in picture.alt


def test_sizes_has_two_drawings_and_says_mean_and_spread_of_both_sides():
    before = {
        "real side": torch.tensor([5.0, 5.0, 6.0]),
        "fake side": torch.tensor([1.0, 2.0, 3.0]),
    }
    after = {name: values / values.mean() for name, values in before.items()}
    picture = pictures.sizes(before, after)
    left, right = axes_of(picture)
    assert (left.get_title(), right.get_title()) == ("as they come", "one scale per side")
    assert "as they come, fake side: mean 2.00, spread 1.00" in picture.alt


def test_clues_stand_from_top_to_bottom_with_a_line_for_chance():
    picture = pictures.separation({"size": Separation(0.8, 0.9), "nothing": Separation(0.5, 1.39)})
    (axes,) = axes_of(picture)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["nothing", "size"]
    assert [one.get_xdata()[0] for one in axes.lines if one.get_marker() == "o"] == [0.5, 0.8]
    assert "size 0.80, nothing 0.50" in picture.alt


def test_the_game_is_smoothed_and_stands_beside_the_lines_of_a_tie():
    runs = {"even": steps(0.5, 1.386, 0.1), "won": steps(1.0, 0.01, 0.001)}
    picture = pictures.game(runs)
    left, right = axes_of(picture)
    assert left.lines[0].get_xdata()[0] == pictures.WINDOW
    assert any(one.get_label() == "2 ln 2" for one in right.lines)
    assert "won: accuracy 1.00, loss 0.01" in picture.alt


def test_the_pull_is_logarithmic_and_says_end_and_most():
    picture = pictures.pull({"a": steps(0.5, 1.4, 0.01)})
    assert axes_of(picture)[0].get_yscale() == "log"
    assert re.search(r"a 0\.26, at most 0\.26", picture.alt)


def test_a_run_of_one_step_can_be_drawn():
    picture = pictures.game({"short": steps(0.5, 1.4, 0.1, count=1)})
    assert "short: accuracy 0.50" in picture.alt


def test_starts_counts_epochs_from_zero():
    picture = pictures.starts({"none": [0.2, 0.5, 0.6], "full": [0.8, 0.8, 0.8]}, 0.8)
    (axes,) = axes_of(picture)
    assert axes.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert axes.get_xticks().tolist() == [0, 1, 2]
    assert "none 0.20, 0.50, 0.60" in picture.alt


def test_a_game_of_two_small_models_shows_the_tie_and_where_it_ended():
    drawn = pictures.rounds([1.0] * 10 + [1.4] * 10, [2.0] * 10 + [0.25] * 10)
    left, right = axes_of(drawn)
    assert left.lines[1].get_ydata()[0] == pytest.approx(2 * math.log(2))
    assert left.lines[0].get_ydata()[[0, -1]].tolist() == pytest.approx([1.0, 1.4])
    assert right.lines[0].get_ydata()[[0, -1]].tolist() == pytest.approx([2.0, 0.25])
    assert "1.40 nats and 0.25 logits" in drawn.alt
