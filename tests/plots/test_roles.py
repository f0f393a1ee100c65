"""A code name, and a name for people, lead to the same arm and the same look."""

import pytest

from labkit.plots import roles
from labkit.plots.looks import ROLES
from labkit.plots.roles import arm, look_of, role_of


def test_labels_only_is_never_drawn_in_the_colour_of_teacher_or_student():
    for name in ("labels only", "student, labels only", "Labels only, equal steps"):
        assert role_of(name) == "labels only"
        assert look_of(name).color == ROLES["labels only"].color


def test_a_name_for_people_leads_to_its_arm_also_over_lines_and_behind_a_comma():
    assert role_of("bag of\nwords") == "baseline"
    assert role_of("Direct KD, equal steps") == "student"
    assert look_of("chained KD").hatch == "//"
    assert role_of("assistant of labels only") == "assistant"
    assert role_of("Student, z-score") == "student"
    assert role_of("MPNet") == "other"


def test_the_arm_of_a_code_name_is_found_with_its_option():
    assert arm("direct", "more_time").name == "direct KD, more time"
    assert arm("labels") == arm("student_labels")
    assert roles.with_budget("from_assistant", "long") == "chained KD (the chain's time)"
    with pytest.raises(ValueError, match="no arm 'direct often'"):
        arm("direct", "often")
