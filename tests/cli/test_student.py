from types import SimpleNamespace

import pytest

from labkit.cli import main as cli
from labkit.experiments.own_student import student as module
from labkit.experiments.own_student.plan import Wishes


def test_options_become_wishes_and_the_verdict_is_printed(monkeypatch, capsys, tmp_path):
    asked = []

    def noted(*given):
        asked.extend(given)
        return SimpleNamespace(judgement=SimpleNamespace(sentence="Take TF-IDF."))

    monkeypatch.setattr(module, "student", noted)
    out = tmp_path / "out"
    options = ["--max-ms", "2", "--min-gain", "3", "--minutes", "5", "--unlabelled", "more.csv"]
    assert cli.main(["student", "mine.csv", "--out", str(out), *options]) == 0
    assert asked == ["mine.csv", out, "more.csv", Wishes(2, None, 3, 2, 5), False]
    assert "Take TF-IDF." in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "inf", "many"])
def test_limits_that_are_no_numbers_above_0_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        cli.main(["student", "a.csv", "--out", "b", f"--max-ms={wrong}"])
    assert "a number above 0 was wanted" in capsys.readouterr().err
