"""The chain: who learns from whom, what is drawn anew, and that it is made once."""

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.confirm import material
from labkit.experiments.testbed_models import WEIGHT
from tests.helpers import tiny_testbed


@pytest.fixture
def testbed(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("sst2", "tiny")


def same(first, second):
    names = [name for name in first if name.startswith(WEIGHT)]
    return all(torch.equal(first[name], second[name]) for name in names)


def sources(monkeypatch):
    """The logits that each distillation learns from, in order."""
    seen = []
    real = material.stored

    def noted(testbed, logits):
        seen.append(logits)
        return real(testbed, logits)

    monkeypatch.setattr(material, "stored", noted)
    return seen


def test_every_chain_has_a_teacher_of_its_own_and_makes_it_once(testbed):
    first, second = material.teacher(testbed, 0), material.teacher(testbed, 1)
    assert not same(first, second)
    assert same(first, material.teacher(testbed, 0))
    assert len(list(testbed.folder.glob("confirm_1_teacher_*.safetensors"))) == 2


def test_the_student_of_stage_one_learns_from_the_assistant_of_its_chain(testbed, monkeypatch):
    above = material.assistant(testbed, 1)["train"]
    seen = sources(monkeypatch)
    material.first_student(testbed, 6)
    assert torch.equal(seen[-1], above)


def test_stage_two_guides_the_teacher_by_the_first_student_then_teaches_the_assistant(
    testbed, monkeypatch
):
    first = material.first_student(testbed, 0)["train"]
    seen = sources(monkeypatch)
    guided = material.guided_teacher(testbed, 0)
    assert torch.equal(seen[-1], first)
    assert guided["health.discriminator_loss"] > 0
    material.guided_assistant(testbed, 0)
    assert torch.equal(seen[-1], guided["train"])


def test_the_guided_teacher_goes_on_from_the_teacher_and_its_rival_has_no_adversary(testbed):
    before = material.teacher(testbed, 0)
    guided = material.guided_teacher(testbed, 0)
    rival = material.guided_teacher(testbed, 0, gan=0.0)
    assert not same(guided, rival) and not same(rival, before)
    assert not any(name.startswith("health.") for name in rival)


def test_the_students_vectors_saw_no_label(testbed):
    """They are those of the encoder before any fine-tuning, the same for every chain."""
    tables = [material.new_student(testbed, seed).get_input_embeddings().weight for seed in (0, 1)]
    assert torch.equal(*tables)
    assert material.student_config(2, 3).precision == "float32"
