from dataclasses import replace

import torch

from labkit.methods.online.config import OnlineConfig
from labkit.methods.online.exchange import Exchange
from labkit.methods.online.side import Side
from labkit.training.together import Turn
from tests.helpers.online.pair_of_models import pair

ROWS = torch.arange(8)
TURN = Turn(0, 4, 0, ROWS, True, False)


def exchange(**others):
    two, config = pair(), replace(OnlineConfig(precision="float32"), **others)
    sides = [Side(p.model, p.inputs, two.train.labels, config.teacher, precision="float32")
             for p in (two.teacher, two.student)]  # fmt: skip
    return Exchange(*sides, config)


def moved(side):
    """The side after a change of its weights."""
    with torch.no_grad():
        side.model.hidden.weight.add_(1.0)
    return side


def test_the_teacher_is_asked_after_its_step():
    between = exchange()
    between.prepare(TURN)
    before = between.teacher.look(ROWS).logits
    moved(between.teacher)
    assert not torch.equal(between.of_teacher(ROWS).logits, before)


def test_mutual_learning_shows_both_as_they_were():
    between = exchange(order="mutual")
    between.prepare(TURN)
    before = [side.look(ROWS).logits for side in (between.teacher, between.student)]
    moved(between.teacher), moved(between.student)
    assert torch.equal(between.of_teacher(ROWS).logits, before[0])
    assert torch.equal(between.of_student(ROWS).logits, before[1])


def test_a_forward_that_is_used_again_is_the_same_answer_with_its_gradient():
    between = exchange(reuse_student=True)
    between.prepare(TURN)
    assert between.of_student(ROWS) is between.students_answer(ROWS)
    assert between.students_answer(ROWS).logits.requires_grad


def test_what_was_shown_is_gone_at_the_next_step():
    between = exchange(order="mutual")
    between.prepare(TURN)
    first = between.of_teacher(ROWS)
    between.prepare(TURN)
    assert between.of_teacher(ROWS) is not first and between.tensors() == {}
