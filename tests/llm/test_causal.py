"""Small language models: sizes, seeds, refusals."""

import pytest
import torch

from labkit.llm.causal import build_causal


def test_a_seed_decides_the_weights_and_nothing_else_is_drawn():
    before = torch.get_rng_state()
    first, again, other = (build_causal(12, 8, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(first.lm_head.weight, again.lm_head.weight)
    assert not torch.equal(first.lm_head.weight, other.lm_head.weight)


def test_sizes_are_as_asked_and_the_tables_are_one():
    model = build_causal(12, width=8, layers=3, heads=4, context=10)
    assert model.lm_head.weight is model.transformer.wte.weight
    assert len(model.transformer.h) == 3 and model.transformer.wpe.weight.shape == (10, 8)
    assert model(input_ids=torch.tensor([[1, 2, 3]])).logits.shape == (1, 3, 12)
    assert not model.training


def test_a_width_that_heads_cannot_share_is_refused():
    with pytest.raises(ValueError, match="a multiple of 4"):
        build_causal(12, width=10, heads=4)
