"""A run of `distill` on disk: stopped, killed, gone on with, and never taken for another one."""

import json
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from labkit.data.encoding.encoded import encode
from labkit.losses.kl import logit_mse, soft_kl
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.training.teacher_logits import StoredTargets, TeacherLogits
from tests.helpers import tiny
from tests.helpers.tiny import QUICK, run


@pytest.mark.parametrize("stop", [1, 4, 6, 7, 17])
def test_a_stopped_run_ends_with_the_same_weights(tmp_path, stop):
    whole, stopped = tiny.bilstm(), tiny.bilstm()
    checked = tiny.encoded(20, seed=9)
    source = TeacherLogits(tiny.bert(), tiny.encoded())
    straight = run(whole, QUICK, source, validation=checked)
    begun = run(stopped, QUICK, source, stop=stop, validation=checked, folder=tmp_path)
    fresh = tiny.bilstm()
    rest = run(fresh, QUICK, source, validation=checked, folder=tmp_path)
    assert [step.index for step in begun + rest] == list(range(18))
    assert [step.loss for step in begun + rest] == [step.loss for step in straight]
    assert tiny.equal(tiny.weights(fresh), tiny.weights(whole))


class Killed(Exception):
    """Stands for a process that dies in the middle of a step."""


@pytest.mark.parametrize("dies_at", [0, 3, 5, 10])
def test_a_run_killed_inside_a_step_ends_with_the_same_weights(tmp_path, monkeypatch, dies_at):
    calls = 0
    clip = torch.nn.utils.clip_grad_norm_

    def deadly(*arguments):
        nonlocal calls
        calls += 1
        if calls == dies_at + 1:
            raise Killed
        return clip(*arguments)

    whole, fresh = tiny.bilstm(), tiny.bilstm()
    run(whole)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(torch.nn.utils, "clip_grad_norm_", deadly)
        run(tiny.bilstm(), folder=tmp_path)
    run(fresh, folder=tmp_path)
    assert tiny.equal(tiny.weights(fresh), tiny.weights(whole))
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["index"] for line in lines] == list(range(18))


def test_a_finished_run_is_not_run_again(tmp_path):
    first, again = tiny.bilstm(), tiny.bilstm()
    run(first, folder=tmp_path, validation=tiny.encoded(20, seed=9))
    assert run(again, folder=tmp_path, validation=tiny.encoded(20, seed=9)) == []
    assert tiny.equal(tiny.weights(first), tiny.weights(again))


def test_a_folder_with_another_configuration_is_refused(tmp_path):
    run(tiny.bilstm(), folder=tmp_path, stop=2)
    other = DistillConfig(Weights(ce=1, kd=0), epochs=3, batch_size=8, save_every=4, seed=7)
    with pytest.raises(ValueError, match="another config"):
        run(tiny.bilstm(), other, folder=tmp_path)


def other_labels():
    return replace(tiny.encoded(), labels=(tiny.encoded().labels + 1) % 3)


def cut_shorter():
    return encode(tiny.texts()[0], tiny.tokenizer(), tiny.texts()[1], max_length=4)


def squared(logits, labels):
    return (logits - F.one_hot(labels, 3)).square().mean()


def targets(sign):
    return StoredTargets(tiny.encoded(), sign * torch.eye(3)[tiny.encoded().labels])


def another(**change):
    """The run that the folder holds, with one thing changed."""
    given = {
        "student": tiny.bilstm(),
        "teacher": targets(1),
        "train": tiny.encoded(),
        "config": QUICK,
        "validation": tiny.encoded(20, seed=9),
    }
    return distill(**(given | change))


@pytest.mark.parametrize("stop", [2, None])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: {"teacher": targets(-1)}, "another teacher"),
        (lambda: {"teacher": TeacherLogits(tiny.bert(), tiny.encoded())}, "another teacher"),
        (lambda: {"train": other_labels()}, "other labels"),
        (lambda: {"train": cut_shorter()}, "other token ids"),
        (lambda: {"soft_loss": logit_mse}, "another soft loss"),
        (lambda: {"soft_loss": lambda s, t, T: soft_kl(s, t, T) * 2}, "another soft loss"),
        (lambda: {"hard_loss": squared}, "another hard loss"),
        (lambda: {"student": tiny.bilstm(seed=7)}, "other first weights"),
        (lambda: {"student": tiny.bilstm(4)}, "another student, other first weights"),
        (lambda: {"validation": tiny.encoded(20, seed=8)}, "other validation texts"),
        (lambda: {"config": replace(QUICK, seed=3)}, r"another config \(seed 0, here 3\)"),
    ],
)
def test_a_folder_with_a_run_that_differs_is_refused_in_words(tmp_path, stop, change, said):
    for count, _ in enumerate(another(folder=tmp_path), start=1):
        if count == stop:
            break
    with pytest.raises(ValueError, match=f"holds a run with {said}.*choose another folder"):
        another(**change(), folder=tmp_path)


def test_two_teachers_of_the_same_weights_are_one_teacher(tmp_path):
    list(another(teacher=TeacherLogits(tiny.bert(), tiny.encoded()), folder=tmp_path))
    again = another(teacher=TeacherLogits(tiny.bert(), tiny.encoded()), folder=str(tmp_path))
    assert list(again) == []


def test_the_student_of_a_stopped_run_may_go_on_as_it_was_left(tmp_path):
    whole, same = tiny.bilstm(), tiny.bilstm()
    run(whole)
    run(same, stop=7, folder=tmp_path)
    run(same, folder=tmp_path)
    assert tiny.equal(tiny.weights(same), tiny.weights(whole))
    assert run(same, folder=tmp_path) == []


def test_the_configuration_and_the_versions_stand_beside_the_result(tmp_path):
    run(tiny.bilstm(), folder=tmp_path, stop=1)
    stored = json.loads((tmp_path / "config.json").read_text())
    assert stored["run"]["config"]["weights"] == {"ce": 1, "kd": 0}
    assert stored["versions"]["torch"] == torch.__version__
