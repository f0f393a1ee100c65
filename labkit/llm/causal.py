"""Small language models of transformers' own classes, built without any download."""

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel


def build_causal(
    vocabulary: int,
    width: int = 32,
    layers: int = 1,
    heads: int = 2,
    context: int = 64,
    seed: int = 0,
) -> "GPT2LMHeadModel":
    """A GPT-2 with fresh weights and no dropout: reads ids up to `context`, forecasts the next.

    vocabulary: number of tokens; width: numbers for each token, a multiple of heads
    The output table is the input table, so a small model spends half on its vocabulary.
    errors: ValueError for a width that the heads cannot share
    """
    from transformers import GPT2Config, GPT2LMHeadModel

    if width % heads:
        raise ValueError(f"got width {width} for {heads} heads, wanted a multiple of {heads}")
    config = GPT2Config(
        vocab_size=vocabulary,
        n_positions=context,
        n_embd=width,
        n_layer=layers,
        n_head=heads,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        initializer_range=0.08 if width < 64 else 0.04,
        bos_token_id=None,
        eos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GPT2LMHeadModel(config).eval()
