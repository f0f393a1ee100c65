"""The student of the course: a bidirectional LSTM that Hugging Face tools can load and run."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForSequenceClassification

from labkit.models.small_student import SmallStudent, new_student, token_places, tokens_first
from labkit.models.student_configs import BiLSTMConfig


class BiLSTMForSequenceClassification(SmallStudent):
    """Token ids in, class logits out; padding never changes a row's logits.

    The backward direction reads each row from its own last token, not from the padding, so the
    logits of a text do not depend on the other texts of the batch. Features are the maximum, the
    mean and the two end states over the row's own tokens: (batch, 6 * hidden_size).
    """

    config_class = BiLSTMConfig

    def __init__(self, config: Any) -> None:
        super().__init__(config, 6 * config.hidden_size)
        self.forwards = nn.LSTM(config.embedding_size, config.hidden_size, batch_first=True)
        self.backwards = nn.LSTM(config.embedding_size, config.hidden_size, batch_first=True)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """LSTM weights orthogonal and forget gates open; the rest as in every small student."""
        super()._init_weights(module)
        if isinstance(module, nn.LSTM):
            for name, weight in module.named_parameters():
                if getattr(weight, "_is_hf_initialized", False):
                    continue  # so transformers marks what it has loaded; a slice has no such mark
                if "weight" in name:
                    nn.init.orthogonal_(weight)
                else:
                    nn.init.zeros_(weight)
                if name == "bias_ih_l0":
                    nn.init.ones_(weight[module.hidden_size : 2 * module.hidden_size])

    def features(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """What the classifier sees of each text, (batch, 6 * hidden_size).

        input_ids: (batch, tokens) int64; attention_mask: (batch, tokens), 1 for a token
        """
        ids, lengths = tokens_first(input_ids, token_places(input_ids, attention_mask))
        embedded = self.dropout(self.embeddings(ids))
        return pool(*self._read_both_ways(embedded, lengths), lengths)

    def _read_both_ways(self, embedded: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        turn = reversal(lengths, embedded.shape[1])
        rightward = self.forwards(embedded)[0]
        mirrored = embedded.gather(1, turn.expand(-1, -1, embedded.shape[2]))
        leftward = self.backwards(mirrored)[0]
        return rightward, leftward.gather(1, turn.expand(-1, -1, leftward.shape[2]))


def reversal(lengths: Tensor, tokens: int) -> Tensor:
    """Places (batch, tokens, 1) that turn each row round within its own length.

    Padding stays where it is, so turning twice gives the row back.
    """
    place = torch.arange(tokens, device=lengths.device)
    turned = lengths[:, None] - 1 - place
    return torch.where(turned >= 0, turned, place)[:, :, None]


def pool(rightward: Tensor, leftward: Tensor, lengths: Tensor) -> Tensor:
    """Maximum, mean and end states over each row's own tokens.

    rightward, leftward: (batch, tokens, hidden); lengths: (batch,)
    returns (batch, 6 * hidden)
    """
    both = torch.cat([rightward, leftward], dim=2)
    padding = torch.arange(both.shape[1], device=lengths.device) >= lengths[:, None]
    highest = both.masked_fill(padding[:, :, None], torch.finfo(both.dtype).min).amax(1)
    mean = both.masked_fill(padding[:, :, None], 0).sum(1) / lengths[:, None]
    # by gather and not by arange(len(lengths)): an exporter would write that number down for good
    ends = (lengths - 1)[:, None, None].expand(-1, -1, rightward.shape[2])
    last = rightward.gather(1, ends)[:, 0]
    return torch.cat([highest, mean, last, leftward[:, 0]], dim=1).to(both.dtype)


def build_bilstm(
    vocab_size: int,
    num_labels: int,
    embeddings: Tensor | None = None,
    seed: int = 0,
    embedding_size: int = 128,
    hidden_size: int = 128,
    dropout: float = 0.3,
    pad_token_id: int = 0,
) -> BiLSTMForSequenceClassification:
    """A new BiLSTM; the same seed gives the same weights and leaves the caller's chance alone.

    embeddings: (vocab_size, width) to start from, such as `encoders.embedding_pca`; its width
                replaces embedding_size. None starts from random numbers.
    """
    if embeddings is not None:
        if embeddings.shape[0] != vocab_size:
            raise ValueError(
                f"embeddings have {embeddings.shape[0]} rows, wanted one for each of the "
                f"{vocab_size} tokens; take both from the same tokenizer"
            )
        embedding_size = embeddings.shape[1]
    config = BiLSTMConfig(
        vocab_size, embedding_size, hidden_size, dropout, pad_token_id, num_labels=num_labels
    )
    return new_student(lambda: BiLSTMForSequenceClassification(config), seed, embeddings)


AutoModelForSequenceClassification.register(
    BiLSTMConfig, BiLSTMForSequenceClassification, exist_ok=True
)
