"""The diagram gives test nothing to decide."""

from labkit.course.lesson_08 import parts_diagram


def test_validation_decides_and_test_only_measures_once():
    said = parts_diagram.who_decides_what().alt
    assert "validation decides temperature, copies, which model wins" in said
    assert "test decides nothing: it only measures, and is read once, at the end" in said


def test_each_part_stands_in_a_box_of_its_own():
    drawn = parts_diagram.who_decides_what().svg()
    assert all(f">{name}<" in drawn for name in ("train", "validation", "test"))
