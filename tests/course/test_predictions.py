"""A prediction is kept before the run, judged after it, and cannot be changed afterwards."""

import pytest

from labkit.course import predictions, store


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def gap(**more):
    return predictions.number("07-gap", "how far below", "points", close=1, **more)


def curve():
    return predictions.choice("07-curve", "the curve", ("rises", "falls"))


@pytest.mark.parametrize("said, hopeful, word", [
    ("90", "", "close"),
    ("91.05", "high", "close"),
    ("95", "", "too high"),
    ("80", "", "too low"),
    ("95", "high", "too optimistic"),
    ("80", "high", "too cautious"),
    ("95", "low", "too cautious"),
    ("80", "low", "too optimistic"),
])  # fmt: skip
def test_what_was_said_stands_beside_what_was_measured(said, hopeful, word, capsys):
    one = gap(hopeful=hopeful)
    one.box.write(said)
    one.beside(90.1)
    assert f"You said {said}, measured 90.1 points: {word}." in capsys.readouterr().out
    assert store.read("predictions")["07-gap"]["verdict"] == word


def test_nobody_has_to_predict(capsys):
    one = gap()
    one.beside(3)
    assert "Measured: 3 points. You kept no prediction." in capsys.readouterr().out
    assert one.verdict() == "none"


@pytest.mark.parametrize("text, number", [("12,5", 12.5), (" 40 % ", 40.0), ("-3e1", -30.0)])
def test_numbers_may_be_typed_as_people_write_them(text, number):
    one = gap()
    one.box.write(text)
    assert one.said == number


def test_what_no_run_can_measure_is_answered_and_not_kept():
    one = predictions.number("07-lines", "lines above 60 %", "of 4")
    one.box.write("12.5")
    assert one.said is None
    assert one.box.says == "12.5 of 4 cannot be: write a whole number from 0 to 4"
    one.box.write("3")
    assert one.said == 3
    one.box.write("5")
    assert one.said == 3


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "1 2"])
def test_what_is_no_number_is_refused_with_a_sentence_and_not_kept(text):
    one = gap()
    one.box.write(text)
    assert one.said is None
    assert "wanted a number" in one.box.says
    assert store.read("predictions") == {}


def test_it_can_be_changed_until_the_result_is_known(capsys):
    one = gap()
    for said in ("1", "2"):
        one.box.write(said)
    one.beside(2)
    one.box._on_message(None, {"said": "7"}, None)
    assert (one.said, one.box.locked) == (2.0, True)
    assert "You said 2, measured 2 points: close." in capsys.readouterr().out


def test_a_restarted_kernel_finds_it_and_keeps_the_first_one():
    one = gap()
    one.box.write("5")
    again = gap()
    assert (again.said, again.box.said, again.box.locked) == (5.0, "5", False)
    again.beside(5)
    assert gap().box.locked


def test_one_that_was_made_after_the_run_says_so_and_does_not_count(capsys):
    one = curve()
    one.beside("falls")
    one.box._on_message(None, {"said": "falls"}, None)
    assert "does not count" in one.box.says
    assert store.read("predictions")["07-curve"]["verdict"] == "late"
    curve().beside("falls")
    assert "does not count" in capsys.readouterr().out


def test_a_second_kernel_without_a_prediction_does_not_wipe_the_first_ones():
    writes, only_runs = gap(), gap()
    writes.box.write("4")
    only_runs.beside(4)
    assert store.read("predictions")["07-gap"]["said"] == 4.0
    assert only_runs.verdict() == "close"
    assert only_runs.box.locked
    assert only_runs.box.says == "You said 4, measured 4 points: close."


def test_a_choice_is_right_or_wrong_and_measured_must_be_one_of_them():
    one = curve()
    one.box.write("rises")
    with pytest.raises(ValueError, match="wanted one of rises, falls"):
        one.beside("sinks")
    one.beside("falls")
    assert one.verdict() == "wrong"


def test_without_a_file_it_still_stands_beside_the_result(monkeypatch, capsys):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")
    one = gap()
    one.beside(9)
    assert capsys.readouterr().out.endswith("Measured: 9 points.\n")
    one = gap()
    one.box.write("4")
    one.beside(9)
    assert "You said 4, measured 9 points: too low." in capsys.readouterr().out


def test_a_disk_that_refuses_loses_nothing_in_this_kernel(tmp_path, monkeypatch, capsys):
    (tmp_path / "taken").write_text("a file, not a folder")
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "taken" / "progress.json"))
    one = gap()
    one.box.write("4")
    one.beside(9)
    said = capsys.readouterr().out
    assert "your progress was not saved" in said
    assert "You said 4, measured 9 points" in said


def test_a_kept_answer_of_another_kind_is_left_alone(file):
    curve().box.write("rises")
    changed = predictions.choice("07-curve", "the curve", ("up", "down"))
    assert (changed.said, changed.box.said) == (None, "")


@pytest.mark.parametrize("wrong", [("gap", ("a", "b")), ("07-a", ("a",)), ("07-a", ("a", "a"))])
def test_a_bad_name_and_bad_options_are_refused(wrong):
    with pytest.raises(ValueError, match="wanted"):
        predictions.choice(wrong[0], "what", wrong[1])


def test_the_line_is_escaped_and_spoken():
    shown = predictions.Line("a < b")._repr_html_()
    assert "a &lt; b" in shown
    assert 'role="status"' in shown
