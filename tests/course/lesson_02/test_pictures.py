"""The pictures of lesson 02: what they draw, and the words that stand for them."""

import pytest
import torch
from matplotlib.colors import to_hex

from labkit.course.lesson_02 import pictures
from labkit.plots.looks import ROLES

LOGITS = torch.tensor([[4.0, 1.0, -2.0], [0.2, 0.1, 0.0]])


def axes_of(picture):
    return picture.figure.axes


def test_a_hesitant_text_becomes_as_sure_as_any_by_its_z_scores():
    picture = pictures.before_and_after(LOGITS, ("A", "B", "C"), ["a?", "b?", "c?", "d?"])
    before, after = axes_of(picture)[1].containers
    raw = LOGITS[1].softmax(-1).tolist()
    assert [bar.get_height() for bar in before] == pytest.approx(raw)
    scores = torch.tensor([1.0, 0.0, -1.0]).softmax(-1).tolist()
    assert [bar.get_height() for bar in after] == pytest.approx(scores, abs=1e-3)
    assert 'question 2: "b?": the largest probability is before z-score 0.37 and' in picture.alt


def test_two_classes_are_a_step_beside_a_sloping_line():
    gaps = torch.linspace(-3, 3, 7)
    first = 0.707 * gaps.sign()
    picture = pictures.two_classes(gaps, first, torch.tensor([0, 0, 0, 70.7, 0, 0, 0]))
    left, right = axes_of(picture)
    sloping, step = left.lines
    assert list(sloping.get_ydata()) == pytest.approx((gaps / 2).tolist())
    assert list(step.get_ydata()) == pytest.approx(first.tolist())
    assert right.get_yscale() == "log"
    assert "from -0.707 to 0.707" in picture.alt
    assert "at most 0 where the gap is above 0.5, and 70.7 near 0" in picture.alt


def test_each_formula_has_a_curve_with_a_mark_of_its_own():
    curves = {"plain formula (baseline)": [1e6, 10.0], "student, with guard": [100.0, 10.0]}
    picture = pictures.explosion([1e-6, 0.1], curves)
    (axes,) = axes_of(picture)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert len({line.get_marker() for line in axes.lines}) == 2
    assert to_hex(axes.lines[1].get_color()) == ROLES["student"].color.lower()
    assert "plain formula (baseline): 1e+06 at most" in picture.alt


def test_confidence_is_a_share_of_the_texts_and_two_students_have_two_colours():
    sure, unsure = torch.tensor([[9.0, 0.0]] * 4), torch.zeros(4, 2)
    models = {"student, plain KL": sure, "student, z-score": unsure}
    picture = pictures.confidences(models)
    (axes,) = axes_of(picture)
    shares = [patch.get_data().values for patch in axes.patches]
    assert [float(values.sum()) for values in shares] == [1.0, 1.0]
    assert shares[0][-1] == 1.0
    assert axes.patches[0].get_edgecolor() != axes.patches[1].get_edgecolor()
    assert "student, plain KL 1.00, student, z-score 0.50" in picture.alt


def test_a_gradient_of_zero_is_a_hollow_point_at_the_left_end():
    picture = pictures.norms({"plain KL": 0.5, "z-score": 0.0}, smallest=1e-9)
    (axes,) = axes_of(picture)
    zero, half = axes.lines
    assert (zero.get_xdata()[0], zero.get_markerfacecolor()) == (1e-9, "white")
    assert half.get_xdata()[0] == 0.5
    assert [label.get_text() for label in axes.get_yticklabels()] == ["z-score", "plain KL"]
    assert "plain KL 0.5, z-score 0" in picture.alt
