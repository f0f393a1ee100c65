import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from labkit.data.encoding.encoded import encode
from labkit.evaluation.predict import predict
from labkit.losses.by_name import named
from labkit.methods.adversarial.pretraining import pretrain
from labkit.methods.adversarial.second_stage import (
    StageTwoConfig,
    StageTwoWeights,
    guide_teacher,
    second_stage,
)
from labkit.methods.adversarial.weight_sharing import frozen_logits
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.training.moving_teacher import EpochTargets
from labkit.training.teacher_logits import StoredTargets, TeacherLogits
from tests.helpers import tiny

QUICK = StageTwoConfig(epochs=3, batch_size=8, save_every=4, learning_rate=1e-2)


def sources(encoded):
    """Logits of a teacher and of a stage-1 student."""
    return {
        "teacher": TeacherLogits(tiny.bert(), encoded),
        "first_student": frozen_logits(tiny.bilstm(seed=0), encoded),
    }


def run(student, config=QUICK, encoded=None, stop=None, **more):
    encoded = tiny.encoded() if encoded is None else encoded
    given = sources(encoded) | more
    steps = []
    for step in second_stage(student, given.pop("teacher"), encoded, config, **given):
        steps.append(step)
        if len(steps) == stop:
            break
    return steps


def changed(config=QUICK, **changes):
    return StageTwoConfig(**{**vars(config), **changes})


def test_without_an_adversary_it_is_plain_distillation_to_the_last_bit():
    encoded, plain, staged = tiny.encoded(), tiny.bilstm(), tiny.bilstm()
    teacher = TeacherLogits(tiny.bert(), encoded)
    config = DistillConfig(Weights(0.4, 0.6), epochs=3, batch_size=8, learning_rate=1e-2)
    list(distill(plain, teacher, encoded, config, soft_loss=named("zscore_repaired")))
    run(staged, changed(weights=StageTwoWeights(0.4, 0.6, 0)))
    assert tiny.equal(tiny.weights(plain), tiny.weights(staged))


def test_the_adversary_does_not_touch_the_dropout_and_order_of_the_run():
    with_game, without = tiny.bilstm(), tiny.bilstm()
    weak = StageTwoWeights(0.4, 0.6 - 1e-9, 1e-9)
    noisy = run(with_game, changed(weights=weak, generator=True))
    plain = run(without, changed(weights=StageTwoWeights(0.4, 0.6, 0)))
    assert [step.ce for step in noisy] == pytest.approx([step.ce for step in plain], rel=1e-4)
    assert not math.isnan(noisy[0].gan)
    assert math.isnan(plain[0].gan)


def test_the_loss_is_the_weighted_sum_of_its_three_parts():
    for reading in ("resemble", "differ"):
        for step in run(tiny.bilstm(), changed(reading=reading)):
            wanted = 0.4 * step.ce + 0.5 * step.kd + 0.1 * step.gan
            assert step.loss == pytest.approx(wanted, rel=1e-5)


def test_the_game_is_reported_at_each_step():
    step = run(tiny.bilstm())[-1]
    assert 0 <= step.discriminator_accuracy <= 1
    assert 0 < step.discriminator_loss < 5
    assert step.gradient_norm > 0
    assert step.collapsed is False
    assert (step.index, step.total, step.epoch) == (17, 18, 2)


def test_a_student_learns_the_labels_with_an_adversary_beside_it():
    encoded, student = tiny.encoded(120), tiny.bilstm(dropout=0)
    config = StageTwoConfig(StageTwoWeights(0.8, 0, 0.2), epochs=12, learning_rate=2e-2)
    run(student, config, encoded)
    assert (predict(student, encoded).argmax(1) == encoded.labels).float().mean() > 0.9


def test_the_adversary_alone_makes_the_student_resemble_its_teacher():
    encoded, student = tiny.encoded(120), tiny.bilstm(dropout=0)
    target = 3 * torch.eye(3)[encoded.labels] + 0.3 * torch.randn(
        120, 3, generator=torch.Generator().manual_seed(0)
    )
    config = StageTwoConfig(
        StageTwoWeights(0, 0, 1),
        epochs=30,
        learning_rate=1e-2,
        discriminator_learning_rate=1e-2,
        discriminator_steps=3,
    )
    run(student, config, encoded, teacher=StoredTargets(encoded, target))
    assert F.cosine_similarity(predict(student, encoded), target - 1).mean() > 0.5


def test_the_student_starts_out_equal_to_its_own_first_stage():
    encoded, student = tiny.encoded(), tiny.bilstm(seed=0)
    first = run(student, changed(reading="differ"), encoded, stop=1)[0]
    assert first.discriminator_accuracy == 0.5


def test_dropout_gives_the_student_away_only_when_the_discriminator_sees_it():
    encoded = tiny.encoded(64)
    found = {}
    for off in (True, False):
        student = tiny.bilstm(dropout=0.8)
        first = frozen_logits(student, encoded)
        rest = {"learning_rate": 1e-12, "epochs": 20, "batch_size": 32, "dropout_off": off}
        config = changed(reading="differ", discriminator_learning_rate=1e-2, **rest)
        steps = run(student, config, encoded, first_student=first)
        found[off] = sum(step.discriminator_loss for step in steps[-10:]) / 10
    assert found[True] == pytest.approx(2 * math.log(2), abs=1e-3)
    assert found[False] < found[True] - 0.05


@pytest.mark.parametrize("config", [QUICK, changed(generator=True), changed(reading="differ")])
@pytest.mark.parametrize("stop", [1, 7])
def test_a_stopped_run_ends_with_the_same_weights_and_the_same_game(tmp_path, config, stop):
    checked = tiny.encoded(20, seed=9)
    whole, fresh = tiny.bilstm(seed=1), tiny.bilstm(seed=1)
    straight = run(whole, config, validation=checked)
    begun = run(tiny.bilstm(seed=1), config, stop=stop, validation=checked, folder=tmp_path)
    rest = run(fresh, config, validation=checked, folder=tmp_path)
    seen = [(step.loss, step.discriminator_loss) for step in begun + rest]
    assert seen == [(step.loss, step.discriminator_loss) for step in straight]
    assert tiny.equal(tiny.weights(fresh), tiny.weights(whole))


def test_a_class_that_is_absent_from_a_batch_or_from_all_texts_is_no_trouble():
    made, labels = tiny.texts(40)
    kept = [row for row, label in enumerate(labels) if label != 1]
    few = encode([made[row] for row in kept], tiny.tokenizer(), [labels[row] for row in kept])
    steps = run(tiny.bilstm(), changed(batch_size=1, epochs=1, generator=True), few)
    assert len(steps) == len(kept)
    assert all(math.isfinite(step.loss) for step in steps)


def test_two_classes_keep_a_soft_loss_and_an_adversary():
    encoded = tiny.encoded(classes=2)
    given = {
        "teacher": TeacherLogits(tiny.bert(2), encoded),
        "first_student": frozen_logits(tiny.bilstm(2), encoded),
    }
    steps = run(tiny.bilstm(2, seed=1), QUICK, encoded, **given)
    assert all(step.kd > 0 and step.gradient_norm > 0 for step in steps)


def test_a_guided_teacher_learns_from_labels_and_an_adversary_alone():
    encoded, teacher = tiny.encoded(), tiny.bert()
    first = frozen_logits(tiny.bilstm(), encoded)
    config = changed(weights=StageTwoWeights.for_teacher(0.7), reading="differ")
    before = tiny.weights(teacher)
    steps = list(guide_teacher(teacher, first, encoded, config))
    assert steps[0].loss == pytest.approx(0.7 * steps[0].ce + 0.3 * steps[0].gan, rel=1e-5)
    assert math.isnan(steps[0].kd)
    assert not tiny.equal(before, tiny.weights(teacher))
    with pytest.raises(ValueError, match="no model stands above the guided teacher"):
        guide_teacher(teacher, first, encoded, QUICK)


def test_a_guided_teacher_may_have_to_stay_like_itself():
    encoded, teacher = tiny.encoded(), tiny.bert()
    config = changed(weights=StageTwoWeights.for_teacher(0.5), epochs=1)
    own = frozen_logits(teacher, encoded)
    assert list(guide_teacher(teacher, None, encoded, config, first_teacher=own))
    with pytest.raises(ValueError, match="needs the logits that count as real"):
        guide_teacher(teacher, None, encoded, config)


def test_the_real_side_can_be_another_than_the_soft_teacher():
    encoded, student = tiny.encoded(), tiny.bilstm()
    soft = StoredTargets(encoded, torch.zeros(48, 3))
    other = StoredTargets(encoded, torch.eye(3)[encoded.labels])
    step = run(student, QUICK, encoded, teacher=soft, real=other, stop=1)[0]
    same = run(tiny.bilstm(), QUICK, encoded, teacher=soft, stop=1)[0]
    assert step.kd == same.kd
    assert step.discriminator_loss != same.discriminator_loss


def test_a_teacher_that_changes_with_the_epoch_is_asked_for_the_right_one():
    encoded = tiny.encoded()
    logits = [float(epoch) * torch.eye(3)[encoded.labels] for epoch in range(1, 4)]
    seen = []

    class Watched(EpochTargets):
        def __call__(self, batch):
            seen.append(self.epoch)
            return super().__call__(batch)

    run(tiny.bilstm(), changed(weights=StageTwoWeights(0, 1, 0)), teacher=Watched(encoded, logits))
    assert seen == [0] * 6 + [1] * 6 + [2] * 6


def test_eq_6_and_eq_5_name_the_weights():
    weights = StageTwoWeights.from_alpha_beta(0.6, 0.3)
    assert (weights.kd, weights.gan) == (0.6, 0.3)
    assert weights.ce == pytest.approx(0.1)
    assert StageTwoWeights.from_alpha_beta(0.9, 0.1).ce == 0
    guided = StageTwoWeights.for_teacher(0.7)
    assert (guided.ce, guided.kd, guided.gan) == (0.7, 0, pytest.approx(0.3))
    other = StageTwoWeights.for_teacher(0.7, beta_weighs="gan")
    assert (other.ce, other.gan) == (pytest.approx(0.3), pytest.approx(0.7))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: StageTwoWeights.from_alpha_beta(0.8, 0.3), r"alpha \+ beta must be at most 1"),
        (lambda: StageTwoWeights.from_alpha_beta(-0.1, 0.3), "kd must be a number of at least 0"),
        (lambda: StageTwoWeights.from_alpha_beta(0.1, -0.3), "gan must be a number of at least 0"),
        (lambda: StageTwoWeights.for_teacher(1.2), "gan must be a number of at least 0"),
        (lambda: StageTwoWeights.for_teacher(0.2, "kd"), "beta_weighs must be"),
        (lambda: StageTwoWeights(0.5, 0.5, 0.5), r"sum to 1, got ce 0.5 \+ kd 0.5 \+ gan 0.5"),
        (lambda: changed(weights=Weights(0.5, 0.5)), "must be StageTwoWeights"),
        (lambda: changed(reading="both"), "reading must be one of"),
        (lambda: changed(reading="differ", generator=True), "use 'resemble'"),
        (lambda: changed(soft_loss="kd"), "got soft_loss 'kd', wanted one of"),
        (lambda: changed(discriminator_steps=0), "discriminator_steps must be a whole number"),
        (lambda: changed(discriminator_learning_rate=0), "discriminator_learning_rate must be"),
        (lambda: changed(label_smoothing=0.5), r"label_smoothing must be in \[0, 0.5\)"),
        (lambda: changed(epochs=0), "epochs must be a whole number"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_parts_that_do_not_fit_are_refused_at_the_call():
    encoded, student = tiny.encoded(), tiny.bilstm()
    bare = encode(tiny.texts()[0], tiny.tokenizer())
    target = StoredTargets(encoded, torch.zeros(48, 3))
    with pytest.raises(ValueError, match="there is no teacher"):
        second_stage(student, None, encoded, QUICK)
    with pytest.raises(ValueError, match=r"first_student=weight_sharing\.frozen_logits"):
        second_stage(student, target, encoded, changed(reading="differ"))
    with pytest.raises(ValueError, match="asks the very model that is being trained"):
        second_stage(student, TeacherLogits(student, encoded), encoded, QUICK)
    scores = replace(encoded, labels=encoded.labels.float())
    with pytest.raises(ValueError, match="training labels are scores"):
        second_stage(student, target, scores, QUICK)
    with pytest.raises(ValueError, match="training texts have no labels"):
        second_stage(student, StoredTargets(bare, torch.zeros(48, 3)), bare, QUICK)
    with pytest.raises(ValueError, match="validation texts have no labels"):
        second_stage(student, target, encoded, QUICK, validation=bare)


def test_in_the_warm_up_the_discriminator_learns_and_nobody_listens():
    steps = run(tiny.bilstm(), changed(warm_up=1))
    for step in steps:
        heard = 0.0 if step.epoch < 1 else 0.1
        wanted = 0.4 * step.ce + 0.5 * step.kd + heard * step.gan
        assert step.loss == pytest.approx(wanted, rel=1e-5)
    assert {step.epoch for step in steps} == {0, 1, 2}
    first = [step.discriminator_loss for step in steps if step.epoch == 0]
    assert len(set(first)) == len(first)


def networks(encoded, config):
    given = sources(encoded)
    return pretrain(3, given["teacher"], given["first_student"], encoded, config, 2)[0]


def test_pre_trained_networks_are_what_a_run_begins_with():
    encoded, config = tiny.encoded(), changed(generator=True)
    fresh = run(tiny.bilstm(), config, encoded)
    before = networks(encoded, config)
    begun = run(tiny.bilstm(), config, encoded, pretrained=before)
    assert begun[0].discriminator_loss != fresh[0].discriminator_loss
    assert begun[0].ce == fresh[0].ce
    still = run(tiny.bilstm(), changed(config, players_learn=False), encoded, pretrained=before)
    assert still[0].discriminator_loss == begun[0].discriminator_loss
    assert still[-1].discriminator_loss != begun[-1].discriminator_loss


def test_a_run_with_other_pre_trained_networks_is_another_run(tmp_path):
    encoded, config = tiny.encoded(), changed(generator=True)
    before = networks(encoded, config)
    run(tiny.bilstm(), config, encoded, stop=5, pretrained=before, folder=tmp_path)
    with pytest.raises(ValueError, match="pre-trained networks"):
        run(tiny.bilstm(), config, encoded, folder=tmp_path)


def test_players_that_neither_came_trained_nor_learn_are_refused():
    with pytest.raises(ValueError, match="there are no pre-trained networks"):
        run(tiny.bilstm(), changed(players_learn=False))
