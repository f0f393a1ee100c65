"""The same tiny models, prompts and reward for everybody that is timed."""

import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from labkit.llm.causal import build_causal
from labkit.llm.tokens import Pairs, pairs_of

VOCABULARY, EOS, CONTEXT = 512, 1, 64
PROMPT, ANSWER = 5, 24
SIZES = {"1x16": (16, 1, 2), "2x64": (64, 2, 4), "4x192": (192, 4, 6)}
"""Name -> width, layers, heads."""


def prompts(count: int, length: int = PROMPT, seed: int = 0) -> Pairs:
    """Prompts of one length, with the answer of one token that nobody reads."""
    chance = torch.Generator().manual_seed(seed)
    rows = torch.randint(3, VOCABULARY, (count, length), generator=chance).tolist()
    return pairs_of(rows, [[EOS]] * count, [True] * count)


def student(size: str = "2x64", seed: int = 0) -> torch.nn.Module:
    """labkit's own small model."""
    width, layers, heads = SIZES[size]
    return build_causal(VOCABULARY, width, layers, heads, CONTEXT, seed)


def llama(seed: int = 0) -> LlamaForCausalLM:
    """A model that TRL can train too: 2 layers, 64 wide, rotary positions."""
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=CONTEXT,
        tie_word_embeddings=True, bos_token_id=None, eos_token_id=EOS, pad_token_id=0,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(eos_token_id=EOS, pad_token_id=0)
    return model


def words() -> PreTrainedTokenizerFast:
    """One word for each token, so that texts and ids are the same."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    names = {"<pad>": 0, "<end>": EOS, **{f"w{at}": at for at in range(2, VOCABULARY)}}
    inner = Tokenizer(WordLevel(names, "w2"))
    inner.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<end>")


def reward(ids: Tensor) -> Tensor:
    """The share of even tokens in each row, (n,): costs nothing, teaches something."""
    return (ids % 2 == 0).float().mean(1)


def seconds(run: Callable[[], object], times: int) -> list[float]:
    """Processor seconds of each of so many runs, after one that warms up."""
    run()
    found = []
    for _ in range(times):
        begun = time.process_time()
        run()
        found.append(time.process_time() - begun)
    return found


def middle(found: list[float]) -> float:
    """The median."""
    return statistics.median(found)
