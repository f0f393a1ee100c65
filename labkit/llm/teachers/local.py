"""A language model at hand as a teacher: its answers, and its logits since the box is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.compute import model_device
from labkit.llm.encode import decode_answers, encode_prompts
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.scoring import answer_logits, in_eval
from labkit.llm.teachers.answers import Answer
from labkit.llm.tokens import Pairs
from labkit.training.random_state import Chance

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class LocalTeacher:
    """A causal language model with its tokenizer."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    sampling: Sampling
    """How it writes."""
    max_prompt: int = 256
    """Tokens that a prompt may have."""
    chat: bool = False
    """Whether prompts go through the tokenizer's chat template."""
    seed: int = 0
    """Decides what is sampled; the same prompts get the same answers."""

    def answers(self, prompts: Sequence[str]) -> list[Answer]:
        """One answer to each prompt, in their order."""
        where = model_device(self.model)
        asked = encode_prompts(self.tokenizer, prompts, self.max_prompt, self.chat).to(where)
        with Chance(self.seed, where).mine():
            written = rollout(self.model, asked, self.sampling)
        return decode_answers(self.tokenizer, written.pairs)

    @torch.no_grad()
    def logits(self, pairs: Pairs) -> Tensor:
        """Its forecast of each token of the answers, float32 (n, answer width, vocabulary)."""
        with in_eval(self.model):
            return answer_logits(self.model, pairs.to(model_device(self.model)))
