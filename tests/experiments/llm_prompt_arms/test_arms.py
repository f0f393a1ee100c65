"""What each arm trains, with a tiny model."""

import pytest
import torch

from labkit.experiments.llm_prompt_arms import arms
from labkit.experiments.llm_prompt_arms.material import material
from labkit.experiments.llm_prompt_arms.plan import ARMS, HEATS, UNTRAINED, ArmRun
from labkit.llm.gad.config import GadStep
from labkit.llm.gakd import GakdStep
from labkit.llm.white_box import WhiteBoxStep
from tests.helpers.llm import tiny_arms


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    tiny_arms.install(monkeypatch)
    monkeypatch.setattr(arms, "JUDGE_LAYERS", 2)
    yield
    tiny_arms.forget()


def test_every_arm_that_learns_is_here():
    assert set(arms.ARMS) == set(ARMS) - set(UNTRAINED)


@pytest.mark.parametrize("arm", arms.ARMS)
def test_an_arm_takes_its_steps_and_changes_the_layers_that_may_learn(arm):
    found = material("smoke")
    student = found.student(0)
    before = {name: one.clone() for name, one in student.named_parameters()}
    steps = list(arms.ARMS[arm](student, found, ArmRun(arm, scale="smoke")))
    played = found.scale.warmup_steps + found.scale.play_steps
    assert len(steps) == (played if arm == "gad" else found.scale.steps)
    after = dict(student.named_parameters())
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed and all(after[name].requires_grad for name in changed)


def test_whose_text_is_read_and_who_is_heard():
    found = material("smoke")

    def first(arm):
        return next(iter(arms.ARMS[arm](found.student(0), found, ArmRun(arm, scale="smoke"))))

    own, given = first("reverse_kl_own"), first("reverse_kl")
    assert isinstance(own, WhiteBoxStep) and own.own and not given.own
    heard, alone = first("gakd"), first("gakd_without")
    assert isinstance(heard, GakdStep) and heard.gan == heard.gan and alone.gan != alone.gan
    warming = first("gad")
    assert isinstance(warming, GadStep) and warming.warming


def test_gads_discriminator_is_made_of_the_first_layers_and_has_some_that_learn():
    trunk = arms.judge_trunk(2)
    assert len(trunk.model.layers) == trunk.config.num_hidden_layers == 2
    assert all(one.requires_grad for one in trunk.model.layers[-1].parameters())
    assert not trunk.model.embed_tokens.weight.requires_grad


def test_steps_are_fewer_where_step_sizes_are_chosen(monkeypatch):
    found = material("smoke")
    tried = ArmRun("jsd", scale="smoke", split="validation")
    assert arms.steps_of(found, tried) == found.scale.choice_steps
    assert arms.steps_of(found, ArmRun("jsd", scale="smoke")) == found.scale.steps


def test_what_is_measured_at_which_temperature():
    told = {arm: arms.measure(ArmRun(arm, scale="smoke")) for arm in ("teacher", "start", "jsd")}
    assert all({"1.0", "text_nats"} <= own.keys() for own in told.values())
    assert all(str(HEATS[1]) not in own for own in told.values())
    assert told["start"]["cpu_seconds"] == 0.0 < told["start"]["cpu_seconds_before"]
    assert told["jsd"]["cpu_seconds"] > 0 and told["teacher"]["1.0"]["reverse_kl"] == 0
    swept = arms.measure(ArmRun("seqkd_longer", scale="smoke"))
    assert all(str(heat) in swept for heat in HEATS)
    tried = arms.measure(ArmRun("seqkd_longer", scale="smoke", split="validation"))
    assert "1.0" in tried and str(HEATS[1]) not in tried
