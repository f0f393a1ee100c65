"""A teacher that reads every question behind words of its own, which the student never sees."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class BehindPrompt(nn.Module):
    """A language model whose prompts all stand behind the same tokens: prompt distillation.

    Source: context distillation, Askell et al. 2021 (arXiv:2112.00861), section 2.2.

    model: its weights stay as they are; what it makes of the words is computed once and kept
    words: token ids in front of every prompt, at least one
    errors: ValueError for no words, or a model that may learn

    It scores text as a teacher of `white_box` and `gakd` does, and is asked with the student's own
    prompts. Trap: tokens of words and prompt must be those of the text in one piece; this holds
    where a special token begins the prompt, and nowhere by itself.
    """

    words: Tensor

    def __init__(self, model: "PreTrainedModel", words: Sequence[int]) -> None:
        super().__init__()
        if not len(words):
            raise ValueError("got no words to stand before the prompts, wanted at least one token")
        if any(weight.requires_grad for weight in model.parameters()):
            raise ValueError(
                "got a model that may learn, wanted one that stays: what it made of the words "
                "would be out of date after its first step; call model.requires_grad_(False)"
            )
        self.model, self.config = model, model.config
        where = next(model.parameters()).device
        self.register_buffer("words", torch.tensor([list(words)], device=where))
        self._read: list[tuple[Tensor, Tensor]] = []

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        use_cache: bool = False,
        logits_to_keep: int = 0,
    ) -> Any:
        """What the model forecasts of these tokens (n, width) behind the words.

        use_cache: is taken and not heeded, since what is kept are the words alone
        errors: ValueError for more tokens than the model reads with the words
        """
        (rows, width), before = input_ids.shape, self.words.shape[1]
        places = torch.arange(width, device=input_ids.device).expand(rows, width)
        places = (places if position_ids is None else position_ids) + before
        self._check(int(places.max()))
        counts = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        return self.model(
            input_ids=input_ids,
            attention_mask=torch.cat([counts.new_ones(rows, before), counts], 1),
            position_ids=places,
            past_key_values=self._kept(rows),
            use_cache=True,
            logits_to_keep=logits_to_keep,
        )

    def _check(self, last: int) -> None:
        limit = getattr(self.config, "max_position_embeddings", None)
        if limit is not None and last >= limit:
            raise ValueError(
                f"got {last + 1} tokens with the {self.words.shape[1]} words before the prompts, "
                f"wanted at most the model's {limit}; cut the words or drop the long prompts"
            )

    def _kept(self, rows: int) -> Any:
        """Keys and values of the words in every layer, for so many rows."""
        from transformers import DynamicCache

        if not self._read:
            with torch.no_grad():
                found: Any = self.model(input_ids=self.words, use_cache=True).past_key_values
            self._read = [(layer.keys, layer.values) for layer in found.layers]
        again = [tuple(part.expand(rows, -1, -1, -1) for part in pair) for pair in self._read]
        return DynamicCache(again)
