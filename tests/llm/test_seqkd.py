"""SeqKD: it learns the text, reports what it counts, and resumes to the last bit."""

import math

import pytest
import torch

from labkit.llm.config import Descent, RunConfig
from labkit.llm.losses import sequence_nll
from labkit.llm.scoring import answer_logits
from labkit.llm.seqkd import seqkd
from labkit.llm.tokens import pairs_of
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.resuming import same_to_the_last_bit

SOON = RunConfig(steps=7, batch_size=8, save_every=3)


def test_a_student_learns_the_teachers_text():
    student, pairs = tiny.model(width=16), tiny.pairs(200)
    steps = list(seqkd(student, pairs, RunConfig(steps=150, student=Descent(2e-2))))
    assert len(steps) == 150
    assert steps[0].loss == pytest.approx(math.log(tiny.VOCABULARY), abs=0.4)
    # one half bit per answer cannot be known: whether the letter is said twice
    assert steps[-1].loss < 0.5


def test_the_loss_is_that_of_the_batch_before_the_step():
    student, pairs = tiny.model(), tiny.pairs(8)
    batch = pairs.rows(torch.arange(8))
    wanted = sequence_nll(answer_logits(student, batch), batch.answers, batch.mask)
    (step,) = seqkd(student, pairs, RunConfig(steps=1, batch_size=8))
    assert step.loss == pytest.approx(wanted.item(), abs=1e-6)
    assert step.tokens == int(pairs.answer_lengths.sum()) and step.gradient_norm > 0


def test_a_run_that_was_stopped_ends_with_the_same_weights(tmp_path):
    def build():
        student = tiny.model().train()
        student.transformer.drop.p = 0.3
        return [student], lambda folder: seqkd(student, tiny.pairs(), SOON, folder=folder)

    assert same_to_the_last_bit(build, tmp_path, after=4)


def test_the_end_token_is_learnt_also_where_it_is_the_padding():
    prompts, answers = [[5], [6]], [[5, 1], [6, 6, 6, 1]]
    found = []
    for pad in (0, 1, 9):
        student = tiny.model()
        pairs = pairs_of(prompts, answers, [True, True], pad_id=pad)
        found.append([step.loss for step in seqkd(student, pairs, SOON)])
    assert found[0] == pytest.approx(found[1], abs=1e-5)
    assert found[0] == pytest.approx(found[2], abs=1e-5)


def test_texts_that_do_not_fit_are_refused_before_the_first_step():
    with pytest.raises(ValueError, match="together 17"):
        seqkd(tiny.model(), pairs_of([[5] * 9], [[4] * 8], [False]), SOON)
    with pytest.raises(ValueError, match="token 4, wanted ids below"):
        seqkd(tiny.model(vocabulary=3), pairs_of([[2]], [[4]], [False]), SOON)
