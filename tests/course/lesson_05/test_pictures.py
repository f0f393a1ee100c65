"""The pictures of lesson 05: what they draw, and the words that stand for them."""

import torch

from labkit.course.lesson_05 import pictures
from labkit.evaluation.independence import Dependence
from labkit.evaluation.pca_vae import Nats
from labkit.evaluation.verdict import interval


def axes_of(picture):
    return picture.figure.axes


def test_two_parameters_are_drawn_for_each_order():
    paths = {"frozen": [(0.5, -1.0), (0.5, 0.0)], "online": [(0.5, -1.0), (1.0, 0.5)]}
    picture = pictures.paths_of_two(paths)
    assert [one.get_title() for one in axes_of(picture)] == ["frozen", "online"]
    teacher, student = axes_of(picture)[1].lines
    assert (list(teacher.get_ydata()), list(student.get_ydata())) == ([0.5, 1.0], [-1.0, 0.5])
    assert "online: teacher 1.00, student 0.50" in picture.alt


def test_accuracy_and_seconds_stand_beside_each_other():
    rows = {"frozen": pictures.Timed(0.8, 0.5), "online": pictures.Timed(0.82, 8.0)}
    picture = pictures.equal_time(rows, 0.9)
    left, right = axes_of(picture)
    assert [text.get_text() for text in left.get_yticklabels()] == ["online", "frozen"]
    assert [bar.get_width() for bar in right.patches] == [8.0, 0.5]
    assert left.get_xlim()[0] < 0.8 and left.get_xlim()[1] > 0.9
    assert "online accuracy 0.820, 8.0 s" in picture.alt


def test_trained_nats_are_dots_over_the_predicted_line():
    got, wanted = Nats(torch.tensor([2.0, 1.0, 0.001])), Nats(torch.tensor([2.0, 1.0, 0.0]))
    picture = pictures.nats({"beta 4": (got, wanted)})
    (axes,) = axes_of(picture)
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert drawn["predicted"] == [2.0, 1.0, 0.0] and drawn["trained"][:2] == [2.0, 1.0]
    assert "3.0 nats measured, 3.0 predicted, 2 live dimensions, 2 predicted" in picture.alt


def test_nothing_remembered_can_be_drawn():
    nothing = Nats(torch.zeros(4))
    assert "0.0 nats measured" in pictures.nats({"mean": (nothing, nothing)}).alt


def test_singular_values_are_shares_of_the_largest():
    picture = pictures.singular_values({4: torch.tensor([10.0, 5.0, 1e-9])}, 2)
    line = axes_of(picture)[0].lines[0]
    assert list(line.get_ydata()[:2]) == [1.0, 0.5]
    assert axes_of(picture)[0].get_yscale() == "log"
    assert "4 wide: 2 above" in picture.alt


def test_widths_show_the_interval_over_seeds():
    picture = pictures.widths(
        {4: interval([0.8, 0.82, 0.81]), 64: interval([0.79, 0.8, 0.81])}, "s"
    )
    (axes,) = axes_of(picture)
    assert [text.get_text() for text in axes.get_xticklabels()] == ["4", "64"]
    assert "width 64 80.0 (" in picture.alt


def test_the_theorem_has_a_panel_for_each_draw():
    numbers = {"normal": Dependence(0.08, 0.07, 0.1, 0.4)}
    picture = pictures.theorem({"normal": (torch.randn(20), torch.rand(20))}, numbers)
    assert "dependence 0.08" in axes_of(picture)[0].get_title()
    assert "normal 0.08, shuffled 0.07" in picture.alt


def test_dependences_stand_over_their_shuffles_from_top_to_bottom():
    numbers = {"a": Dependence(0.7, 0.3, 0.4, 0.05), "b": Dependence(0.1, 0.1, 0.2, 0.5)}
    picture = pictures.dependences(numbers)
    (axes,) = axes_of(picture)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["b", "a"]
    assert [bar.get_width() for bar in axes.patches] == [0.2, 0.4]
    assert "a 0.70, shuffled 0.30; b 0.10, shuffled 0.10" in picture.alt
