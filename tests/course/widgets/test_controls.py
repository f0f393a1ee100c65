"""Controls by themselves: their widgets, names, limits and what try_corners tries of them."""

import pytest

from labkit.course.widgets.controls import choice, class_sliders, number, sum_at_most, switch


def test_each_number_is_a_slider_that_waits_and_a_named_box_to_type_in():
    control = number("alpha", 0.5, 0, 1, 0.05, unit="nats")
    slider, box, unit = control.children
    assert not slider.continuous_update
    assert (box.description, box.min, box.max, box.step) == ("alpha =", 0, 1, 0.05)
    assert unit.value == "nats"
    with pytest.raises(ValueError, match="alpha starts at 3, outside 0 to 1"):
        number("alpha", 3, 0, 1, 0.05)


def test_a_number_tries_its_ends_and_its_middle_and_starts_where_it_was_set():
    control = number("alpha", 0.5, 0, 2, 0.5)
    assert control.tries == (0, 1, 2)
    assert (control.start, control.widget.value) == (0.5, 0.5)


def test_a_step_that_is_counted_inexactly_is_tidied():
    slider = number("alpha", 2, 0, 4, 0.1).widget
    slider.value = 2.5000000000000004
    assert slider.value == 2.5


def test_the_follower_ends_where_both_sum_to_the_most():
    follower, leader = number("a", 0.9, 0, 1, 0.1), number("b", 0, 0, 0.3, 0.1)
    sum_at_most(follower, leader)
    leader.widget.value = 0.3
    slider, box = follower.children[0], follower.children[1]
    assert (slider.value, slider.max, box.max) == (0.7, 0.7, 0.7)


def test_a_list_begins_with_its_first_option_or_with_the_one_asked_for():
    assert choice("kind", ["a", "b"]).widget.value == "a"
    control = choice("kind", ["a", "b"], "b")
    assert (control.widget.value, control.tries) == ("b", ("a", "b"))
    assert control.widget.description == "kind"


def test_a_box_to_tick_tries_both_states():
    control = switch("show it", True)
    assert (control.start, control.tries) == (True, (False, True))


def test_each_class_has_a_slider_that_starts_at_its_logit():
    sliders = class_sliders(3, 2, (4.0, 1.0, -1.0, -2.0))
    assert list(sliders) == ["class_A", "class_B", "class_C"]
    assert [one.start for one in sliders.values()] == [4, 1, -1]
    for classes in (1, 5):
        with pytest.raises(ValueError, match=f"classes must be 2 to 4, got {classes}"):
            class_sliders(classes, 2, (4.0, 1.0, -1.0, -2.0))
