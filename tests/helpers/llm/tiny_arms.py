"""The arms of the prompt distillation with a small Llama of letters in place of SmolLM2."""

from typing import Any

import torch

from labkit.experiments.llm_prompt.model import Speaker
from labkit.experiments.llm_prompt.questions import Question, Questions
from labkit.experiments.llm_prompt_arms import arms, material, measures
from labkit.llm.teachers.answers import Answer
from tests.helpers.llm.tiny_language import VOCABULARY
from tests.helpers.llm.tiny_tokenizer import tokenizer

BEFORE = "abc"


def install(patch: Any) -> None:
    """Let every arm ask made-up questions of a tiny model; what was kept before is forgotten."""
    forget()
    for module in (material, arms):
        patch.setattr(module, "speaker", speaker)
    patch.setattr(material, "questions", _questions)
    patch.setattr(material, "teacher_answers", lambda asked, file=None: [Answer("b!")] * len(asked))
    patch.setattr(material, "styled", lambda text: BEFORE + material.plain(text))
    patch.setattr(measures, "behind", lambda text: BEFORE + material.plain(text))
    patch.setattr(measures, "unasked", lambda count: ["ab cd"] * count)


def forget() -> None:
    """Drop materials and starts of an earlier test."""
    material.material.cache_clear()
    material.start.cache_clear()
    measures._of_given.cache_clear()


def _questions(train: int, held_out: int, others: int) -> Questions:
    def some(part: str, count: int) -> tuple[Question, ...]:
        ends = {"train": "g", "test": "h", "other": "f"}[part]
        texts = ["abcdefgh"[at % 8] + ends for at in range(count)]
        return tuple(Question(f"made/{part}/{at}", text) for at, text in enumerate(texts))

    return Questions(some("train", train), some("test", held_out), some("other", others))


def speaker(trained_layers: int = 3) -> Speaker:
    """Four layers of which the last ones learn; a letter is a token."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=160,
        tie_word_embeddings=True,
        initializer_range=0.2,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model: Any = LlamaForCausalLM(config).eval().requires_grad_(False)
    for layer in model.model.layers[len(model.model.layers) - trained_layers :]:
        layer.requires_grad_(True)
    model.model.norm.requires_grad_(True)
    return Speaker(model, tokenizer())
