"""The command verdicts check: its exit code says whether the shipped numbers are right."""

import pytest

from labkit.cli import main as cli
from labkit.experiments.confirm import check as module
from labkit.experiments.confirm.check import Check


@pytest.mark.parametrize(
    ("differences", "code", "says"),
    [((), 0, "no cells differ"), (("adversary, ours: wrong",), 1, "1 cell differ")],
)
def test_it_says_what_differs(monkeypatch, capsys, differences, code, says):
    monkeypatch.setattr(module, "check", lambda folder: Check(12, 500, differences))
    assert cli.main(["verdicts", "check"]) == code
    out = capsys.readouterr().out
    assert f"12 lines computed again from 500 answers: {says}" in out
    assert all(sentence in out for sentence in differences)


def test_a_folder_without_verdicts_is_one_plain_line(tmp_path, capsys):
    assert cli.main(["verdicts", "check", "--folder", str(tmp_path)]) == 2
    assert "is not there" in capsys.readouterr().err
