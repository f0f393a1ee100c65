"""Small prompts, answers and language models that tests build for themselves."""

import torch

from labkit.llm.causal import build_causal
from labkit.llm.tokens import Pairs, pairs_of

EOS, VOCABULARY = 1, 12


def pairs(count: int = 24, seed: int = 0, even: bool = False) -> Pairs:
    """Prompts of 1 to 4 letters; the answer says the last letter once or twice, then ends.

    even: all prompts have 3 letters, so that no row needs filling on the left
    """
    chance = torch.Generator().manual_seed(seed)

    def draw(low: int, high: int) -> int:
        return int(torch.randint(low, high, (1,), generator=chance))

    prompts = [
        [draw(2, VOCABULARY) for _ in range(3 if even else draw(1, 5))] for _ in range(count)
    ]
    answers = [[prompt[-1]] * draw(1, 3) + [EOS] for prompt in prompts]
    return pairs_of(prompts, answers, [True] * count)


def model(seed: int = 0, width: int = 8, layers: int = 1, vocabulary: int = VOCABULARY):
    """A language model of a few hundred numbers."""
    return build_causal(vocabulary, width, layers, heads=2, context=16, seed=seed)


def llama(seed: int = 0, vocabulary: int = VOCABULARY):
    """A Llama of the same size, with rotary positions and grouped keys."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=16,
        tie_word_embeddings=True,
        initializer_range=0.3,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(config).eval()
