import functools
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from labkit.data.encoding.encoded import encode
from labkit.files import fingerprint
from labkit.losses.by_name import named
from labkit.losses.kl import logit_mse, soft_kl
from labkit.training import marks
from labkit.training.marks import (
    architecture,
    label_mark,
    mark_of,
    tensor_bytes,
    token_mark,
    weights_key,
)
from labkit.training.moving_teacher import EpochTargets, MovingTeacher
from labkit.training.teacher_logits import StoredTargets, TeacherLogits
from tests.helpers import tiny


def scaled(factor):
    return lambda student, teacher, temperature: factor * soft_kl(student, teacher, temperature)


class Recorder:
    """A callable with a setting of its own."""

    def __init__(self, weight):
        self.weight = weight

    def __call__(self, logits, labels):
        return self.weight * F.cross_entropy(logits, labels)


ONE, OTHER = tiny.encoded(), tiny.encoded(seed=1)
PARTS = {
    "nothing": (lambda: None, lambda: 0),
    "functions": (lambda: soft_kl, lambda: logit_mse),
    "closures": (lambda: scaled(2), lambda: scaled(3)),
    "constants of the code": (lambda: lambda a: a * 2, lambda: lambda a: a * 3),
    "partial": (lambda: functools.partial(F.cross_entropy), lambda: functools.partial(soft_kl)),
    "partial values": (
        lambda: functools.partial(F.cross_entropy, label_smoothing=0.1),
        lambda: functools.partial(F.cross_entropy, label_smoothing=0.2),
    ),
    "losses by name": (lambda: named("kl"), lambda: named("dkd")),
    "callable objects": (lambda: Recorder(1), lambda: Recorder(2)),
    "stored targets": (
        lambda: StoredTargets(ONE, torch.zeros(48, 3)),
        lambda: StoredTargets(ONE, torch.ones(48, 3)),
    ),
    "texts of the targets": (
        lambda: StoredTargets(ONE, torch.zeros(48, 3)),
        lambda: StoredTargets(OTHER, torch.zeros(48, 3)),
    ),
    "teachers": (
        lambda: TeacherLogits(tiny.bert(), ONE),
        lambda: TeacherLogits(tiny.bert(seed=1), ONE),
    ),
    "precision of a teacher": (
        lambda: TeacherLogits(tiny.bert(), ONE, precision="float32"),
        lambda: TeacherLogits(tiny.bert(), ONE, precision="bfloat16"),
    ),
    "targets by epoch": (
        lambda: EpochTargets(ONE, [torch.zeros(48, 3)]),
        lambda: EpochTargets(ONE, [torch.zeros(48, 3)] * 2),
    ),
    "moving teachers": (
        lambda: MovingTeacher(tiny.bert(), ONE, 3),
        lambda: MovingTeacher(tiny.bilstm(), ONE, 3),
    ),
    "models": (tiny.bilstm, lambda: tiny.bilstm(seed=1)),
    "tensors": (lambda: torch.zeros(3), lambda: torch.zeros(3, 1)),
}


@pytest.mark.parametrize(("one", "other"), PARTS.values(), ids=PARTS.keys())
def test_equal_parts_have_one_mark_and_different_ones_two(one, other):
    assert mark_of(one()) == mark_of(one())
    assert mark_of(one()) != mark_of(other())


def test_a_mark_of_weights_changes_with_any_number():
    model = tiny.bilstm()
    before = weights_key(model)
    with torch.no_grad():
        model.classifier.bias[1] += 1e-6
    assert weights_key(model) != before
    assert architecture(model) == architecture(tiny.bilstm(seed=4))
    assert architecture(model) != architecture(tiny.bilstm(4))


@pytest.mark.parametrize("at_once", [7, 1 << 20])
def test_the_mark_of_tokens_does_not_ask_how_many_bytes_they_take(monkeypatch, at_once):
    monkeypatch.setattr(marks, "TOKENS_AT_ONCE", at_once)
    long = replace(ONE, ids=ONE.ids.long())
    assert token_mark(long) == token_mark(ONE) == fingerprint(
        tensor_bytes(long.ids), tensor_bytes(long.lengths), long.pad_id
    )  # fmt: skip


def test_texts_are_known_by_their_tokens_and_labels_too():
    made, labels = tiny.texts()
    short = encode(made, tiny.tokenizer(), labels, max_length=4)
    assert short.key == ONE.key
    assert token_mark(short) != token_mark(ONE)
    assert label_mark(short) == label_mark(ONE)
    assert label_mark(replace(ONE, labels=ONE.labels.flip(0))) != label_mark(ONE)
    assert label_mark(replace(ONE, labels=None)) is None
