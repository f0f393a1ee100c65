from dataclasses import replace

import pytest
import torch

from labkit.data.batches import shuffled_rows
from labkit.evaluation.predict import predict
from labkit.losses.kl import soft_kl
from labkit.methods.adversarial.algorithm_one import Player, algorithm_one, teacher_by_epoch
from labkit.methods.adversarial.pretraining import pretrain
from labkit.methods.adversarial.second_stage import (
    StageTwoConfig,
    StageTwoWeights,
    guide_teacher,
    second_stage,
)
from labkit.methods.adversarial.weight_sharing import frozen_logits
from labkit.training.marks import weights_key
from labkit.training.moving_teacher import MovingTeacher
from tests.helpers import tiny

STILL = 1e-30


def config(weights, rate=1e-2, **more):
    given = {"epochs": 2, "batch_size": 16, "learning_rate": rate} | more
    return StageTwoConfig(weights, **given)


def players(teacher_rate=1e-2, assistant_rate=1e-2, teacher_save_every=50, **student):
    texts = tiny.encoded()
    guided = StageTwoWeights.for_teacher(0.7)
    more = {"reading": "differ", "save_every": teacher_save_every}
    return [
        Player(tiny.bert(layers=2), texts, config(guided, teacher_rate, **more)),
        Player(
            tiny.bert(layers=1, seed=1),
            texts,
            config(StageTwoWeights(0.5, 0.5, 0), assistant_rate),
        ),
        Player(tiny.bilstm(), texts, config(StageTwoWeights(0.4, 0.5, 0.1), **student)),
    ]


def first_student():
    return frozen_logits(tiny.bilstm(seed=3), tiny.encoded())


def test_all_three_models_learn_in_each_batch():
    trio = players()
    before = [tiny.weights(player.model) for player in trio]
    steps = algorithm_one(*trio, first_student())
    for _ in range(2):
        step = next(steps)
    steps.close()
    after = [tiny.weights(player.model) for player in trio]
    assert not any(tiny.equal(*pair) for pair in zip(before, after, strict=True))
    assert (step.index, step.total, step.epoch) == (1, 6, 0)
    assert step.teacher.loss == pytest.approx(
        0.7 * step.teacher.ce + 0.3 * step.teacher.gan, rel=1e-5
    )
    assert step.assistant.loss == pytest.approx(
        0.5 * step.assistant.ce + 0.5 * step.assistant.kd, rel=1e-5
    )
    student = step.student
    wanted = 0.4 * student.ce + 0.5 * student.kd + 0.1 * student.gan
    assert student.loss == pytest.approx(wanted, rel=1e-5)
    assert type(trio[2].model.get_input_embeddings()) is torch.nn.Embedding


def test_the_student_learns_from_the_assistant_as_it_was_before_the_batch():
    trio = players(soft_loss="kl", precision="float32")
    student = tiny.bilstm(dropout=0)
    trio[2] = Player(student, trio[2].train, trio[2].config)
    rows = shuffled_rows(trio[0].train, 16, 0, 0)[0]
    models = (student, trio[1].model)
    logits = [predict(model, trio[0].train, precision="float32")[rows] for model in models]
    step = next(algorithm_one(*trio, first_student()))
    assert step.student.kd == pytest.approx(soft_kl(*logits, 2.0).item(), rel=1e-3)


def student_after(targets, teacher_rate, assistant_rate, **student):
    trio = players(teacher_rate, assistant_rate, **student)
    steps = list(algorithm_one(*trio, first_student(), targets=targets))
    return tiny.weights(trio[2].model), [step.student.loss for step in steps]


def test_cached_and_exact_targets_are_the_same_when_the_models_above_stand_still():
    exact, exact_losses = student_after("batch", STILL, STILL)
    cached, cached_losses = student_after("epoch", STILL, STILL)
    assert cached_losses == exact_losses
    assert tiny.equal(exact, cached)


def test_cached_targets_stay_close_when_the_models_above_learn():
    exact, exact_losses = student_after("batch", 1e-3, 1e-3, soft_loss="kl")
    cached, cached_losses = student_after("epoch", 1e-3, 1e-3, soft_loss="kl")
    assert cached_losses == pytest.approx(exact_losses, abs=0.02)
    assert cached_losses != exact_losses
    assert not tiny.equal(exact, cached)


def test_the_teachers_path_does_not_depend_on_the_students():
    trio = players()
    list(algorithm_one(*trio, first_student()))
    alone = players()[0]
    list(guide_teacher(alone.model, first_student(), alone.train, alone.config))
    assert tiny.equal(tiny.weights(trio[0].model), tiny.weights(alone.model))


def test_a_teacher_trained_once_serves_a_student_as_it_would_in_the_batch():
    trio = players()
    direct = Player(tiny.bilstm(), trio[2].train, trio[1].config)
    together = list(algorithm_one(trio[0], direct, trio[2], first_student(), targets="epoch"))
    targets = teacher_by_epoch(players()[0], first_student())
    assert len(targets.logits) == 2
    assert not torch.equal(*targets.logits)
    student = tiny.bilstm()
    alone = list(second_stage(student, targets, direct.train, direct.config))
    assert [step.loss for step in alone] == [step.assistant.loss for step in together]
    assert tiny.equal(tiny.weights(student), tiny.weights(direct.model))


def test_the_best_epoch_of_each_model_is_kept():
    checked = tiny.encoded(40, seed=5)
    trio = [
        Player(player.model, player.train, player.config, validation=checked)
        for player in players()
    ]
    steps = list(algorithm_one(*trio, first_student()))
    for name, player in zip(("teacher", "assistant", "student"), trio, strict=True):
        scores = [getattr(step, name).validation for step in steps]
        best = max(score for score in scores if score is not None)
        kept = (predict(player.model, checked).argmax(1) == checked.labels).float().mean()
        assert float(kept) == pytest.approx(best)


@pytest.mark.parametrize("targets", ["batch", "epoch"])
@pytest.mark.parametrize("stop", [1, 2, 4, 5])
def test_a_stopped_run_ends_with_the_same_weights_of_all_three(tmp_path, targets, stop):
    checked = tiny.encoded(20, seed=5)

    def trio():
        with_all = players(generator=True, teacher_save_every=2)
        return [Player(p.model, p.train, p.config, checked) for p in with_all]

    whole, fresh = trio(), trio()
    straight = list(algorithm_one(*whole, first_student(), targets=targets))
    begun = []
    steps = algorithm_one(*trio(), first_student(), targets=targets, folder=tmp_path)
    for step in steps:
        begun.append(step)
        if len(begun) == stop:
            break
    steps.close()
    rest = list(algorithm_one(*fresh, first_student(), targets=targets, folder=str(tmp_path)))
    names = ("teacher", "assistant", "student")
    for name in names:
        losses = [getattr(step, name).loss for step in begun + rest]
        assert losses == [getattr(step, name).loss for step in straight]
    for one, other in zip(whole, fresh, strict=True):
        assert tiny.equal(tiny.weights(one.model), tiny.weights(other.model))


class Killed(Exception):
    """Stands for a process that dies in the middle of a batch."""


@pytest.mark.parametrize("dies_at", [1, 7, 11, 16])
def test_a_run_killed_inside_a_batch_ends_with_the_same_weights(tmp_path, monkeypatch, dies_at):
    calls, clip = 0, torch.nn.utils.clip_grad_norm_

    def deadly(*arguments):
        nonlocal calls
        calls += 1
        if calls == dies_at:
            raise Killed
        return clip(*arguments)

    whole = players()
    list(algorithm_one(*whole, first_student(), targets="epoch"))
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(torch.nn.utils, "clip_grad_norm_", deadly)
        killed = players(teacher_save_every=2)
        list(algorithm_one(*killed, first_student(), targets="epoch", folder=tmp_path))
    again = players(teacher_save_every=2)
    list(algorithm_one(*again, first_student(), targets="epoch", folder=tmp_path))
    assert [weights_key(p.model) for p in again] == [weights_key(p.model) for p in whole]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"teacher_rate": 2e-2}, "another teacher's config"),
        ({"width": 32}, r"another student's config \(discriminator_width 64, here 32\)"),
        ({"other": True}, "another stage-1 student"),
        ({"targets": "epoch"}, "other targets"),
    ],
)
def test_a_folder_with_another_run_is_refused_in_words(tmp_path, change, said):
    list(algorithm_one(*players(), first_student(), folder=tmp_path))
    rate, width = change.get("teacher_rate", 1e-2), change.get("width", 64)
    trio = players(rate, discriminator_width=width)
    first = frozen_logits(tiny.bilstm(seed=4 if "other" in change else 3), tiny.encoded())
    with pytest.raises(ValueError, match=f"holds a run with {said}"):
        algorithm_one(*trio, first, targets=change.get("targets", "batch"), folder=tmp_path)


def test_all_three_models_are_whole_between_two_batches():
    trio = players()
    steps = algorithm_one(*trio, first_student())
    next(steps)
    shapes = [p.model.get_input_embeddings().weight.shape for p in trio]
    seen = [weights_key(p.model) for p in trio]
    steps.close()
    assert {shape[0] for shape in shapes} == {62}
    assert seen == [weights_key(p.model) for p in trio]


def test_a_moving_teacher_moves_only_when_looked_at():
    texts, model = tiny.encoded(), tiny.bilstm().train()
    moving = MovingTeacher(model, texts, 3)
    rows = torch.arange(8)
    moving.look(rows)
    torch.testing.assert_close(moving.logits[rows], predict(model, texts)[rows])
    assert moving.logits[8:].isnan().all()
    assert (moving.passes, model.training) == (8, True)


def test_players_that_do_not_fit_are_refused():
    trio, first = players(), first_student()
    other = Player(tiny.bilstm(), tiny.encoded(seed=4), trio[2].config)
    with pytest.raises(ValueError, match="the student reads other texts"):
        algorithm_one(trio[0], trio[1], other, first)
    longer = Player(tiny.bilstm(), trio[2].train, config(StageTwoWeights(0.5, 0.5, 0), epochs=3))
    with pytest.raises(ValueError, match="the student has epochs 3, wanted the teacher's 2"):
        algorithm_one(trio[0], trio[1], longer, first)
    wide = Player(tiny.bilstm(4), trio[2].train, trio[2].config)
    with pytest.raises(ValueError, match="the student has 4 classes, wanted the teacher's 3"):
        algorithm_one(trio[0], trio[1], wide, first)
    scores = replace(trio[2].train, labels=trio[2].train.labels.float())
    with pytest.raises(ValueError, match="training labels are scores"):
        algorithm_one(trio[0], trio[1], replace(trio[2], train=scores), first)
    with pytest.raises(ValueError, match="no model stands above the teacher"):
        algorithm_one(trio[1], trio[1], trio[2], first)
    with pytest.raises(ValueError, match="got targets='once'"):
        algorithm_one(*trio, first, targets="once")


def test_the_student_may_begin_with_the_pre_trained_players_of_the_algorithms_input(tmp_path):
    trio, other = players(generator=True), players(generator=True)
    texts, first = trio[2].train, first_student()
    networks, _ = pretrain(3, first, first, texts, trio[2].config, 1)
    trio[2] = replace(trio[2], pretrained=networks)
    steps = [next(algorithm_one(*three, first_student())).student for three in (trio, other)]
    assert steps[0].ce == steps[1].ce
    assert steps[0].discriminator_loss != steps[1].discriminator_loss
    begun = algorithm_one(*trio, first_student(), folder=tmp_path)
    next(begun)
    begun.close()
    trio[2] = replace(trio[2], pretrained=None)
    with pytest.raises(ValueError, match="pre-trained networks"):
        next(algorithm_one(*trio, first_student(), folder=tmp_path))


def changed(who, **more):
    """The three players, one of them with other settings or texts."""
    trio = players()
    place = ("teacher", "assistant", "student").index(who)
    settings = {name: more.pop(name) for name in ("reading", "generator") if name in more}
    trio[place] = replace(trio[place], config=replace(trio[place].config, **settings), **more)
    return trio


@pytest.mark.parametrize(
    ("trio", "first", "said"),
    [
        (changed("teacher", reading="resemble"), first_student(), "of the teacher: .*'resemble'"),
        (players(), None, "of the teacher: .*'differ' and the generator need the stage-1"),
        (changed("student", reading="differ"), None, "need the stage-1 student's logits"),
        (changed("student", generator=True), None, "need the stage-1 student's logits"),
        (
            changed("assistant", train=replace(tiny.encoded(), labels=None)),
            first_student(),
            "of the assistant: the training texts have no labels",
        ),
        (
            changed("student", validation=replace(tiny.encoded(12), labels=None)),
            first_student(),
            "of the student: the validation texts have no labels",
        ),
    ],
)
def test_an_adversary_or_a_loss_without_what_it_needs_is_refused(tmp_path, trio, first, said):
    folder = tmp_path / "run"
    with pytest.raises(ValueError, match=said):
        algorithm_one(*trio, first, folder=folder)
    assert not folder.exists()
