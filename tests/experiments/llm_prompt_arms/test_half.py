"""Layers that stay compute in half the digits; those that learn or share a table do not."""

import torch

from labkit.experiments.llm_prompt_arms import half
from labkit.experiments.llm_prompt_arms.half import HalfLinear, halved, is_halved
from tests.helpers.llm.tiny_arms import speaker


def kinds(model):
    return {name: type(one) is HalfLinear for name, one in model.named_modules()}


def test_maps_that_stay_are_halved_and_no_others(monkeypatch):
    monkeypatch.setattr(half, "fast_bf16", lambda where: True)
    model = halved(speaker(trained_layers=2).model)
    found = kinds(model)
    assert found["model.layers.0.self_attn.q_proj"] and found["model.layers.1.mlp.down_proj"]
    assert not found["model.layers.2.self_attn.q_proj"] and not found["lm_head"]
    assert is_halved(model) and model.model.layers[0].mlp.up_proj.weight.dtype == torch.bfloat16


def test_what_they_say_differs_by_a_rounding_alone_and_learning_goes_on(monkeypatch):
    monkeypatch.setattr(half, "fast_bf16", lambda where: True)
    ids = torch.tensor([[2, 3, 4, 5]])
    whole, rounded = speaker(2).model, halved(speaker(2).model)
    first, second = whole(input_ids=ids).logits, rounded(input_ids=ids).logits
    assert second.dtype == torch.float32 and not torch.equal(first, second)
    assert torch.allclose(first, second, atol=0.05)
    second.logsumexp(-1).sum().backward()
    learns = [one for one in rounded.parameters() if one.requires_grad]
    assert learns and all(one.grad is not None for one in learns)


def test_a_bias_stays_in_whole_digits():
    layer = torch.nn.Linear(3, 2).requires_grad_(False)
    layer.bias.fill_(0.1234567)
    found = HalfLinear(layer)(torch.zeros(1, 3))
    assert torch.equal(found[0], layer.bias)


def test_a_processor_that_is_slow_at_it_is_left_alone(monkeypatch):
    monkeypatch.setattr(half, "fast_bf16", lambda where: False)
    assert not is_halved(halved(speaker().model))
