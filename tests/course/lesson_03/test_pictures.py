"""The pictures of lesson 03: what they draw, and the words that stand for them."""

from math import nan

import pytest
from matplotlib.colors import to_hex

from labkit.course.lesson_03 import pictures
from labkit.methods.chain import ChainStep, Link
from labkit.plots.looks import ROLES
from labkit.training.config import Step


def step(stop, name, teacher, index, accuracy, validation=None):
    one = Step(index, 4, 0, 1.0, 1.0, 1.0, accuracy, 0.1, validation)
    return ChainStep(stop, name, teacher, one, index, 4)


CHAIN = [
    step(1, "assistant", "teacher", 0, 0.5), step(1, "assistant", "teacher", 1, 0.6, 0.7),
    step(2, "student", "assistant", 2, 0.4), step(2, "student", "assistant", 3, 0.5, 0.65),
]  # fmt: skip
LINKS = [
    [Link("teacher", 0.9, 1.0, 1.0, nan), Link("student", accuracy, 0.8, 0.7, 0.5)]
    for accuracy in (0.6, 0.8)
]


def test_each_stop_of_a_chain_has_the_colour_of_its_role():
    picture = pictures.one_chain(CHAIN)
    (axes,) = picture.figure.axes
    colours = {line.get_label(): to_hex(line.get_color()) for line in axes.lines}
    assert colours["assistant"] == ROLES["assistant"].color.lower()
    assert colours["student"] == ROLES["student"].color.lower()
    said = "assistant from teacher, 2 steps, ends at 0.70; student from assistant, 2 steps"
    assert said in picture.alt


def test_validation_stands_at_the_steps_of_the_whole_chain():
    (axes,) = pictures.one_chain(CHAIN).figure.axes
    (diamond,) = [line for line in axes.lines if line.get_label() == "student"]
    assert list(diamond.get_xdata()) == [4]
    assert list(diamond.get_ydata()) == [0.65]


def test_the_bold_curve_is_the_mean_over_the_seeds():
    picture = pictures.what_is_left(LINKS)
    (axes,) = picture.figure.axes
    bold = {line.get_label(): list(line.get_ydata()) for line in axes.lines if line.get_marker()}
    assert bold["accuracy"] == pytest.approx([0.9, 0.7])
    assert bold["agreement with the first stop"] == pytest.approx([1.0, 0.7])
    assert axes.get_title() == "2 seeds, bold: their mean"
    assert "accuracy 0.90, 0.70" in picture.alt


def test_a_share_that_is_not_known_is_left_out_of_points_and_mean():
    picture = pictures.passed_on({"student, of teacher's": [0.2, nan, 0.4], "nobody": [nan]})
    (axes,) = picture.figure.axes
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(line.get_xdata()) for line in points] == [[], [0.2, 0.4]]
    assert "student, of teacher's 0.30, nobody nan" in picture.alt
