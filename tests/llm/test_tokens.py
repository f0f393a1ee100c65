"""Prompts and answers as ids: what counts, what is cut away, what they are known by."""

import pytest
import torch

from labkit.llm.tokens import Pairs, length_mask, pairs_of, same_prompts

THREE = pairs_of([[5], [6, 7, 8], [9, 5]], [[2, 1], [3, 1], [4, 4, 4]], [True, True, False])


def test_prompts_are_filled_on_the_left_and_answers_on_the_right():
    assert THREE.prompts.tolist() == [[0, 0, 5], [6, 7, 8], [0, 9, 5]]
    assert THREE.answers.tolist() == [[2, 1, 0], [3, 1, 0], [4, 4, 4]]
    assert THREE.prompt_mask.tolist() == [[False, False, True], [True] * 3, [False, True, True]]
    assert THREE.mask.tolist() == [[True, True, False], [True, True, False], [True] * 3]
    assert THREE.ended.tolist() == [True, True, False]


def test_the_end_token_counts_also_where_it_is_the_padding():
    filled = pairs_of([[5], [5]], [[2, 1], [2, 2, 2, 1]], [True, True], pad_id=1)
    assert filled.answers[0].tolist() == [2, 1, 1, 1]
    assert filled.mask[0].tolist() == [True, True, False, False]


def test_length_mask_of_nothing_and_of_all():
    assert length_mask(torch.tensor([0, 2]), 2).tolist() == [[False, False], [True, True]]


def test_rows_leave_out_the_columns_that_nobody_needs():
    first = THREE.rows(torch.tensor([0, 0]))
    assert first.prompts.tolist() == [[5], [5]] and first.answers.tolist() == [[2, 1], [2, 1]]
    assert THREE.rows(torch.arange(3)).prompts.tolist() == THREE.prompts.tolist()


def test_repeat_puts_the_answers_of_a_prompt_side_by_side():
    assert THREE.repeat(2).prompt_lengths.tolist() == [1, 1, 3, 3, 2, 2]


def test_the_mark_changes_with_any_number():
    other = Pairs(THREE.prompts, THREE.prompt_lengths, THREE.answers, THREE.answer_lengths,
                  ~THREE.ended)  # fmt: skip
    again = THREE.to(torch.device("cpu"))
    assert again.mark() == THREE.mark() != other.mark()


def test_the_same_prompts_are_known_whatever_fills_the_rows():
    filled = pairs_of([[5], [6, 7, 8], [9, 5]], [[1]] * 3, [True] * 3, pad_id=3)
    assert same_prompts(THREE, filled)
    assert same_prompts(THREE.rows(torch.tensor([0])), filled.rows(torch.tensor([0])))
    changed = pairs_of([[5], [6, 7, 8], [9, 4]], [[1]] * 3, [True] * 3)
    assert not same_prompts(THREE, changed)
    assert not same_prompts(THREE, THREE.rows(torch.tensor([0, 1])))


@pytest.mark.parametrize(
    ("prompts", "answers", "says"),
    [
        ([[5], []], [[1], [1]], "the prompt of pair 1 has no tokens"),
        ([[5], [5]], [[], [1]], "the answer of pair 0 has no tokens"),
        ([[5]], [[1], [1]], "equally many"),
        ([], [], "at least one"),
    ],
)
def test_what_does_not_fit_is_refused(prompts, answers, says):
    with pytest.raises(ValueError, match=says):
        pairs_of(prompts, answers, [True] * len(answers))
