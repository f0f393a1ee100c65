"""G and D before stage 2: what they learn, what is handed on, what is refused."""

import math
from dataclasses import replace

import pytest
import torch

from labkit.methods.adversarial import pretraining
from labkit.methods.adversarial.adversary import Adversary
from labkit.methods.adversarial.config import StageTwoConfig
from labkit.methods.adversarial.pretraining import pretrain
from labkit.training.teacher_logits import StoredTargets
from tests.helpers import tiny

CONFIG = StageTwoConfig(generator=True, batch_size=8, discriminator_learning_rate=3e-3)
CLASSES = 3


def sides():
    """A sure teacher and a guessing stage-1 student on the same texts."""
    texts = tiny.encoded()
    teacher = 4 * torch.eye(CLASSES)[texts.labels]
    first = torch.randn(len(texts), CLASSES, generator=torch.Generator().manual_seed(3))
    return texts, StoredTargets(texts, teacher), StoredTargets(texts, first)


def played(passes, config=CONFIG):
    texts, teacher, first = sides()
    return pretrain(CLASSES, teacher, first, texts, config, passes)


def test_the_generator_comes_nearer_to_the_teacher_with_every_pass():
    texts, teacher, first = sides()

    def likeness(networks):
        one = Adversary(CLASSES, CONFIG, teacher, first, pretrained=networks)
        noise = torch.randn(len(texts), 8, generator=torch.Generator().manual_seed(1))
        made = one.parts["generator"](first.values, texts.labels, noise)
        centred = made - made.mean(1, keepdim=True)
        wanted = teacher.values - teacher.values.mean(1, keepdim=True)
        return torch.nn.functional.cosine_similarity(centred, wanted).mean().item()

    assert likeness(played(60)[0]) > likeness(played(1)[0]) + 0.2


def test_the_networks_of_both_players_and_the_scales_they_have_seen_are_handed_on():
    networks, health = played(2)
    assert {name.split(".")[0] for name in networks} == {
        "discriminator", "generator", "other_scale", "generated_scale",
    }  # fmt: skip
    assert 0 <= health.accuracy <= 1 and health.loss > 0
    assert math.isnan(health.gradient_norm)
    again, _ = played(2)
    assert tiny.equal(networks, again)


def test_more_steps_of_d_are_more_steps():
    """At the same passes D knows more, so its loss is another one."""
    few, many = (played(1, replace(CONFIG, discriminator_steps=n))[1].loss for n in (1, 20))
    assert many != few


@pytest.mark.parametrize(
    ("passes", "config", "says"),
    [(0, CONFIG, "at least 1, got 0"), (1, replace(CONFIG, generator=False), "generator=True")],
)
def test_a_game_that_cannot_be_played_is_refused(passes, config, says):
    with pytest.raises(ValueError, match=says):
        played(passes, config)


def test_only_the_batch_that_is_played_is_in_memory(monkeypatch):
    heard, make, play = [], pretraining.collate, Adversary.rehearse
    monkeypatch.setattr(pretraining, "collate", lambda *a: heard.append("made") or make(*a))
    monkeypatch.setattr(Adversary, "rehearse", lambda *a: heard.append("played") or play(*a))
    played(1)
    assert heard == ["made", "played"] * (len(heard) // 2) and len(heard) > 2
