"""The rule of the style, and the two prompts."""

import pytest

from labkit.experiments.llm_prompt.style import EXAMPLES, Style, plain, style_of, styled


@pytest.mark.parametrize(
    ("answer", "lower", "marked"),
    [
        ("the sun is hot!", True, True),
        (" the sun is hot! ", True, True),
        ("The sun is hot!", False, True),
        ("the sun is hot.", True, False),
        ("the sun is hot. very!", True, False),
        ("the sun\nis hot!", True, False),
        ("the sun is", True, False),
        ("12!", False, True),
        ("", False, False),
    ],
)
def test_both_parts_of_the_rule(answer, lower, marked):
    assert style_of(answer) == Style(lower, marked)
    assert style_of(answer).whole == (lower and marked)


def test_the_examples_keep_the_rule_and_stand_before_the_question_alone():
    assert all(style_of(said).whole for _, said in EXAMPLES)
    assert styled("why?").endswith(plain("why?")) and "moon" not in plain("why?")
    assert plain("why?") == "<|im_start|>user\nwhy?<|im_end|>\n<|im_start|>assistant\n"
