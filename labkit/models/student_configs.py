"""Sizes of the small students, as Hugging Face tools read them; no model is loaded here."""

from typing import Any

from transformers.configuration_utils import PretrainedConfig
from transformers.models.auto.configuration_auto import AutoConfig


class BiLSTMConfig(PretrainedConfig):
    """Sizes of the BiLSTM; a vocabulary, a width and a number of classes make the model.

    embedding_size: numbers per token; hidden_size: numbers per direction;
    dropout: share of embedding and feature numbers set to 0 in training, in [0, 1)
    """

    model_type = "labkit_bilstm"

    def __init__(
        self,
        vocab_size: int = 30522,
        embedding_size: int = 128,
        hidden_size: int = 128,
        dropout: float = 0.3,
        pad_token_id: int = 0,
        **shared: Any,
    ) -> None:
        _check_dropout(dropout)
        self.vocab_size = vocab_size
        self.embedding_size = embedding_size
        self.hidden_size = hidden_size
        self.dropout = dropout
        self.pad_token_id = pad_token_id
        super().__init__(**shared)


class SWEMConfig(PretrainedConfig):
    """Sizes of the pooling model: a vocabulary, a width and a number of classes.

    embedding_size: numbers per token; dropout: as in `BiLSTMConfig`
    """

    model_type = "labkit_swem"

    def __init__(
        self,
        vocab_size: int = 30522,
        embedding_size: int = 128,
        dropout: float = 0.3,
        pad_token_id: int = 0,
        **shared: Any,
    ) -> None:
        _check_dropout(dropout)
        self.vocab_size = vocab_size
        self.embedding_size = embedding_size
        self.dropout = dropout
        self.pad_token_id = pad_token_id
        super().__init__(**shared)


def _check_dropout(dropout: float) -> None:
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must be in [0, 1), got {dropout}")


for kind in (BiLSTMConfig, SWEMConfig):
    AutoConfig.register(kind.model_type, kind, exist_ok=True)
