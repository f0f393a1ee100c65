import warnings

import pytest
import torch

from labkit.data.batches import Batch
from labkit.methods.adversarial.adversary import COLLAPSE_WINDOW, Adversary
from labkit.methods.adversarial.config import StageTwoConfig
from labkit.methods.adversarial.networks import EQUILIBRIUM, DiscriminatorWarning

CLASSES = 4


def batch(rows=32, labels=None):
    tokens = torch.ones(rows, 2, dtype=torch.long)
    labels = torch.arange(rows) % CLASSES if labels is None else labels
    return Batch(torch.arange(rows), tokens, tokens, labels, "key")


def draw(rows=32, seed=0):
    return torch.randn(rows, CLASSES, generator=torch.Generator().manual_seed(seed))


def play(adversary, guided, labels=None):
    leaf = guided.clone().requires_grad_()
    loss, health = adversary.play(leaf, leaf, batch(len(guided), labels))
    loss.backward()
    return leaf.grad, health


def last_health(config, guided_of, other_of, steps=150):
    """Play so many batches; both functions get the number of the batch."""
    turn = iter(range(10_000))
    adversary = Adversary(CLASSES, config, lambda _: other_of(next(turn)))
    for step in range(steps):
        gradient, health = play(adversary, guided_of(step))
    return adversary, gradient, health


def test_sides_that_are_alike_end_near_the_equilibrium():
    _, _, health = last_health(
        StageTwoConfig(), lambda n: draw(seed=n), lambda n: draw(seed=n + 5000)
    )
    assert health.accuracy == pytest.approx(0.5, abs=0.2)
    assert health.loss == pytest.approx(EQUILIBRIUM, abs=0.25)


def test_size_gives_a_side_away_only_when_the_scales_are_left_unequal():
    def found(equal):
        config = StageTwoConfig(equal_scale=equal, discriminator_learning_rate=5e-3)
        sides = lambda n: 8 * draw(seed=n) + 3, lambda n: draw(seed=n + 5000)
        return last_health(config, *sides)[2].accuracy

    assert found(equal=False) > 0.8
    assert found(equal=True) < 0.7


def test_the_gradient_handed_on_is_that_of_the_adversarial_loss():
    config = StageTwoConfig(equal_scale=False)
    adversary = Adversary(CLASSES, config, lambda _: draw(seed=1))
    gradient, health = play(adversary, draw())
    leaf = draw().requires_grad_()
    score = adversary.parts["discriminator"](leaf, batch().labels)
    torch.nn.functional.softplus(-score).mean().backward()
    torch.testing.assert_close(gradient, leaf.grad)
    assert health.gradient_norm == pytest.approx(32 * leaf.grad.norm(dim=1).mean().item())


def test_accuracy_and_loss_are_taken_before_the_update():
    config = StageTwoConfig(discriminator_steps=200, discriminator_learning_rate=1e-2)
    adversary = Adversary(CLASSES, config, lambda _: draw(seed=1))
    _, health = play(adversary, draw())
    assert health.loss == pytest.approx(EQUILIBRIUM, abs=0.3)
    assert play(adversary, draw())[1].loss < health.loss - 0.3


@pytest.mark.filterwarnings("ignore::labkit.methods.adversarial.networks.DiscriminatorWarning")
def test_the_two_readings_pull_the_guided_logits_apart_or_together():
    target = 3 * torch.eye(CLASSES)[batch().labels]
    moved = {}
    for reading in ("resemble", "differ"):
        config = StageTwoConfig(
            reading=reading, equal_scale=False, discriminator_learning_rate=1e-2
        )
        adversary = Adversary(CLASSES, config, lambda _: target)
        guided = 2 * torch.eye(CLASSES)[batch().labels] + 0.1 * draw()
        start = (guided - target).norm()
        for _ in range(100):
            guided = guided - 5 * play(adversary, guided)[0]
        moved[reading] = ((guided - target).norm() - start).item()
    assert moved["differ"] > 1
    assert moved["resemble"] < moved["differ"] - 1


def test_a_discriminator_that_has_won_without_teaching_is_reported_once():
    config = StageTwoConfig(reading="differ", discriminator_learning_rate=1e-2)
    ours, theirs = torch.eye(CLASSES)[batch().labels], -torch.eye(CLASSES)[batch().labels]
    with pytest.warns(DiscriminatorWarning, match="the adversary teaches nothing") as caught:
        adversary, _, health = last_health(config, lambda n: ours, lambda n: theirs, 400)
    assert len(caught) == 1
    assert adversary.collapsed
    assert health.accuracy == 1
    assert health.gradient_norm < 0.01


def test_a_short_or_even_game_is_no_collapse():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        adversary, _, _ = last_health(
            StageTwoConfig(), lambda n: draw(seed=n), lambda n: draw(seed=n + 5000)
        )
        assert len(adversary.recent) == COLLAPSE_WINDOW
        assert not adversary.collapsed
        ours = torch.eye(CLASSES)[batch().labels]
        adversary, _, _ = last_health(StageTwoConfig(), lambda n: ours, lambda n: -ours, 20)
        assert not adversary.collapsed


@pytest.mark.parametrize("generator", [False, True])
def test_a_batch_of_one_class_works(generator):
    config = StageTwoConfig(generator=generator)
    adversary = Adversary(CLASSES, config, lambda _: draw(5), lambda _: draw(5, seed=3))
    gradient, health = play(adversary, draw(5, seed=2), torch.full((5,), 2))
    assert torch.isfinite(gradient).all()
    assert 0 <= health.accuracy <= 1


def test_the_generator_learns_to_pass_for_the_teacher():
    config = StageTwoConfig(generator=True, discriminator_learning_rate=3e-3)
    teacher, first = 4 * torch.eye(CLASSES)[batch().labels], draw(seed=9)
    adversary = Adversary(CLASSES, config, lambda _: teacher, lambda _: first)

    def likeness():
        noise = torch.randn(32, 8, generator=torch.Generator().manual_seed(1))
        made = adversary.parts["generator"](first, batch().labels, noise)
        return torch.nn.functional.cosine_similarity(made - made.mean(1, True), teacher - 1).mean()

    before = likeness()
    for step in range(300):
        play(adversary, draw(seed=step))
    assert likeness() > before + 0.2


def test_the_state_travels_whole_through_a_checkpoint():
    def fresh():
        config = StageTwoConfig(generator=True)
        return Adversary(CLASSES, config, lambda _: draw(seed=1), lambda _: draw(seed=2))

    whole, stopped, again = fresh(), fresh(), fresh()
    for step in range(3):
        play(whole, draw(seed=step))
        play(stopped, draw(seed=step))
    again.restore(stopped.tensors())
    for step in range(3, 6):
        wanted, found = play(whole, draw(seed=step)), play(again, draw(seed=step))
        assert torch.equal(wanted[0], found[0])
        assert wanted[1] == found[1]
    assert torch.equal(whole.recent, again.recent)


def test_texts_without_labels_are_refused():
    adversary = Adversary(CLASSES, StageTwoConfig(), lambda _: draw())
    bare = batch()
    bare = Batch(bare.rows, bare.input_ids, bare.attention_mask, None, "key")
    with pytest.raises(ValueError, match="encode them with labels"):
        adversary.play(draw(), draw(), bare)


def test_both_players_have_little_memory_of_earlier_gradients():
    config = StageTwoConfig(generator=True, discriminator_learning_rate=3e-3)
    adversary = Adversary(CLASSES, config, lambda _: draw(), lambda _: draw())
    for optimizer in adversary.optimizers.values():
        (group,) = optimizer.param_groups
        assert (group["betas"], group["lr"]) == ((0.5, 0.999), 3e-3)
    assert sorted(adversary.optimizers) == ["discriminator", "generator"]


@pytest.mark.parametrize("condition", [True, False])
def test_the_discriminator_hears_the_label_when_the_configuration_says_so(condition):
    adversary = Adversary(CLASSES, StageTwoConfig(condition=condition), lambda _: draw(seed=1))
    score, logits = adversary.parts["discriminator"], draw()
    one, other = (score(logits, torch.full((len(logits),), label)) for label in (0, 2))
    assert torch.equal(one, other) != condition


def rehearsed(batches=3):
    """Networks that have played so many batches of eq. 3."""
    config = StageTwoConfig(generator=True, discriminator_learning_rate=3e-3)
    adversary = Adversary(CLASSES, config, lambda _: draw(seed=1), lambda _: draw(seed=2))
    for _ in range(batches):
        adversary.rehearse(batch())
    state = adversary.parts.state_dict()
    return {name: v.clone() for name, v in state.items() if "guided_scale" not in name}


def test_pre_trained_networks_begin_as_they_came_and_learn_on():
    networks, config = rehearsed(), StageTwoConfig(generator=True)
    sides = lambda _: draw(seed=1), lambda _: draw(seed=2)
    adversary = Adversary(CLASSES, config, *sides, pretrained=networks)
    begun = {name: v.clone() for name, v in adversary.parts.state_dict().items()}
    assert all(torch.equal(begun[name], value) for name, value in networks.items())
    play(adversary, draw())
    after = adversary.parts.state_dict()
    assert not torch.equal(
        after["discriminator.layers.0.weight"], begun["discriminator.layers.0.weight"]
    )
    assert not torch.equal(after["generator.layers.0.weight"], begun["generator.layers.0.weight"])


def test_frozen_players_stay_as_they_are_and_still_guide():
    networks, config = rehearsed(), StageTwoConfig(generator=True, players_learn=False)
    sides = lambda _: draw(seed=1), lambda _: draw(seed=2)
    adversary = Adversary(CLASSES, config, *sides, pretrained=networks)
    for step in range(5):
        gradient, health = play(adversary, draw(seed=step))
    after = adversary.parts.state_dict()
    players = [name for name in networks if "scale" not in name]
    assert all(torch.equal(after[name], networks[name]) for name in players)
    assert gradient.abs().sum() > 0 and 0 < health.loss < 5


@pytest.mark.parametrize(
    "config",
    [
        StageTwoConfig(generator=True, discriminator_width=32),
        StageTwoConfig(generator=False),
        StageTwoConfig(generator=True, condition=False),
    ],
)
def test_networks_of_another_shape_are_refused(config):
    with pytest.raises(ValueError, match="pre-train them with the same classes"):
        Adversary(CLASSES, config, lambda _: draw(), lambda _: draw(), pretrained=rehearsed(1))
