"""The word task: rules, splits, the exact check, and exact distances."""

import math
from dataclasses import replace

import pytest
import torch

from labkit.experiments.llm import words as task
from labkit.llm.causal import build_causal

WORDS = ["abcd", "lemon", "house", "tiger", "noon"]


def test_the_three_ways_by_hand():
    assert {name: rule("lemon") for name, rule in task.STYLES.items()} == {
        "backwards": "nomel",
        "latin": "emonlay",
        "sorted": "elmno",
    }
    assert sum(task.SHARES.values()) == pytest.approx(1)


def test_words_are_whole_plain_and_of_the_right_length():
    found = task.words_of(["The Tiger's tails, don't 2high over naïve a_word", "tails and LEMON"])
    assert found == ["lemon", "over", "tails"]


def test_splits_share_no_word_and_do_not_depend_on_the_order():
    words = [f"{a}{b}cd" for a in "abcdefgh" for b in "abcdefgh"]
    parts = task.split_words(words, 5, 7)
    again = task.split_words(words[::-1], 5, 7)
    assert parts == again and (len(parts.validation), len(parts.test)) == (5, 7)
    assert sorted(parts.train + parts.validation + parts.test) == sorted(words)
    with pytest.raises(ValueError, match=r"wanted more than 5 \+ 7"):
        task.split_words(words[:12], 5, 7)


def test_the_teacher_answers_in_its_shares_and_always_right():
    pairs = task.taught(WORDS * 100, samples=4)
    said = task.said_by(pairs)
    assert [word for word, _ in said[:4]] == ["abcd"] * 4
    assert task.exact_reward(pairs).mean() == 1
    shares = [task.style_of(*both) for both in said if both[0] == "lemon"]
    for style, wanted in task.SHARES.items():
        assert shares.count(style) / len(shares) == pytest.approx(wanted, abs=0.08)
    only = task.taught(WORDS, 2, shares={"sorted": 1.0})
    assert {answer for word, answer in task.said_by(only) if word == "lemon"} == {"elmno"}


def test_a_wrong_cut_or_strange_answer_is_not_right():
    good = task.written(["lemon"] * 4, ["nomel", "nomelx", "lemon", "elmno"])
    cut = replace(good, ended=~good.ended)
    letters = good.answers.masked_fill(good.answers == 15, 2)
    strange = replace(good, answers=letters)
    assert task.exact_reward(good).tolist() == [1, 0, 0, 1]
    assert task.exact_reward(cut).sum() == 0
    assert task.said_by(strange)[0] == ("lemon", "no?el")
    assert task.exact_reward(strange)[0] == 0


def test_a_word_that_two_ways_rewrite_alike_counts_for_the_first():
    assert task.style_of("noon", "noon") == "backwards"
    assert task.style_of("noon", "nnoo") == "sorted"
    assert task.style_of("noon", "oonnay") == "latin"
    assert task.style_of("noon", "nono") is None


def test_forward_kl_of_a_model_that_knows_nothing_is_known():
    blank = build_causal(task.VOCABULARY, 8, 1, 2, task.CONTEXT)
    for weight in blank.parameters():
        weight.data.zero_()
    entropy = -sum(share * math.log(share) for share in task.SHARES.values())
    tokens = 0.4 * 6 + 0.35 * 8 + 0.25 * 6  # of lemon with the end token
    wanted = tokens * math.log(task.VOCABULARY) - entropy
    assert task.forward_kl(blank, ["lemon"]) == pytest.approx(wanted, rel=1e-5)
    # abba backwards and sorted differ; aaaa has one answer of share .65 and one of .35
    both = -0.65 * math.log(0.65) - 0.35 * math.log(0.35)
    wanted = (0.65 * 5 + 0.35 * 7) * math.log(task.VOCABULARY) - both
    assert task.forward_kl(blank, ["aaaa"]) == pytest.approx(wanted, rel=1e-5)
    assert math.isnan(task.forward_kl(blank, ["lemon"], 0.0))


def test_what_is_judged_adds_up_and_draws_nothing_of_others():
    model = build_causal(task.VOCABULARY, 8, 1, 2, task.CONTEXT)
    before = torch.get_rng_state()
    first, again = (task.judged(model, WORDS, 1.0) for _ in range(2))
    assert first == again and torch.equal(before, torch.get_rng_state())
    assert first["right"] == sum(first[style] for style in task.STYLES)
    assert first["style_entropy"] == 0 or first["right"] > 0
    assert 1 <= first["length"] <= task.SAMPLING.max_tokens


def test_a_model_is_asked_at_the_temperature_that_is_named_and_by_its_own_chance():
    model = build_causal(task.VOCABULARY, 16, 1, 2, task.CONTEXT, seed=1)
    words = ("fault", "tact", "edges")

    def said(heat, seed):
        return task.said_by(task.own_answers(model, words, heat, seed))

    torch.manual_seed(0)
    before = torch.get_rng_state()
    assert [word for word, _ in said(1.0, 7)] == list(words)
    assert torch.equal(torch.get_rng_state(), before)
    assert said(0.0, 7) == said(0.0, 8)
    assert said(1.0, 7) == said(1.0, 7) != said(1.0, 8)
