"""The arms with an adversary: from which weights, by whose logits, in which reading."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.adversarial import arms_with_adversary as arms
from labkit.experiments.scales import student_settings
from labkit.experiments.testbed_models import first_student, new_student, teacher_logits
from labkit.experiments.trial import Trial
from tests.helpers import tiny_testbed


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("made up", "tiny")


@pytest.fixture
def second_stages(made, monkeypatch):
    """What every second stage was given: first weights, teacher, real side, configuration."""
    arms.guided_assistant(made)
    seen = []
    original = arms.second_stage

    def spy(student, teacher, texts, config, *, first_student, real=None, **named):
        start = student.get_input_embeddings().weight.detach().clone()
        seen.append((start, teacher.values, real, config, first_student.values))
        return original(student, teacher, texts, config, first_student=first_student, real=real,
                        **named)  # fmt: skip

    monkeypatch.setattr(arms, "second_stage", spy)
    return seen


def asked(arm, option="", kd=0.5, gan=0.2):
    return Trial("made up", arm, 0, kd, gan, option, "tiny")


def test_stage_two_starts_from_stage_one_unless_nothing_is_shared(made, second_stages):
    first = first_student(made, 0)["weight.embeddings.weight"]
    for option in ("", "none"):
        arms.stage_two(made, asked("stage_two", option))
    assert torch.equal(second_stages[0][0], first)
    assert not torch.equal(second_stages[1][0], first)


def test_each_arm_learns_from_its_own_teacher_and_reads_the_adversary_its_own_way(
    made, second_stages
):
    arms.stage_two(made, asked("stage_two"))
    arms.student_student(made, asked("student_student"))
    arms.student_student(made, asked("student_student", "resemble"))
    arms.three_modules(made, asked("three_modules"))
    sources = [
        arms.guided_logits(made)["train"],
        teacher_logits(made)["train"],
        teacher_logits(made)["train"],
        arms.guided_assistant(made)["train"],
    ]
    readings = ["resemble", "differ", "resemble", "resemble"]
    for (_, values, _, config, before), source, reading in zip(
        second_stages, sources, readings, strict=True
    ):
        assert torch.equal(values, source)
        assert torch.equal(before, first_student(made, 0)["train"])
        assert config.reading == reading and not config.generator
        assert (config.weights.kd, config.weights.gan) == (0.5, 0.2)
        assert config.weights.ce == pytest.approx(0.3)
        assert config.epochs == made.scale.second_epochs


def test_a_second_stage_takes_the_step_sizes_of_the_first(made, second_stages):
    arms.stage_two(made, asked("stage_two"))
    config, first = second_stages[0][3], student_settings(made.scale.first_epochs, 0)
    assert config.learning_rate == first.learning_rate
    assert config.embedding_learning_rate == first.embedding_learning_rate


def test_a_student_that_takes_over_nothing_does_not_even_share_its_first_weights(made, monkeypatch):
    seen = []
    original = arms.share_weights

    def spy(before, fresh, how):
        seen.append(fresh.classifier.weight.detach().clone())
        return original(before, fresh, how)

    monkeypatch.setattr(arms, "share_weights", spy)
    arms.stage_two(made, asked("stage_two", "none"))
    assert not torch.equal(seen[0], new_student(made, 0).classifier.weight)


@pytest.mark.parametrize("option", ["", "within"])
def test_a_shuffled_teacher_shows_the_adversary_other_rows_and_teaches_the_right_ones(
    made, second_stages, option
):
    logits, labels = arms.guided_logits(made)["train"], made.texts.train.labels
    arms.shuffled_teacher(made, asked("shuffled", option))
    _, values, shown, _, _ = second_stages[0]
    assert torch.equal(values, logits)
    assert not torch.equal(shown.values, logits)
    for label in labels.unique():
        mine, theirs = logits[labels == label], shown.values[labels == label]
        same = torch.equal(mine.sort(dim=0).values, theirs.sort(dim=0).values)
        assert same or option == ""


def test_the_guided_teacher_passes_once_over_few_texts_in_small_steps(made, monkeypatch):
    seen = []
    original = arms.guide_teacher

    def spy(model, first, texts, config, **named):
        seen.append((len(texts), config))
        return original(model, first, texts, config, **named)

    monkeypatch.setattr(arms, "guide_teacher", spy)
    arms.guided_teacher(made, asked("guided_teacher", kd=0, gan=0.3))
    ((rows, config),) = seen
    assert rows == made.scale.guide_rows
    assert (config.epochs, config.learning_rate, config.reading) == (1, 5e-5, "differ")
    weights = config.weights
    assert (weights.ce, weights.kd, weights.gan) == pytest.approx((0.7, 0, 0.3))


def test_the_grids_learn_from_the_guided_teacher_with_nine_tenths_on_the_labels(made, monkeypatch):
    seen = []
    original = arms.guide_teacher

    def spy(model, first, texts, config, **named):
        seen.append(config.weights)
        return original(model, first, texts, config, **named)

    monkeypatch.setattr(arms, "guide_teacher", spy)
    arms.guided_logits(made)
    assert [(w.ce, w.kd, w.gan) for w in seen] == [pytest.approx((0.9, 0, 0.1))]


def test_a_guided_teacher_is_measured_on_the_first_test_texts(made):
    few = replace(made, scale=replace(made.scale, guide_test_rows=7))
    assert len(arms.guided_teacher(few, asked("guided_teacher", kd=0, gan=0.3)).logits) == 7


def test_teachers_are_made_once_and_then_read(made, monkeypatch):
    logits = arms.guided_logits(made)["train"]
    monkeypatch.setattr(arms, "teacher_model", lambda testbed: pytest.fail("made again"))
    assert torch.equal(arms.guided_logits(made)["train"], logits)


def test_an_adversary_tells_how_it_did_over_the_last_pass(made):
    found = arms.stage_two(made, asked("stage_two"))
    assert {"discriminator_accuracy", "discriminator_loss", "gradient_norm", "collapsed"} <= set(
        found.notes
    )
    alone = arms.stage_two(made, asked("stage_two", gan=0.0))
    assert "discriminator_loss" not in alone.notes


def test_the_notes_on_an_adversary_leave_out_all_passes_but_the_last():
    def step(epoch, loss, validation):
        numbers = dict(loss=1.0, hard=1.0, soft=1.0, accuracy=0.5, validation=validation)
        health = dict(discriminator_accuracy=0.5, discriminator_loss=loss, gradient_norm=0.1)
        return SimpleNamespace(epoch=epoch, collapsed=False, **numbers, **health)

    steps = [step(0, 9.0, None), step(0, 9.0, 0.8), step(1, 1.0, None), step(1, 2.0, 0.7)]
    notes, best = arms._watched(steps)
    assert notes["discriminator_loss"] == 1.5
    assert best == 0.8
