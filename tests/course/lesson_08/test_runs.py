"""The lesson's runs: one student from labels or from a teacher, with the plan of the command."""

from dataclasses import replace

import pytest
import torch

from labkit.course.lesson_08 import runs
from labkit.experiments.own_student import plan
from labkit.experiments.own_student.plan import budget_of
from tests.helpers.own.tiny_own import put_in_place


def test_the_minutes_allow_two_copies_of_each_question_of_trec():
    budget = budget_of(runs.MINUTES, 4304, 0)
    assert (budget.rows, budget.copies) == (4304, 2)


def test_a_student_learns_from_labels_or_from_the_teacher(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(runs, "HIDDEN", 8)
    part = runs.own_study(put_in_place(monkeypatch, tmp_path))
    given = runs.gather(part, quiet=True)
    taught = runs.train(given, 2.0, copies=False, reads=200)
    alone = runs.train(given, None, copies=False, reads=200)
    assert taught.config.id2label == dict(enumerate(part.label_names))
    weights = [model.classifier.weight for model in (taught, alone)]
    assert not torch.equal(*weights)
    blind = replace(given, answers=torch.zeros_like(given.answers))
    again = runs.train(blind, None, copies=False, reads=200)
    assert torch.equal(again.classifier.weight, weights[1])  # no teacher in it


def test_copies_without_a_teacher_are_refused():
    with pytest.raises(ValueError, match="copies have no labels"):
        runs.train(None, None, copies=True)


def test_too_few_rows_are_refused_before_anything_is_trained(monkeypatch, tmp_path):
    monkeypatch.setattr(plan, "FEWEST_ROWS", 10_000)
    with pytest.raises(ValueError, match="wanted at least 10000"):
        runs.own_study(put_in_place(monkeypatch, tmp_path))
