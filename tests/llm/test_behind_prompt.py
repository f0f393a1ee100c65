"""A teacher behind words of its own scores as if they stood in the text."""

import copy

import pytest
import torch

from labkit.llm.behind_prompt import BehindPrompt
from labkit.llm.scoring import answer_logits
from labkit.llm.tokens import pairs_of
from labkit.llm.white_box import WhiteBoxConfig, white_box
from tests.helpers.llm import tiny_language as tiny

WORDS = [3, 7, 2, 9]
PROMPTS, ANSWERS = [[4, 5, 6], [8], [2, 2]], [[4, 1], [5, 6, 7, 1], [9, 1]]


def fixed(model):
    return model.eval().requires_grad_(False)


def both():
    ended = [True] * len(PROMPTS)
    given = pairs_of(PROMPTS, ANSWERS, ended)
    return given, pairs_of([[*WORDS, *one] for one in PROMPTS], ANSWERS, ended)


@pytest.mark.parametrize("build", [tiny.llama, tiny.model])
def test_it_says_what_the_model_says_to_words_and_prompt_in_one_piece(build):
    model = fixed(build())
    given, whole = both()
    teacher = BehindPrompt(model, WORDS)
    wanted = answer_logits(model, whole)
    for _ in range(2):  # the words are kept, and reading behind them does not change them
        found = answer_logits(teacher, given)
        assert torch.allclose(found[given.mask], wanted[given.mask], atol=1e-5)
    plain = answer_logits(model, given)
    assert not torch.allclose(plain[given.mask], wanted[given.mask], atol=1e-2)


def test_rows_of_one_length_need_no_mask():
    model, teacher = fixed(tiny.llama()), BehindPrompt(fixed(tiny.llama()), WORDS)
    found = teacher(input_ids=torch.tensor([[4, 5], [6, 7]])).logits
    wanted = model(input_ids=torch.tensor([[*WORDS, 4, 5], [*WORDS, 6, 7]])).logits[:, -2:]
    assert torch.allclose(found, wanted, atol=1e-5)


def test_a_student_learns_from_it_what_the_words_ask_for():
    teacher = BehindPrompt(fixed(tiny.llama()), WORDS)
    student, pairs = copy.deepcopy(teacher.model).requires_grad_(True), tiny.pairs(16)
    how = WhiteBoxConfig(steps=30, batch_size=16, own_share=0.0, divergence="forward_kl")
    steps = list(white_box(student, teacher, pairs, how))
    assert steps[0].loss > 1e-3 and steps[-1].loss < 0.7 * steps[0].loss


def test_words_are_part_of_what_it_is_known_by():
    model = fixed(tiny.llama())
    one, other = BehindPrompt(model, WORDS), BehindPrompt(model, WORDS[::-1])
    assert not torch.equal(one.state_dict()["words"], other.state_dict()["words"])


def test_what_cannot_be_right_is_refused():
    with pytest.raises(ValueError, match="no words"):
        BehindPrompt(fixed(tiny.llama()), [])
    with pytest.raises(ValueError, match="may learn"):
        BehindPrompt(tiny.llama(), WORDS)
    teacher = BehindPrompt(fixed(tiny.llama()), WORDS)  # it reads 16 tokens
    teacher(input_ids=torch.ones(1, 12, dtype=torch.long))
    with pytest.raises(ValueError, match="got 17 tokens with the 4 words"):
        teacher(input_ids=torch.ones(1, 13, dtype=torch.long))
