"""Teacher, assistant and first students of a testbed: made once, where they compute."""

from types import SimpleNamespace

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments import testbed_models as models
from labkit.experiments.testbed import made_on
from labkit.training.config import DistillConfig
from tests.helpers import tiny, tiny_testbed


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("made up", "tiny")


def test_weights_come_back_as_they_were_beside_the_logits(made):
    first = models.first_student(made, 0)
    student = models.with_weights(models.new_student(made, 5), first)
    for name, value in student.state_dict().items():
        assert torch.equal(value, first[f"{models.WEIGHT}{name}"])
    again = models.logits_of_splits(student, made)
    for split in ("train", "validation", "test"):
        torch.testing.assert_close(again[split], first[split])


def test_the_assistant_is_shallower_than_the_teacher(made):
    layers = [
        model.config.num_hidden_layers
        for model in (models.teacher_model(made), models.new_assistant(made, 0))
    ]
    assert layers[1] == made.scale.assistant_layers < layers[0]


def test_everything_is_made_once(made, monkeypatch):
    before = models.first_student(made, 0)["test"]
    monkeypatch.setattr(models, "train", lambda *given, **named: pytest.fail("trained again"))
    assert torch.equal(models.first_student(made, 0)["test"], before)


def test_training_gives_the_best_validation_accuracy_of_all_epochs(made, monkeypatch):
    epochs = [SimpleNamespace(validation=value) for value in (None, 0.5, None, 0.9, 0.7)]
    monkeypatch.setattr(models, "distill", lambda *given, **named: iter(epochs))
    assert models.train(tiny.bert(), None, made, DistillConfig()) == 0.9


@pytest.mark.parametrize("builder", ["teacher_model", "new_student", "new_assistant"])
def test_every_model_is_placed_where_it_computes(made, monkeypatch, builder):
    models.teacher_logits(made)
    placed = []

    def place(model):
        placed.append(model)
        return model

    monkeypatch.setattr(models, "place", place)
    given = (made,) if builder == "teacher_model" else (made, 0)
    assert getattr(models, builder)(*given) is placed[-1]


def test_what_is_made_remembers_on_which_device(made, monkeypatch):
    assert made_on(models.assistant_weights(made, 0)) == "cpu"
    monkeypatch.setattr(testbeds, "device", lambda: torch.device("meta"))
    assert made_on(made.once("elsewhere", lambda: {"x": torch.ones(1)})) == "meta"
    assert made_on({"x": torch.ones(1)}) == ""
