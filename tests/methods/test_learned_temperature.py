import math
from dataclasses import replace

import pytest
import torch

from labkit.data.encoding.encoded import encode
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.methods.learned_temperature import (
    ReversedGradient,
    TemperatureConfig,
    ctkd,
    strength_at,
)
from labkit.training.teacher_logits import StoredTargets, TeacherLogits
from tests.helpers import tiny

QUICK = DistillConfig(Weights(0.2, 0.8), epochs=3, batch_size=8, save_every=4, learning_rate=1e-2)
QUICKLY = TemperatureConfig(warmup_epochs=1, learning_rate=0.1)


def run(student, config=QUICK, learned=QUICKLY, stop=None, teacher=None, **more):
    teacher = TeacherLogits(tiny.bert(), tiny.encoded()) if teacher is None else teacher
    steps = []
    for step in ctkd(student, teacher, tiny.encoded(), config, learned, **more):
        steps.append(step)
        if len(steps) == stop:
            break
    return steps


def sure_teacher(size):
    return StoredTargets(tiny.encoded(), size * torch.eye(3)[tiny.encoded().labels])


def test_the_first_temperature_is_that_of_the_authors():
    step = run(tiny.bilstm(), learned=TemperatureConfig(), stop=1)[0]
    assert step.temperature == pytest.approx(1 + 20 / (1 + math.exp(-1)))
    assert step.strength == 0


def test_without_strength_it_is_plain_distillation_at_that_temperature():
    fixed, plain = tiny.bilstm(), tiny.bilstm()
    learned = TemperatureConfig(start=1, span=2, first=0, strength=0)
    steps = run(fixed, learned=learned)
    assert {step.temperature for step in steps} == {2}
    teacher = TeacherLogits(tiny.bert(), tiny.encoded())
    wanted = [step.loss for step in distill(plain, teacher, tiny.encoded(), QUICK)]
    assert [step.loss for step in steps] == pytest.approx(wanted, rel=1e-4)


def test_the_temperature_goes_where_the_soft_loss_is_larger():
    learned = TemperatureConfig(warmup_epochs=1, learning_rate=0.1, square_learns=False)
    still = DistillConfig(Weights(0, 1), epochs=6, batch_size=8, learning_rate=1e-12)
    steps = run(tiny.bilstm(dropout=0), still, learned, teacher=sure_teacher(4))
    assert {step.temperature for step in steps[:6]} == {steps[0].temperature}
    assert steps[-1].temperature < steps[0].temperature - 1


def test_the_square_inside_works_against_the_fall_of_the_temperature():
    still = DistillConfig(Weights(0, 1), epochs=20, batch_size=16, learning_rate=1e-12)
    last = {}
    for square in (True, False):
        learned = TemperatureConfig(1, 20, -1.5, 0.2, warmup_epochs=1, square_learns=square)
        steps = run(tiny.bilstm(dropout=0), still, learned, teacher=sure_teacher(12))
        last[square] = steps[-1].temperature
    assert last[False] < 1.5
    assert last[True] > 3


def test_the_strength_grows_along_a_cosine_and_stays():
    learned = TemperatureConfig(strength=2, warmup_epochs=4)
    found = [strength_at(epoch, learned) for epoch in (0, 2, 4, 9)]
    assert found == pytest.approx([0, 1, 2, 2])


def test_the_gradient_is_turned_round():
    leaf = torch.tensor(3.0, requires_grad=True)
    (ReversedGradient.apply(leaf, 0.5) ** 2).backward()
    assert leaf.grad.item() == pytest.approx(-0.5 * 6)


@pytest.mark.parametrize("stop", [1, 7, 13])
def test_a_stopped_run_ends_with_the_same_weights_and_temperature(tmp_path, stop):
    whole, fresh = tiny.bilstm(), tiny.bilstm()
    straight = run(whole)
    begun = run(tiny.bilstm(), stop=stop, folder=tmp_path)
    rest = run(fresh, folder=tmp_path)
    seen = [(step.loss, step.temperature) for step in begun + rest]
    assert seen == [(step.loss, step.temperature) for step in straight]
    assert tiny.equal(tiny.weights(fresh), tiny.weights(whole))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": 0}, "start must be a number above 0"),
        ({"span": -1}, "span must be a number above 0"),
        ({"learning_rate": math.nan}, "learning_rate must be"),
        ({"strength": -1}, "strength must be a number of at least 0"),
        ({"warmup_epochs": 0}, "warmup_epochs must be at least 1"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        TemperatureConfig(**change)


def test_parts_that_do_not_fit_are_refused_at_the_call():
    bare = encode(tiny.texts()[0], tiny.tokenizer())
    scores = replace(tiny.encoded(), labels=tiny.encoded().labels.float())
    with pytest.raises(ValueError, match="training labels are scores"):
        ctkd(tiny.bilstm(), sure_teacher(1), scores, DistillConfig())
    with pytest.raises(ValueError, match="no temperature to learn"):
        ctkd(tiny.bilstm(), sure_teacher(1), tiny.encoded(), DistillConfig(Weights(1, 0)))
    with pytest.raises(ValueError, match="have no labels"):
        ctkd(tiny.bilstm(), sure_teacher(1), bare, QUICK)


def test_validation_texts_without_labels_are_refused_before_a_folder_is_made(tmp_path):
    bare = replace(tiny.encoded(12, seed=9), labels=None)
    target, folder = TeacherLogits(tiny.bert(), tiny.encoded()), tmp_path / "run"
    with pytest.raises(ValueError, match="validation texts have no labels"):
        ctkd(tiny.bilstm(), target, tiny.encoded(), tiny.QUICK, validation=bare, folder=folder)
    assert not folder.exists()
