"""A teacher and its stored answers: both checks name usual mistakes, take other right answers."""

import pytest
import torch
import torch.nn.functional as F

from labkit.course.check import CheckFailed
from labkit.course.lesson_01 import teacher_checks
from labkit.data.batches import collate
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def logits_of(teacher, batch):
    return teacher(batch.input_ids, batch.attention_mask).logits


def no_eval(teacher, batch):
    with torch.no_grad():
        return logits_of(teacher, batch)


def stays_in_eval(teacher, batch):
    teacher.eval()
    return no_eval(teacher, batch)


def with_gradient(teacher, batch):
    mode = teacher.training
    found = logits_of(teacher.eval(), batch)
    teacher.train(mode)
    return found


def always_train(teacher, batch):
    found = stays_in_eval(teacher, batch)
    teacher.train()
    return found


def weights_frozen(teacher, batch):
    teacher.requires_grad_(False)
    return with_gradient(teacher, batch)


FROZEN = {
    "no eval": (no_eval, "two calls differ, dropout is still on"),
    "left in eval": (stays_in_eval, "put it back"),
    "always train": (always_train, "came with training=False"),
    "gradient": (with_gradient, "carry a gradient"),
    "probabilities": (
        lambda m, b: stays_in_eval(m, b).softmax(-1),
        "these are not the teacher's logits",
    ),
    "weights frozen": (weights_frozen, "frozen for good"),
    "the whole output": (lambda m, b: m(b.input_ids, b.attention_mask), "wanted a tensor"),
}


def ask(teacher, texts):
    return teacher(collate(texts, torch.arange(len(texts))))


ALIGNED = {
    "always True": (lambda *_: True, "got True"),
    "always False": (lambda *_: False, "got False"),
    "to the last digit": (lambda t, x, s: torch.equal(ask(t, x), s), "use a tolerance"),
    "first choice only": (
        lambda t, x, s: bool((ask(t, x).argmax(-1) == s.argmax(-1)).all()),
        "belong to the next text",
    ),
    "first text only": (
        lambda t, x, s: torch.allclose(ask(t, x)[0], s[0], atol=1e-3),
        "first text only",
    ),
    "first half only": (
        lambda t, x, s: torch.allclose(ask(t, x)[:6], s[:6], atol=1e-3),
        "first half only.*many rows from all places",
    ),
    "one truth value for each": (
        lambda t, x, s: (ask(t, x) - s).abs() < 1e-3,
        "`.all.*make one truth value of many",
    ),
    "the mean only": (
        lambda t, x, s: torch.allclose(ask(t, x).mean(0), s.mean(0), atol=1e-3),
        "belong to the next text",
    ),
    "the direction only": (
        lambda t, x, s: bool((F.cosine_similarity(ask(t, x), s) > 0.9999).all()),
        "of another size",
    ),
}


def restored(teacher, batch):
    mode = teacher.training
    found = stays_in_eval(teacher, batch)
    teacher.train(mode)
    return found


@torch.no_grad()
def with_decorator(teacher, batch):
    mode = teacher.training
    try:
        return logits_of(teacher.eval(), batch)
    finally:
        teacher.train(mode)


def every_row(teacher, texts, stored):
    return bool(((ask(teacher, texts) - stored).abs() < 1e-3).all())


def some_rows(teacher, texts, stored):
    rows = torch.arange(0, len(texts), 2)
    return torch.allclose(teacher(collate(texts, rows)), stored[rows], atol=1e-3)


def test_the_toy_teacher_always_chooses_the_same_class_so_that_values_must_be_compared():
    found = ask(teacher_checks._toy_teacher, teacher_checks._texts())
    assert len(found.argmax(-1).unique()) == 1
    assert len(found.unique(dim=0)) == len(found)


WRONG = [
    *refused(teacher_checks.frozen, FROZEN),
    *refused(teacher_checks.aligned, ALIGNED),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


RIGHT = {
    teacher_checks.frozen: (restored, with_decorator),
    teacher_checks.aligned: (every_row, some_rows),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
