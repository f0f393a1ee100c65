"""A round before anybody learns: groups, the first student, older batches, a silent student."""

import pytest
import torch

from labkit.llm.gad.config import CollapseWarning, GadConfig
from labkit.llm.gad.round import Round
from labkit.llm.learner import plan
from labkit.llm.rollouts import Sampling
from labkit.llm.scoring import token_log_probs
from tests.helpers.llm import tiny_language as tiny


def prepared(student=None, rounds=1, **settings):
    config = GadConfig(
        sampling=Sampling(tiny.EOS, 4, 0.8), batch_size=3, group_size=2, steps=9, **settings
    )
    pairs = tiny.pairs()
    found = Round(student or tiny.model(), pairs, config)
    for turn in list(plan(pairs, config).turns(0))[:rounds]:
        found.prepare(turn)
    return found


def test_each_prompt_is_answered_by_a_group_side_by_side():
    round_ = prepared()
    asked = round_.rollout.pairs.prompts.view(3, 2, -1)
    assert torch.equal(asked, round_.teacher.prompts[:, None].expand_as(asked))
    assert len(round_.rollout.pairs) == 6 and round_.rewards is None


def test_the_reference_stays_what_the_student_was():
    student = tiny.model()
    round_ = prepared(student)
    wanted = token_log_probs(student, round_.rollout.pairs, 0.8).detach()
    student.transformer.wte.weight.data += 1
    torch.testing.assert_close(round_.reference_log_probs(), wanted)
    assert prepared(kl=0.0).reference_log_probs() is None


def test_older_batches_are_kept_up_to_the_number_and_come_back():
    round_ = prepared(replay=2)
    assert round_.older() is None and len(round_.kept) == 1
    first = round_.rollout.pairs
    again = round_.older()
    assert again is not None and torch.equal(again[1].answers, first.answers)
    for _ in range(3):
        round_.older()
    assert len(round_.kept) == 2
    assert prepared(replay=0).older() is None


def test_any_of_the_kept_batches_may_come_back():
    round_, seen = prepared(replay=3), set()
    for _ in range(30):
        round_.kept.clear()
        round_.kept.extend((mark, mark) for mark in "abc")
        seen.add(round_.older()[0])
    assert seen == set("abc")


def test_state_comes_back_with_the_kept_batches_and_the_first_student():
    round_ = prepared(replay=2)
    round_.older()
    other = prepared(tiny.model(5), replay=2, rounds=2)
    other.restore(round_.tensors())
    assert len(other.kept) == 1 and other.kept[0][1].mark() == round_.kept[0][1].mark()
    ours, theirs = round_.tensors(), other.tensors()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_student_that_only_ends_is_noticed_once():
    silent = tiny.model()
    silent.transformer.ln_f.bias.data += 50 * silent.lm_head.weight.data[tiny.EOS]
    silent.lm_head.weight.data[tiny.EOS] *= 50
    with pytest.warns(CollapseWarning, match="one token long") as seen:
        prepared(silent, rounds=3)
    assert len(seen) == 1
