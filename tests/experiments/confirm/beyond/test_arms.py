"""Each variation changes what it says, and nothing else."""

from dataclasses import asdict, replace

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.confirm import arms as confirm
from labkit.experiments.confirm import material as usual
from labkit.experiments.confirm.beyond import arms, material
from labkit.experiments.confirm.beyond.plan import BUDGETS, GAME, VARIATIONS, trial
from tests.helpers import tiny, tiny_testbed


@pytest.fixture(autouse=True)
def testbed(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("sst2", "tiny")


def asked(arm, option="", seed=0):
    return trial("sst2", arm, seed, option, "tiny")


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda one: one.name)
def test_every_variation_answers_every_test_text(variation):
    found = arms.run(asked(variation.arm, variation.option))
    assert found["tests"] == 40 and found["validation"] is None
    quiet = variation.option.startswith("share_") and variation.arm != "guided_teacher"
    quiet |= variation.name == "guided_assistant teacher_against_itself"
    assert ("discriminator_loss" in found["notes"]) is not quiet


def test_runs_of_the_claims_are_trained_by_the_claims_arms():
    assert arms.arm_of(asked("second_stage", "differ")) is confirm.stage_two
    assert arms.arm_of(asked("guided_teacher")) is confirm.guided_teacher
    assert arms.arm_of(asked("second_stage", "generator")) is arms.stage_two


CHANGED = {
    "generator": {"generator"},
    "generator_pretrained": {"generator"},
    "generator_frozen": {"generator", "players_learn"},
    "d_five_steps": {"discriminator_steps"},
    "d_slow": {"discriminator_learning_rate"},
    "d_wide": {"discriminator_width"},
    "d_warm": {"warm_up"},
}


@pytest.mark.parametrize("option", [one.option for one in (*GAME, *BUDGETS)])
def test_a_game_differs_from_its_reading_in_what_its_name_says(testbed, option):
    testbed = replace(testbed, scale=replace(testbed.scale, second_epochs=4))
    reading = "differ" if option.startswith("differ") else "resemble"
    played = asdict(arms.settings(testbed, asked("second_stage", option)))
    plain = asdict(confirm.eq_6(testbed, asked("second_stage", reading), reading))
    changed = {name for name in plain if plain[name] != played[name]}
    assert changed == CHANGED[option.removeprefix(f"{reading}_")]


def test_the_settings_are_those_that_the_plan_names(testbed):
    values = {
        how: arms.settings(testbed, asked("second_stage", f"differ_{how}"))
        for how in ("d_five_steps", "d_slow", "d_wide")
    }
    assert values["d_five_steps"].discriminator_steps == 5
    assert values["d_slow"].discriminator_learning_rate == 1e-4
    assert values["d_wide"].discriminator_width == 256
    assert arms.CHANGES["d_warm"]["warm_up"] == 1


def games(monkeypatch, option):
    """What the second stage of a student is asked for."""
    seen, real = [], confirm.second_stage

    def noted(*given, **named):
        seen.append((given[1], given[-1], named))
        return real(*given, **named)

    monkeypatch.setattr(confirm, "second_stage", noted)
    arms.run(asked("second_stage", option))
    return seen[-1]


def test_only_the_pre_trained_games_begin_with_networks(monkeypatch):
    assert games(monkeypatch, "generator")[2]["pretrained"] is None
    learning, frozen = (
        games(monkeypatch, name) for name in ("generator_pretrained", "generator_frozen")
    )
    assert tiny.equal(learning[2]["pretrained"], frozen[2]["pretrained"])
    assert learning[1].players_learn and not frozen[1].players_learn


@pytest.mark.parametrize("option", ["teacher_against_itself", "three_modules"])
def test_the_student_learns_from_the_assistant_of_its_own_modules(monkeypatch, testbed, option):
    source, config, named = games(monkeypatch, option)
    above = material.guided_assistant(testbed, 0, option)["train"]
    assert torch.equal(source.values, above)
    assert not torch.equal(source.values, usual.guided_assistant(testbed, 0)["train"])
    assert config.reading == "differ"
    assert torch.equal(named["first_student"].values, usual.first_student(testbed, 0)["train"])


def test_a_game_keeps_the_assistant_of_the_claims(monkeypatch, testbed):
    source, _, _ = games(monkeypatch, "differ_d_wide")
    assert torch.equal(source.values, usual.guided_assistant(testbed, 0)["train"])


@pytest.mark.parametrize(("option", "shared"), [("share_encoder", True), ("share_nothing", False)])
def test_a_student_that_shares_less_has_the_steps_that_its_start_wants(
    monkeypatch, testbed, option, shared
):
    seen, real = [], arms.distill

    def noted(student, *given, **named):
        seen.append((tiny.weights(student), given[0], given[-1]))
        return real(student, *given, **named)

    monkeypatch.setattr(arms, "distill", noted)
    arms.run(asked("second_stage", option))
    weights, source, config = seen[-1]
    first = tiny.weights(confirm.with_stage_one(testbed, asked("second_stage", option)))
    inside = "forwards.weight_ih_l0"
    assert torch.equal(weights[inside], first[inside]) is shared
    assert not torch.equal(weights["classifier.weight"], first["classifier.weight"])
    scale = testbed.scale
    assert config.epochs == (scale.second_epochs if shared else scale.both_stages)
    assert (config.weights.ce, config.weights.kd) == (0.4, 0.5)
    assert torch.equal(source.values, material.guided_assistant(testbed, 0, option)["train"])
