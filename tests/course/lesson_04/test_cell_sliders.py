"""The sliders of a cell: only cells that the grid has can be chosen."""

import pytest

from labkit.course.lesson_04.cell_sliders import START, possible, weights


def test_the_sliders_start_at_a_cell_that_is_possible():
    controls = weights()
    assert tuple(control.widget.value for control in controls.values()) == START
    assert possible(*START)


def test_more_adversary_pulls_the_teacher_down_so_that_labels_keep_at_least_nothing():
    controls = weights()
    controls["alpha"].widget.value = 0.9
    controls["beta"].widget.value = 0.3
    assert controls["alpha"].widget.value == 0.7
    assert possible(**{name: control.widget.value for name, control in controls.items()})


@pytest.mark.parametrize(("alpha", "beta", "fits"), [(0.9, 0.1, True), (0.9, 0.2, False)])
def test_a_cell_is_possible_up_to_a_sum_of_1(alpha, beta, fits):
    assert possible(alpha, beta, dataset="trec", paper=False) is fits
