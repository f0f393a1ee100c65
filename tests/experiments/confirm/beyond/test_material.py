"""The teachers and assistants of the variations: where they start and who is their opponent."""

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.confirm import material as usual
from labkit.experiments.confirm.beyond import material
from labkit.experiments.testbed_models import with_weights
from labkit.methods.adversarial.config import StageTwoConfig
from tests.helpers import tiny, tiny_testbed


@pytest.fixture
def testbed(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("sst2", "tiny")


def asked(monkeypatch, name):
    """What a training is asked for: its settings, its source of soft labels or opponent, more."""
    seen, real = [], getattr(material, name)

    def noted(*given, **named):
        seen.append((given[-1], given[1], named))
        return real(*given, **named)

    monkeypatch.setattr(material, name, noted)
    return seen


def test_the_teacher_against_itself_is_told_apart_from_the_teacher_of_stage_one(
    testbed, monkeypatch
):
    seen = asked(monkeypatch, "guide_teacher")
    itself = material.guided_teacher(testbed, 0, "against_itself")
    config, opponent, _ = seen[0]
    assert torch.equal(opponent.values, usual.teacher(testbed, 0)["train"])
    assert (config.reading, config.epochs) == ("differ", 1)
    assert config.weights.gan == pytest.approx(0.1)
    assert not torch.equal(itself["train"], usual.guided_teacher(testbed, 0)["train"])
    material.guided_teacher(testbed, 0, "three_modules")
    assert len(seen) == 1, "three modules have the same teacher, made once"


def test_one_adversary_more_is_all_that_three_modules_change(testbed, monkeypatch):
    plain, played = asked(monkeypatch, "distill"), asked(monkeypatch, "second_stage")
    one = material.guided_assistant(testbed, 0, "teacher_against_itself")
    three = material.guided_assistant(testbed, 0, "three_modules")
    (without, source, _), (beside, same_source, named) = plain[0], played[0]
    assert torch.equal(source.values, same_source.values)
    assert torch.equal(named["first_student"].values, usual.assistant(testbed, 0)["train"])
    assert (beside.weights.ce, beside.weights.kd, beside.weights.gan) == (0.4, 0.5, 0.1)
    assert (without.weights.ce, without.weights.kd) == (0.5, 0.5)
    for name in ("seed", "epochs", "learning_rate", "clip", "batch_size"):
        assert getattr(beside, name) == getattr(without, name)
    assert (beside.soft_loss, beside.reading) == ("zscore", "differ")
    assert three["health.discriminator_loss"] > 0
    assert not any(name.startswith("health.") for name in one)


def test_the_assistant_under_the_usual_opponents_is_that_of_the_claims(testbed, monkeypatch):
    """Same seed, steps and weights: with the claims' teacher it would be the claims' assistant."""
    monkeypatch.setattr(
        material, "guided_teacher", lambda bed, chain, _: usual.guided_teacher(bed, chain)
    )
    again = material.guided_assistant(testbed, 0, "teacher_against_itself")
    assert torch.equal(again["test"], usual.guided_assistant(testbed, 0)["test"])


@pytest.mark.parametrize("layers", [None, 1])
def test_what_is_shared_is_the_encoder_or_nothing(testbed, layers):
    before = usual.assistant(testbed, 0) if layers else usual.teacher(testbed, 0)
    first = tiny.weights(with_weights(usual.new_encoder(testbed, 0, layers), before))
    same = {
        option: {
            name for name, value in tiny.weights(
                material.begun(testbed, 0, option, before, layers)).items()
            if torch.equal(value, first[name])
        }
        for option in ("against_itself", "share_encoder", "share_nothing")
    }  # fmt: skip
    assert same["against_itself"] == set(first)
    assert set(first) - same["share_encoder"] == {"classifier.weight", "classifier.bias"}
    assert not same["share_nothing"] & {"classifier.weight", "bert.pooler.dense.weight"}


def test_what_starts_anew_has_the_passes_and_the_steps_of_both_stages(testbed):
    config = StageTwoConfig()
    anew = material.paced(config, "share_nothing", 3)
    assert (anew.epochs, anew.learning_rate, anew.clip) == (4, 1e-4, 1.0)
    for option in ("share_encoder", "against_itself", "three_modules"):
        short = material.paced(config, option, 3)
        assert (short.epochs, short.learning_rate, short.clip) == (1, usual.GUIDED_STEP, 1.0)


@pytest.mark.parametrize("option", ["share_encoder", "share_nothing"])
def test_models_that_share_less_still_form_a_chain(testbed, monkeypatch, option):
    guides, taught = asked(monkeypatch, "guide_teacher"), asked(monkeypatch, "distill")
    material.guided_assistant(testbed, 0, option)
    assert torch.equal(guides[0][1].values, usual.first_student(testbed, 0)["train"])
    above = material.guided_teacher(testbed, 0, option)["train"]
    assert torch.equal(taught[-1][1].values, above)


def test_the_players_start_from_the_student_of_their_own_seed(testbed):
    config = StageTwoConfig(generator=True, epochs=2)
    one, _ = material.players(testbed, 0, config)
    again, _ = material.players(testbed, 0, config)
    other, _ = material.players(testbed, 5, config)
    assert tiny.equal(one, again) and not tiny.equal(one, other)
