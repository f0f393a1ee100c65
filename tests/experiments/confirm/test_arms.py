"""What sets the arms apart: one thing each, from the same weights, texts and order."""

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.confirm import arms, cast, material
from labkit.experiments.confirm.plan import BESIDE, CORE, OF_CHAIN, trial
from tests.helpers import tiny_testbed
from tests.helpers.confirm import paper_models


@pytest.fixture(autouse=True)
def testbed(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("sst2", "tiny")


def asked(arm, option="", seed=0):
    return trial("sst2", arm, seed, option, "tiny")


@pytest.mark.parametrize(("arm", "option"), [*CORE, *BESIDE])
def test_every_arm_answers_every_test_text(arm, option):
    found = arms.run(asked(arm, option))
    assert found["tests"] == 40 and found["validation"] is None
    assert ("discriminator_accuracy" in found["notes"]) is (
        option in ("differ", "resemble") or arm == "guided_teacher"
    )


def settings_of(monkeypatch, name, arm, option):
    """The settings and the keyword arguments that an arm hands to the training."""
    seen = []
    real = getattr(arms, name)

    def noted(*given, **named):
        seen.append((given[-1], named, given[1]))
        return real(*given, **named)

    monkeypatch.setattr(arms, name, noted)
    arms.run(asked(arm, option))
    return seen[-1]


def test_without_an_adversary_labels_and_assistant_weigh_the_same_as_beside_one(monkeypatch):
    beside, _, source = settings_of(monkeypatch, "second_stage", "second_stage", "differ")
    without, other, same_source = settings_of(monkeypatch, "distill", "second_stage", "without")
    more, *_ = settings_of(monkeypatch, "distill", "second_stage", "more_labels")
    assert (beside.weights.ce, beside.weights.kd, beside.weights.gan) == (0.4, 0.5, 0.1)
    assert (without.weights.ce, without.weights.kd) == (0.4, 0.5)
    assert (more.weights.ce, more.weights.kd) == (0.5, 0.5)
    assert (beside.soft_loss, other["soft_loss"].__name__) == ("zscore", "zscore_kl")
    for name in ("seed", "epochs", "learning_rate", "embedding_learning_rate", "precision", "clip"):
        assert getattr(beside, name) == getattr(without, name)
    assert torch.equal(source.values, same_source.values)


def test_the_two_readings_have_the_stage_one_student_and_the_guided_teacher(monkeypatch, testbed):
    config, named, source = settings_of(monkeypatch, "second_stage", "second_stage", "resemble")
    assert config.reading == "resemble"
    assert torch.equal(named["real"].values, material.guided_teacher(testbed, 0)["train"])
    assert torch.equal(named["first_student"].values, material.first_student(testbed, 0)["train"])
    assert torch.equal(source.values, material.guided_assistant(testbed, 0)["train"])


@pytest.mark.parametrize("arm", ["one_stage", "no_sharing", "labels"])
def test_one_training_has_the_steps_of_both_stages(monkeypatch, testbed, arm):
    config, *_ = settings_of(monkeypatch, "distill", arm, "")
    assert config.epochs == testbed.scale.first_epochs + testbed.scale.second_epochs


def test_direct_has_the_steps_of_stage_one_and_the_teacher_itself(monkeypatch, testbed):
    config, _, source = settings_of(monkeypatch, "distill", "direct", "")
    assert config.epochs == testbed.scale.first_epochs
    assert torch.equal(source.values, material.teacher(testbed, 0)["train"])


@pytest.mark.parametrize(
    ("arm", "option"),
    [one for one in (*CORE, *BESIDE) if one[0] not in (*OF_CHAIN, "stage_one")],
)
def test_a_student_with_vectors_drawn_at_random_trains_them_in_full_steps(
    arm, option, monkeypatch, tmp_path
):
    paper_models.put_at_hand(monkeypatch, tmp_path, trec=6)
    played = "second_stage" if option in ("differ", "resemble") else "distill"
    seen = []
    real = getattr(arms, played)

    def noted(*given, **named):
        seen.append(given[-1].embedding_learning_rate)
        return real(*given, **named)

    monkeypatch.setattr(arms, played, noted)
    arms.run(trial("trec", arm, 0, option, cast.SCALE.name))
    assert seen == [None]
