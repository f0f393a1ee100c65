"""Answers and prompts."""

import pytest

from labkit.llm.teachers.answers import Answer, check_prompts


def test_only_an_answer_that_stopped_is_whole():
    assert Answer("a").whole
    assert not Answer("a", "length").whole and not Answer("a", "content_filter").whole


@pytest.mark.parametrize("prompts", [[], "one text", ["fine", ""], ["fine", "\n"], ["fine", None]])
def test_prompts_without_anything_in_them_are_refused(prompts):
    with pytest.raises(ValueError, match=r"wanted a list|prompt 1 is empty"):
        check_prompts(prompts)
    assert check_prompts(["fine"]) is None
