"""The diagram marks the positions at which two orders of the classes disagree."""

from labkit.course.lesson_03 import order_diagram


def test_a_position_that_means_two_things_is_dashed_and_said():
    picture = order_diagram.wrong_order()
    dashed = [part for part in picture.parts if "<polygon" in part and '"6 5"' in part]
    mixed = [s for s, h in zip(order_diagram.TEACHER, order_diagram.STUDENT, strict=True) if s != h]
    assert len(dashed) == len(mixed) == 2
    assert "person is taken for place; place is taken for person" in picture.alt
    assert picture.svg().count(">as meant<") == 1
