"""The file of the best students of a data set."""

import json
from dataclasses import replace

from labkit import paths
from labkit.experiments.best_student import plan as best_plan
from labkit.experiments.best_student import reproduce
from labkit.experiments.best_student.claims import gain
from labkit.experiments.best_student.reproduce import best_runs, write
from labkit.experiments.results import head_of, read_rows


def test_the_file_tells_floor_teacher_students_and_the_verdict(tiny_best, tmp_path):
    found = list(best_runs(tiny_best, seeds=2, count=0))
    path = write(tmp_path, tiny_best, found, "labkit best made-up", 0)
    rows = read_rows(path)
    assert [row["arm"] for row in rows[:2]] == ["tfidf", "teacher"]
    assert sorted(row["arm"] for row in rows[2:]) == ["distilled"] * 2 + ["labels"] * 2
    measured = {one.config.arm: one.outcome["accuracy"] for one in found}
    assert {row["arm"]: row["accuracy"] for row in rows[2:]} == {
        arm: f"{value:.4f}" for arm, value in measured.items()
    }
    head = path.read_text(encoding="utf-8")
    assert f"# distilled minus labels: {gain('made up', found).sentence}" in head
    assert json.loads(head.split("# plan: ")[1].splitlines()[0])["variants"] == 1
    assert "not a fair pair" not in head


def test_a_teacher_that_saw_more_labels_is_reported(tiny_best, tmp_path, monkeypatch):
    plan = replace(best_plan.PLANS["made up"], teacher_after="another set")
    monkeypatch.setitem(best_plan.PLANS, "made up", plan)
    found = list(best_runs(tiny_best, seeds=2, count=0))
    head = write(tmp_path, tiny_best, found, "c", 0).read_text(encoding="utf-8")
    assert "# not a fair pair: the teacher was fine-tuned on another set first" in head


def test_texts_that_only_one_arm_sees_are_reported(tiny_best, monkeypatch):
    monkeypatch.setattr(reproduce, "more_texts", lambda part, transfer: ("one", "two"))
    monkeypatch.setitem(reproduce.PUBLISHED, "made up", 120_000)
    lines = reproduce.text_lines(tiny_best, "another")
    assert lines["training texts"].startswith("60 with labels of the 120000 that were published")
    assert lines["more texts"].startswith("2 texts of another without labels, for one arm only")
    assert set(reproduce.text_lines(tiny_best, "")) == {"training texts"}


def test_the_shipped_file_of_ag_news_says_how_little_of_it_is_here():
    head = head_of(paths.results("best_student") / "best_ag_news.csv")
    assert "13358 with labels of the 120000" in head["training texts"]
    assert "from 18% to 31%" in head["training texts"]
    assert head["more texts"].startswith("15144 texts of ag_news without labels, for one arm only")
