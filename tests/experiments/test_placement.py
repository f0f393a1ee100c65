"""Every model of every study computes where the run computes: on the GPU where there is one."""

import pytest

from labkit.experiments import testbed as testbeds
from labkit.experiments import testbed_models, trial
from labkit.experiments.adversarial import (
    arms_beyond_paper,
    arms_with_adversary,
    arms_without_adversary,
)
from labkit.experiments.best_student import arms as best_arms
from labkit.experiments.best_student import texts as best_texts
from labkit.experiments.best_student.reproduce import best_runs
from labkit.experiments.ladder import arms as ladder_arms
from labkit.experiments.ladder import climb as ladder
from labkit.experiments.ladder.arms import Budget
from labkit.experiments.long_chain import arms as chain_arms
from labkit.experiments.trial import Trial, measure
from labkit.methods import fine_tune
from tests.helpers import tiny, tiny_testbed
from tests.helpers.devices import placement

PAPER = (testbed_models, trial, arms_beyond_paper, arms_with_adversary, arms_without_adversary)
OPTIONS = {"soft_loss": "kl", "augmented": "soft"}


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("made up", "tiny")


@pytest.mark.parametrize("arm", arms_without_adversary.ARMS)
def test_the_arms_of_the_tables(made, monkeypatch, arm):
    called = placement.watch(monkeypatch, PAPER)
    asked = Trial("made up", arm, 0, 0.5, 0.2, OPTIONS.get(arm, ""), "tiny")
    said = measure(asked, made, arms_without_adversary.ARMS[arm])["versions"]
    assert "predict" in called or arm == "tfidf"
    assert ", cpu " in said


@pytest.mark.parametrize("arm", chain_arms.ARMS)
def test_the_arms_of_the_long_chain(made, monkeypatch, arm):
    called = placement.watch(monkeypatch, (testbed_models, trial, chain_arms))
    measure(Trial("made up", arm, 0), made, chain_arms.ARMS[arm])
    assert "predict" in called or arm == "tfidf"


def test_the_ladder(made, monkeypatch):
    monkeypatch.setattr(ladder, "teacher", lambda part: tiny.bert())
    for module in (fine_tune, ladder_arms):
        monkeypatch.setattr(module, "load_tokenizer", lambda name: tiny.tokenizer())
    called = placement.watch(monkeypatch, (ladder, ladder_arms))
    list(ladder.climb(made.whole, 1, Budget(1, 1), 8))
    assert {"predict", "distill"} <= called


def test_the_best_students(tiny_best, monkeypatch):
    called = placement.watch(monkeypatch, (best_arms, best_texts))
    list(best_runs(tiny_best, seeds=1, count=0))
    assert {"predict", "distill"} <= called


def test_a_result_says_where_the_weights_were(made, monkeypatch):
    monkeypatch.setattr(trial, "model_device", lambda model: type("Device", (), {"type": "mps"}))
    trained = measure(Trial("made up", "labels"), made, arms_without_adversary.ARMS["labels"])
    assert ", mps " in trained["versions"]
    floor = measure(Trial("made up", "tfidf"), made, arms_without_adversary.ARMS["tfidf"])
    assert ", cpu " in floor["versions"]
