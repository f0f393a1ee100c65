"""A student without recurrence: it pools word vectors and knows nothing of their order."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers.configuration_utils import PretrainedConfig
from transformers.modeling_outputs import SequenceClassifierOutput
from transformers.modeling_utils import PreTrainedModel


class SWEMConfig(PretrainedConfig):
    """Sizes of the pooling model: a vocabulary, a width and a number of classes."""

    model_type = "labkit_swem"

    def __init__(
        self,
        vocab_size: int = 30522,
        embedding_size: int = 128,
        dropout: float = 0.3,
        pad_token_id: int = 0,
        **shared: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.embedding_size = embedding_size
        self.dropout = dropout
        self.pad_token_id = pad_token_id
        super().__init__(**shared)


class SWEMForSequenceClassification(PreTrainedModel):
    """Word vectors, their maximum and their mean, one linear layer.

    Source: Shen et al. 2018 (arXiv:1805.09843), SWEM-concat. It answers: how much of a score
    comes from the words alone, before any model of their order?
    """

    config_class = SWEMConfig

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.embeddings: nn.Module = nn.Embedding(config.vocab_size, config.embedding_size)
        self.dropout = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(2 * config.embedding_size, config.num_labels)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.1)
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)

    def get_input_embeddings(self) -> nn.Module:
        """The table that turns token ids into vectors."""
        return self.embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace the table that turns token ids into vectors."""
        self.embeddings = value

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        return_dict: bool | None = None,
        **ignored: object,
    ) -> SequenceClassifierOutput:
        """Logits (batch, classes), and the loss when labels are given."""
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        vectors = self.dropout(self.embeddings(input_ids))
        words = attention_mask[:, :, None].bool()
        highest = vectors.masked_fill(~words, torch.finfo(vectors.dtype).min).amax(1)
        mean = vectors.masked_fill(~words, 0).sum(1) / words.sum(1).clamp(min=1)
        logits = self.classifier(self.dropout(torch.cat([highest, mean], 1))).float()
        loss = None if labels is None else F.cross_entropy(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)


def build_swem(
    vocab_size: int, num_labels: int, embeddings: Tensor, seed: int = 0
) -> SWEMForSequenceClassification:
    """A new pooling model on the given token vectors, (vocab_size, width)."""
    config = SWEMConfig(vocab_size, embeddings.shape[1], num_labels=num_labels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SWEMForSequenceClassification(config)
    with torch.no_grad():
        model.get_input_embeddings().get_parameter("weight").copy_(embeddings)
    return model
