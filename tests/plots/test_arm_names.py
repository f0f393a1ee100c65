"""Every arm of a shipped file has one name for people."""

import csv

import pytest

from labkit import paths
from labkit.plots import roles
from labkit.plots.arm_names import ARMS, Arm

BESIDE_THE_NAME = {*roles.BUDGETS, "plain", "lab"}
"""Options that the arm's own name leaves out: budgets, and the two students of forensics."""


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


def test_an_arm_of_no_role_is_refused():
    with pytest.raises(ValueError, match="no role 'pupil'; the roles are teacher"):
        Arm("a pupil", "pupil")
