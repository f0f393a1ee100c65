"""The two losses are drawn with their formulas, and the gradient ends at the student."""

import re

from labkit.course.lesson_01 import diagram


def test_the_temperature_stands_at_both_inputs_of_the_soft_loss_only():
    drawing = diagram.two_losses().svg()
    assert drawing.count(">/ T<") == 2
    assert "T² · KL(teacher ‖ student)" in drawing
    assert "cross-entropy, no T" in drawing


def test_the_only_dashed_arrow_is_the_gradient_and_it_reaches_the_student():
    parts = diagram.two_losses().parts
    (gradient,) = [part for part in parts if "polygon" in part and 'dasharray="6 5"' in part]
    tip = re.search(r'polygon points="([\d.]+),([\d.]+)', gradient)
    assert float(tip[1]) == diagram.MODEL
    assert float(tip[2]) == diagram.BELOW + 28
    assert "back to the student alone" in diagram.two_losses().alt
