"""Texts become ids: one end path, honest cuts, clear refusals."""

import pytest
import torch

from labkit.llm.encode import decode_answers, encode_pairs, encode_prompts
from labkit.llm.teachers.answers import Answer
from tests.helpers.llm.tiny_tokenizer import tokenizer

TOKENIZER = tokenizer()


def encoded(prompts, answers, **more):
    return encode_pairs(TOKENIZER, prompts, answers, **{"max_prompt": 5, "max_answer": 4, **more})


def test_a_whole_answer_gets_the_end_token_and_a_cut_one_does_not():
    pairs = encoded(["ab", "c"], [Answer("ab"), Answer("ba", "length")])
    assert pairs.prompts.tolist() == [[2, 3], [1, 4]]
    assert pairs.answers.tolist() == [[2, 3, 1], [3, 2, 1]]
    assert pairs.mask.tolist() == [[True] * 3, [True, True, False]]
    assert pairs.ended.tolist() == [True, False]


def test_a_long_answer_is_cut_where_the_students_is_and_loses_its_end():
    pairs = encoded(["ab"] * 2, [Answer("abcd"), Answer("abc")])
    assert pairs.answers.tolist() == [[2, 3, 4, 5], [2, 3, 4, 1]]
    assert pairs.ended.tolist() == [False, True]


def test_an_empty_whole_answer_is_the_end_token_alone():
    pairs = encoded(["ab"], [Answer("")])
    assert pairs.answers.tolist() == [[1]] and pairs.ended.tolist() == [True]
    assert torch.equal(encode_prompts(TOKENIZER, ["ab"], 5).prompts, pairs.prompts)


def test_texts_come_back_as_they_were():
    answers = [Answer("ab c"), Answer("gh", "length"), Answer("")]
    assert decode_answers(TOKENIZER, encoded(["a"] * 3, answers, max_answer=9)) == answers


def test_a_chat_template_is_put_around_the_prompt():
    pairs = encoded(["ab"], [Answer("c")], chat=True)
    assert pairs.prompts.tolist() == [[2, 3, 10]]


@pytest.mark.parametrize(
    ("prompts", "answers", "says"),
    [
        (["ab", " "], [Answer("a")] * 2, "prompt 1 is empty"),
        ([], [], "no prompts"),
        ("ab", [Answer("a")], "one text"),
        (["a"], [Answer("a")] * 2, "1 prompts and 2 answers"),
        (["a", "abcdef"], [Answer("a")] * 2, "1 of 2 prompts are longer than 5 tokens .*prompt 1"),
        (["a"], [Answer("", "length")], "answer 0 is empty and not whole"),
        (["a"], [Answer("b<end>c")], "answer 0 holds the end token itself"),
    ],
)
def test_what_cannot_be_encoded_is_refused(prompts, answers, says):
    with pytest.raises(ValueError, match=says):
        encoded(prompts, answers)


def test_a_tokenizer_without_an_end_token_is_refused():
    with pytest.raises(ValueError, match="without it no answer ever ends"):
        encode_pairs(tokenizer(None), ["a"], [Answer("a")], 5, 5)
