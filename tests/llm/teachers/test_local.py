"""A model at hand as a teacher."""

import torch

from labkit.llm.encode import encode_pairs
from labkit.llm.rollouts import Sampling
from labkit.llm.scoring import answer_logits
from labkit.llm.teachers.local import LocalTeacher
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.tiny_tokenizer import tokenizer

PROMPTS = ["ab", "cde", "f"] * 5


def teacher(**settings):
    return LocalTeacher(tiny.llama(), tokenizer(), Sampling(tiny.EOS, 5), **settings)


def test_answers_come_in_order_by_the_seed_alone():
    before = torch.get_rng_state()
    first, again, other = (teacher(seed=seed).answers(PROMPTS) for seed in (0, 0, 1))
    assert first == again != other and len(first) == 15
    assert torch.equal(before, torch.get_rng_state())
    assert {answer.finish for answer in first} == {"stop", "length"}


def test_logits_are_those_of_the_model_without_dropout():
    box = teacher()
    pairs = encode_pairs(box.tokenizer, PROMPTS, box.answers(PROMPTS), 5, 5)
    found = box.logits(pairs)
    torch.testing.assert_close(found, answer_logits(box.model, pairs))
    assert not found.requires_grad
