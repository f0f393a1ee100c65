"""Parts are cut by class and by the hash of the text, and no text stands on two sides."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.data.splits import cut, first_of_each, short_key, text_key, without


@settings(max_examples=200, derandomize=True, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=80))
def test_every_text_stands_in_exactly_one_part(rows):
    keys = [text_key(f"text {number}") for number, _ in rows]
    parts = cut(keys, [label for _, label in rows], (0.8, 0.1, 0.1))
    placed = [keys[row] for part in parts for row in part]
    assert Counter(placed) == Counter(set(keys))


def test_each_class_is_cut_by_itself():
    keys = [text_key(f"text {number}") for number in range(100)]
    strata = [number % 10 == 0 for number in range(100)]
    _, held = cut(keys, strata, (0.8, 0.2))
    assert Counter(strata[row] for row in held) == {False: 18, True: 2}


def test_the_cut_does_not_depend_on_the_order_of_the_rows():
    keys = [text_key(f"text {number}") for number in range(50)]
    forwards = cut(keys, [0] * 50, (0.8, 0.2))
    backwards = cut(keys[::-1], [0] * 50, (0.8, 0.2))
    assert [keys[row] for row in forwards[1]] == [keys[::-1][row] for row in backwards[1]]


@pytest.mark.parametrize("shares", [(0.5, 0.6), (1.0, 0.0), (1.5, -0.5)])
def test_shares_that_are_no_shares_are_refused(shares):
    with pytest.raises(ValueError, match="sum to 1"):
        cut(["a"], [0], shares)


def test_repeated_and_forbidden_rows_are_left_out_in_order():
    assert list(first_of_each(["b", "a", "b", "c"])) == [0, 1, 3]
    assert list(without(["b", "a", "b", "c"], {"b"})) == [1, 3]
    assert list(without(["b", "a"], set())) == [0, 1]


def test_a_key_ignores_case_and_white_space_but_not_which_text_is_which() -> None:
    assert text_key("A  b\n") == text_key("a b")
    assert text_key("a", "b") != text_key("b", "a") != text_key("ba")


def test_shares_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match=r"sum to 1, got \[0\.5, 0\.6\]"):
        cut(["a"], [0], [0.5, 0.6])


def test_short_keys_cut_as_whole_ones_do() -> None:
    texts = [f"text {number % 70}" for number in range(100)]
    strata = [number % 3 for number in range(100)]
    whole = cut([text_key(text) for text in texts], strata, (0.7, 0.3))
    short = cut(np.array([short_key(text) for text in texts], np.uint64), strata, (0.7, 0.3))
    assert [list(part) for part in short] == [list(part) for part in whole]


def test_short_keys_are_the_beginning_of_whole_ones() -> None:
    assert f"{short_key('a', 'b'):016x}" == text_key("a", "b")[:16]
