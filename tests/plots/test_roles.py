"""Every arm has one name, one colour and a second cue."""

import csv
from dataclasses import FrozenInstanceError

import pytest

from labkit import paths
from labkit.plots import roles
from labkit.plots.roles import ARMS, ROLES, SERIES, Arm, arm, look_of, role_of, style

BESIDE_THE_NAME = {*roles.BUDGETS, "plain", "lab"}
"""Options that the arm's own name leaves out: budgets, and the two students of forensics."""
MODELS = ("teacher", "assistant", "labels only", "student", "baseline")


def shipped_arms():
    found = set()
    for path in (paths.root() / "data" / "results").glob("*/*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            if "arm" in row:
                found.add((row["arm"], row.get("option") or ""))
    return sorted(found)


@pytest.mark.parametrize(("code", "option"), shipped_arms())
def test_every_arm_of_a_shipped_file_has_a_name_without_the_marks_of_code(code, option):
    known = {(code, ""), (code, option)} if option in BESIDE_THE_NAME else {(code, option)}
    names = [ARMS[" ".join(pair).strip()].name for pair in known if " ".join(pair).strip() in ARMS]
    assert names
    assert not any("_" in name for name in names)


def test_models_differ_in_colour_and_in_a_second_cue():
    assert len({ROLES[role].color for role in MODELS}) == len(MODELS)
    for cue in ("line", "hatch", "mark"):
        looks = {getattr(ROLES[role], cue) for role in MODELS}
        assert len(looks) >= len(MODELS) - 1, cue


def test_labels_only_is_never_drawn_in_the_colour_of_teacher_or_student():
    for name in ("labels only", "student, labels only", "Labels only, equal steps"):
        assert role_of(name) == "labels only"
        assert look_of(name).color == ROLES["labels only"].color


def test_settings_of_one_model_have_no_colour_of_the_models_above_it():
    above = {ROLES[role].color for role in ("teacher", "assistant", "labels only", "baseline")}
    assert not above & {look.color for look in SERIES}
    assert len({look.mark for look in SERIES}) == len(SERIES)
    assert roles.series(len(SERIES)) == roles.series(0)


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


def test_an_arm_or_a_style_of_no_role_is_refused():
    with pytest.raises(ValueError, match="no role 'pupil'; the roles are teacher"):
        Arm("a pupil", "pupil")
    with pytest.raises(ValueError, match="no role 'pupil'; the roles are teacher"):
        style("pupil")
    with pytest.raises(FrozenInstanceError):
        ROLES["teacher"].color = "red"
