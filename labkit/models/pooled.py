"""One row of features for each text: what a classification head sees."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from labkit.models.small_student import SmallStudent

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def pooled(
    model: "PreTrainedModel",
    input_ids: Tensor,
    attention_mask: Tensor | None = None,
    token_type_ids: Tensor | None = None,
) -> Tensor:
    """The features (batch, width) of each text, with their gradient, in the model's mode.

    A small student hands out its own features. An encoder such as BERT gives the mean of its last
    layer over the text's own tokens (MiniLM was trained that way; its first token was not).

    input_ids: (batch, tokens) int64; attention_mask: (batch, tokens), 1 for a token
    token_type_ids: (batch, tokens), 1 for the second text of a pair; only where the model has them
    """
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    if isinstance(model, SmallStudent):
        return model.features(input_ids, attention_mask)
    types = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
    output = model.base_model(input_ids=input_ids, attention_mask=attention_mask, **types)
    return mean_over_tokens(output.last_hidden_state, attention_mask)


def mean_over_tokens(states: Tensor, attention_mask: Tensor) -> Tensor:
    """The mean of each row's own tokens: (batch, tokens, width) becomes (batch, width)."""
    own = attention_mask[:, :, None].to(states.dtype)
    return (states * own).sum(1) / own.sum(1).clamp(min=1)


def second_text(input_ids: Tensor, attention_mask: Tensor, separator: int) -> Tensor:
    """BERT's token types of pairs, (batch, tokens): 0 up to the first separator, 1 after it.

    input_ids: (batch, tokens) of [CLS] first [SEP] second [SEP]; separator: the id of [SEP]
    Padding is 0. A row with one text alone has no token after its separator, so it is all 0.
    errors: ValueError for a row without separator
    """
    separators = (input_ids == separator) & (attention_mask > 0)
    if not bool(separators.any(dim=1).all()):
        row = int((~separators.any(dim=1)).nonzero()[0, 0])
        raise ValueError(
            f"row {row} has no separator (token {separator}), so first and second text cannot be "
            "told apart; encode the pair with the model's own tokenizer"
        )
    before = separators.cumsum(dim=1) - separators.long()
    return ((before > 0) & (attention_mask > 0)).long()
