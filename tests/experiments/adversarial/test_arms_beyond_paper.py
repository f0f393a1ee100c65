"""Arms from beyond the paper: what they learn from, for how long."""

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.adversarial import arms_beyond_paper as arms
from labkit.experiments.trial import Trial
from tests.helpers import tiny_testbed


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("made up", "tiny")


def test_copies_keep_away_from_the_texts_that_are_held_back(made):
    texts, logits = arms.more_texts(made)
    assert len(texts) == len(logits) > len(made.texts.train)
    held_back = set(made.texts.test.texts) | set(made.texts.validation.texts)
    assert not held_back & set(texts.texts[len(made.texts.train) :])


def test_a_copy_is_labelled_by_the_teacher_and_a_text_by_its_own_label(made):
    texts, logits = arms.more_texts(made)
    own = len(made.texts.train)
    assert torch.equal(texts.labels[:own], made.texts.train.labels)
    assert torch.equal(texts.labels[own:], logits[own:].argmax(1))


@pytest.mark.parametrize(("option", "weight"), [("hard", 1), ("soft", 0.3)])
def test_hard_labels_come_without_a_teacher_and_soft_ones_with_it(
    made, monkeypatch, option, weight
):
    asked = []
    monkeypatch.setattr(
        arms,
        "train",
        lambda student, source, *given, **named: asked.append((source, *given)) or 0.5,
    )
    arms.augmented(made, Trial("made up", "augmented", 0, option=option))
    source, _, config = asked[0]
    assert (source is None) == (option == "hard")
    assert config.weights.ce == pytest.approx(weight)


def test_with_copies_there_are_as_many_steps_as_without(made, monkeypatch):
    asked = []
    monkeypatch.setattr(arms, "train", lambda *given, texts: asked.append((given[3], texts)) or 0.5)
    arms.augmented(made, Trial("made up", "augmented", 0, option="hard"))
    config, texts = asked[0]
    wanted = made.scale.both_stages * len(made.texts.train) / len(texts)
    assert config.epochs == max(1, round(wanted))


def test_the_learned_temperature_is_reported_and_trains_for_both_stages(made, monkeypatch):
    asked = []
    real = arms.ctkd

    def spy(student, source, train, config, learned, **named):
        asked.append((config.epochs, learned.warmup_epochs))
        yield from real(student, source, train, config, learned, **named)

    monkeypatch.setattr(arms, "ctkd", spy)
    found = arms.learned_temperature(made, Trial("made up", "ctkd"))
    assert asked == [(made.scale.both_stages,) * 2]
    assert found.notes["temperature"] > 0
