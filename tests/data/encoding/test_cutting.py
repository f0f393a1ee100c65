"""Long texts give the ids that the tokenizer gives to the whole, for the cost of a part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.data.encoding.cutting import (
    CHARACTERS,
    NOTHING_CUT,
    Cut,
    all_cut,
    head,
    strings,
    token_ids,
)
from tests.helpers import tiny
from tests.helpers.properties import many

TOKENIZER = tiny.tokenizer()
WORDS = st.sampled_from(["word1", "word2", "x", "  ", "\n", "é", "🙂", "z" * 300, "。", "don't"])
TEXTS = st.builds(lambda words, times: " ".join(words * times), st.lists(WORDS), st.integers(0, 40))


class Counting:
    """A tokenizer that counts the characters it is given."""

    def __init__(self) -> None:
        self.characters = 0
        self.truncation_side = "right"

    def __call__(self, texts: list[str], *others: list[str], **settings: object) -> object:
        self.characters += sum(map(len, texts))
        return TOKENIZER(texts, *others, **settings)


@many
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), most=st.integers(3, 9))
def test_cut_texts_have_the_ids_of_whole_ones(texts: list[str], most: int) -> None:
    ids, cut = token_ids(texts, TOKENIZER, most)
    assert ids == TOKENIZER(texts, truncation=True, max_length=most)["input_ids"]
    whole = TOKENIZER(texts)["input_ids"]
    assert cut.rows == sum(len(row) > most for row in whole)
    assert (cut.share > 0) == (cut.rows > 0) and 0 <= cut.share < 1


@many
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), most=st.integers(4, 9))
def test_cut_pairs_have_the_ids_of_whole_ones(rows: list[tuple[str, str]], most: int) -> None:
    texts, pairs = [one for one, _ in rows], [other for _, other in rows]
    ids, _ = token_ids(texts, TOKENIZER, most, pairs)
    whole = TOKENIZER(texts, pairs, truncation=True, max_length=most)["input_ids"]
    for text, pair, found, wanted in zip(texts, pairs, ids, whole, strict=True):
        if min(len(text), len(pair)) <= CHARACTERS * most // 2:
            assert found == wanted
        assert found in (wanted, _with_the_odd_token_in_the_other(text, pair, most))


def _with_the_odd_token_in_the_other(text: str, pair: str, most: int) -> list[int]:
    one, other = (TOKENIZER(each)["input_ids"] for each in (text, pair))
    first = most // 2 if len(one) > len(other) else most - most // 2
    return [*one[:first], *other[: most - first]]


@pytest.mark.parametrize("both", ["word1 " * 10_000, "z" * 300 + " word2" * 9_000, " " * 60_000])
def test_a_pair_of_long_texts_costs_the_tokens_that_are_kept(both: str) -> None:
    counting = Counting()
    ids, _ = token_ids([both, "x", both], counting, 17, [both + "x", both, "x"])
    assert ids[0] == [*TOKENIZER(both)["input_ids"][:8], *TOKENIZER(both + "x")["input_ids"][:9]]
    assert counting.characters < (12_000 if both.strip() else 600_000)


def test_of_two_long_texts_the_one_of_more_tokens_gets_the_odd_one() -> None:
    thin, thick = " ".join(["z" * 90] * 200), "word1 " * 2_000
    for one, other in ((thin, thick), (thick, thin)):
        whole = TOKENIZER([one], [other], truncation=True, max_length=9)["input_ids"]
        assert token_ids([one], TOKENIZER, 9, [other])[0] == whole


def test_a_long_text_costs_the_tokens_that_are_kept() -> None:
    counting = Counting()
    text = "word1 " * 10_000
    ids, cut = token_ids([text], counting, 16)
    assert len(ids[0]) == 16 and counting.characters < 1_000
    assert cut.rows == 1 and cut.share == pytest.approx(1 - 16 / 10_000, abs=0.001)


def test_a_text_of_few_tokens_is_read_on_until_there_are_enough() -> None:
    text = " ".join(["z" * 400] * 30)
    assert token_ids([text], TOKENIZER, 16)[0] == [[1] * 16]
    assert token_ids([text[:900]], TOKENIZER, 16) == ([[1] * 3], NOTHING_CUT)


def test_a_text_ends_before_a_space_or_after_a_chinese_stop_and_never_inside_a_word() -> None:
    assert head("one two three", 5) == "one two"
    assert head("一二三。四五六", 2) == "一二三。"
    assert head("unbroken" * 9, 5) == "unbroken" * 9


def test_one_text_instead_of_a_list_and_what_is_no_text_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got one text for texts, 'just one text'; wanted a list"):
        strings("just one text", "texts")
    with pytest.raises(ValueError, match=r"pairs\[1\] is a float \(nan\), wanted a string"):
        strings(["a", float("nan")], "pairs")
    assert strings(["a\ud83d"], "texts") == ("a\ufffd",)


def test_what_pieces_lose_together():
    """40 of 100 tokens are lost of one piece, none of the other with as many kept."""
    assert all_cut([(Cut(2, 0.4), 60), (NOTHING_CUT, 60)]) == Cut(2, pytest.approx(40 / 160))
    assert all_cut([(Cut(2, 0.4), 60)]) == Cut(2, 0.4)
