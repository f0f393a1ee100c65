"""The climb: every rung in order, the same each time, gone on with after a stop."""

import numpy as np
import pytest

from labkit.experiments.experiment import sweep_file
from labkit.experiments.ladder import arms as ladder_arms
from labkit.experiments.ladder import climb as ladder
from labkit.experiments.ladder.arms import Budget
from labkit.experiments.ladder.climb import climb
from labkit.experiments.ladder.plan import ARMS
from labkit.experiments.run_file import RunFile
from labkit.methods import fine_tune
from tests.helpers import tiny
from tests.helpers.studies import study_of

QUICK = Budget(variants=1, epochs=1)


@pytest.fixture
def small(monkeypatch):
    """A data set of made-up texts with a tiny teacher."""
    train, test = (list(zip(*tiny.texts(count, seed=count), strict=True)) for count in (60, 30))
    monkeypatch.setattr(ladder, "teacher", lambda part: tiny.bert())
    for module in (fine_tune, ladder_arms):
        monkeypatch.setattr(module, "load_tokenizer", lambda name: tiny.tokenizer())
    return study_of(train, test)


def test_every_arm_is_there_in_order_with_its_seeds(small):
    rungs = list(climb(small, seeds=2, budget=QUICK, width=8))
    arms = [one.config.arm for one in rungs]
    assert list(dict.fromkeys(arms)) == list(ARMS)
    assert {arm: arms.count(arm) for arm in ARMS} == {
        "majority": 1, "tfidf": 1, "swem": 2, "student_labels": 2, "student_plain_kd": 2,
        "student_hard": 2, "student_kd": 2, "teacher": 1,
    }  # fmt: skip
    for one in rungs:
        assert one.accuracy == pytest.approx(float(one.correct.mean()))
        assert one.outcome["seconds"] >= 0


def test_the_same_seed_gives_the_same_rung(small, monkeypatch, tmp_path):
    scores = []
    for cache in ("a", "b"):
        monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / cache))
        scores.append([np.packbits(one.correct).tobytes() for one in climb(small, 1, QUICK, 8)])
    assert scores[0] == scores[1]


def test_a_stopped_climb_goes_on_where_it_was(small):
    running = climb(small, 1, QUICK, 8)
    for _ in range(4):
        next(running)
    running.close()
    assert len(RunFile(sweep_file("ladder")).outcomes()) == 4
    again = list(climb(small, 1, QUICK, 8))
    assert [one.again for one in again] == [True] * 4 + [False] * 4


def test_a_finished_climb_asks_for_no_teacher_and_one_more_seed_keeps_the_others(
    small, monkeypatch
):
    first = list(climb(small, 1, QUICK, 8))
    two = list(climb(small, 2, QUICK, 8))
    assert sum(one.again for one in two) == len(first)
    monkeypatch.setattr(ladder, "teacher", lambda part: pytest.fail("asked for the teacher"))
    assert all(one.again for one in climb(small, 2, QUICK, 8))


def test_other_rows_another_budget_and_another_width_are_other_runs(small, monkeypatch):
    keys = {one.key for one in climb(small, 1, QUICK, 8)}
    others = [(small, Budget(1, 2), 8), (small, QUICK, 7)]
    shorter = study_of(
        list(zip(small.train["text"][:50], small.train["label"][:50], strict=True)),
        list(zip(small.test["text"], small.test["label"], strict=True)),
    )
    others.append((shorter, QUICK, 8))
    for part, budget, width in others:
        found = {one.key: one.config.arm for one in climb(part, 1, budget, width)}
        same = {arm for key, arm in found.items() if key in keys}
        assert same == (set() if part is shorter else {"majority", "tfidf", "teacher"})


def test_no_seed_at_all_and_no_classes_are_refused(small, monkeypatch):
    with pytest.raises(ValueError, match="seeds must be at least 1, got 0"):
        next(climb(small, seeds=0))
    with pytest.raises(ValueError, match="made up has no classes"):
        next(climb(type(small)(**{**vars(small), "label_names": ()})))


def test_the_floor_needs_no_teacher(small, monkeypatch):
    monkeypatch.setattr(ladder, "teacher", lambda part: pytest.fail("asked for the teacher"))
    rungs = list(climb(small, floor_only=True))
    assert [one.config.arm for one in rungs] == ["majority", "tfidf"]
