"""A student without recurrence: it pools word vectors and knows nothing of their order."""

from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForSequenceClassification

from labkit.models.small_student import SmallStudent, new_student, token_places
from labkit.models.student_configs import SWEMConfig


class SWEMForSequenceClassification(SmallStudent):
    """Word vectors, their maximum and their mean, one linear layer.

    Source: Shen et al. 2018 (arXiv:1805.09843), SWEM-concat. It answers: how much of a score
    comes from the words alone, before any model of their order?
    """

    config_class = SWEMConfig

    def __init__(self, config: Any) -> None:
        super().__init__(config, 2 * config.embedding_size)
        self.post_init()

    def features(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """Maximum and mean over each row's own tokens, (batch, 2 * embedding_size)."""
        vectors = self.dropout(self.embeddings(input_ids))
        words = token_places(input_ids, attention_mask)[:, :, None]
        highest = vectors.masked_fill(~words, torch.finfo(vectors.dtype).min).amax(1)
        mean = vectors.masked_fill(~words, 0).sum(1) / words.sum(1)
        return torch.cat([highest, mean], 1)


def build_swem(
    vocab_size: int, num_labels: int, embeddings: Tensor, seed: int = 0
) -> SWEMForSequenceClassification:
    """A new pooling model on the given token vectors, (vocab_size, width)."""
    config = SWEMConfig(vocab_size, embeddings.shape[1], num_labels=num_labels)
    return new_student(lambda: SWEMForSequenceClassification(config), seed, embeddings)


AutoModelForSequenceClassification.register(
    SWEMConfig, SWEMForSequenceClassification, exist_ok=True
)
