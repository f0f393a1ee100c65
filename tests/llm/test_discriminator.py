"""Discriminators: what each kind of score reads, and that padding is none of it."""

import copy

import pytest
import torch

from labkit.llm.discriminator import KINDS, Discriminator, LogProbDiscriminator
from labkit.llm.scoring import sequence_log_probs
from labkit.llm.tokens import Pairs, pairs_of
from tests.helpers.llm import tiny_language as tiny

TRUNKS = {"gpt2": tiny.model, "llama": tiny.llama}


def judge(kind, trunk="gpt2"):
    found = Discriminator(TRUNKS[trunk](seed=2), kind)
    found.head.weight.data.normal_(generator=torch.Generator().manual_seed(0))
    return found


def test_a_likelihood_starts_as_the_trunks_own():
    trunk, pairs = tiny.model(), tiny.pairs()
    scores = Discriminator(copy.deepcopy(trunk), "likelihood")(pairs)
    torch.testing.assert_close(scores, sequence_log_probs(trunk, pairs))


@pytest.mark.parametrize("trunk", TRUNKS)
def test_last_reads_the_last_token_and_sum_all_of_the_answer(trunk):
    row, prompt, answer = [5, 6, 7, 3, tiny.EOS], [5, 6, 7], [3, tiny.EOS]
    pairs = pairs_of([[9, 4, 8, 2], prompt], [[4, 4, 4, tiny.EOS], answer], [True, True])
    last, added = judge("last", trunk), judge("sum", trunk)
    hidden = last.trunk.base_model(input_ids=torch.tensor([row])).last_hidden_state[0]
    values = last.head(hidden).squeeze(-1)
    torch.testing.assert_close(last(pairs)[1], values[-1], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(added(pairs)[1], values[-2:].sum(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_scores_the_same_alone_and_whatever_fills_the_ends(kind):
    score, pairs = judge(kind), tiny.pairs(6)
    filled = Pairs(
        pairs.prompts.masked_fill(~pairs.prompt_mask, 7),
        pairs.prompt_lengths,
        pairs.answers.masked_fill(~pairs.mask, 7),
        pairs.answer_lengths,
        pairs.ended,
    )
    torch.testing.assert_close(score(pairs), score(filled))
    alone = torch.cat([score(pairs.rows(torch.tensor([row]))) for row in range(6)])
    torch.testing.assert_close(score(pairs), alone, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_what_learns_in_each_kind(kind):
    score = judge(kind)
    score(tiny.pairs()).sum().backward()
    assert (
        score.head.weight.grad is not None and score.trunk.transformer.wte.weight.grad is not None
    )
    assert (score.log_p_weight.grad is not None) == (kind == "likelihood")
    assert score.log_p_weight.requires_grad == (kind == "likelihood")


def test_a_seed_decides_the_head_and_nothing_else_is_drawn():
    before = torch.get_rng_state()
    first, again, other = (Discriminator(tiny.model(), seed=seed) for seed in (0, 0, 1))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(first.head.weight, again.head.weight)
    assert not torch.equal(first.head.weight, other.head.weight)


def test_log_probabilities_behind_the_end_change_nothing():
    score = LogProbDiscriminator(tiny.model(), vocabulary=7)
    chance = torch.Generator().manual_seed(0)
    rows = torch.randn(3, 5, 7, generator=chance).log_softmax(-1)
    lengths = torch.tensor([2, 5, 1])
    other = rows.clone()
    other[0, 2:], other[2, 1:] = -99.0, torch.nan
    torch.testing.assert_close(score(rows, lengths), score(other, lengths))
    alone = score(rows[:1, :2], lengths[:1])
    torch.testing.assert_close(score(rows, lengths)[:1], alone, atol=1e-5, rtol=1e-5)
    changed = rows.clone()
    changed[0, 0] = changed[0, 0].flip(0)
    assert abs(score(changed, lengths) - score(rows, lengths))[0] > 1e-5


def test_other_kinds_and_texts_beyond_the_context_are_refused():
    with pytest.raises(ValueError, match="kind must be one of"):
        Discriminator(tiny.model(), "mean")
    for kind in KINDS:
        with pytest.raises(ValueError, match="together 17"):
            judge(kind)(pairs_of([[3] * 12], [[4] * 5], [False]))
