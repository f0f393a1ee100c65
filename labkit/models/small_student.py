"""What every small student shares: token vectors, features made of them, one linear layer."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers.modeling_outputs import SequenceClassifierOutput
from transformers.modeling_utils import PreTrainedModel

Student = TypeVar("Student", bound="SmallStudent")


class SmallStudent(PreTrainedModel):
    """Token ids in, class logits out; a subclass says how token vectors become features.

    config: vocab_size, embedding_size, dropout and num_labels; width: numbers in the features
    """

    base_model_prefix = ""

    def __init__(self, config: Any, width: int) -> None:
        super().__init__(config)
        self.embeddings: nn.Module = nn.Embedding(config.vocab_size, config.embedding_size)
        self.dropout = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(width, config.num_labels)

    def _init_weights(self, module: nn.Module) -> None:
        """Embeddings of standard deviation 0.1; a linear layer that keeps the scale."""
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

    @abstractmethod
    def features(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """What the classifier sees of each text, (batch, width)."""

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        return_dict: bool | None = None,
        **ignored: object,
    ) -> SequenceClassifierOutput:
        """Logits (batch, classes), and the loss when labels are given.

        input_ids: (batch, tokens) int64; attention_mask: (batch, tokens), not 0 for a token, of
        any type; padding may stand on either side;
        labels: (batch,). Other arguments, such as a tokenizer's token_type_ids, are not used.
        """
        features = self.features(input_ids, attention_mask)
        logits = self.classifier(self.dropout(features)).float()
        loss = None if labels is None else loss_of(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    """Squared error for a single score, cross-entropy for classes."""
    if logits.shape[1] == 1:
        return F.mse_loss(logits[:, 0], labels)
    return F.cross_entropy(logits, labels)


def new_student(
    make: Callable[[], Student], seed: int, embeddings: Tensor | None = None
) -> Student:
    """A new student; the same seed gives the same weights and leaves the caller's chance alone.

    embeddings: (vocab_size, embedding_size) token vectors to start from; None keeps random ones
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make()
    if embeddings is not None:
        with torch.no_grad():
            model.get_input_embeddings().get_parameter("weight").copy_(embeddings)
    return model


def token_places(input_ids: Tensor, attention_mask: Tensor | None) -> Tensor:
    """Which places hold a token, (batch, tokens) bool; any number but 0 in the mask counts.

    A row without any token is read as if its first place held one.
    errors: ValueError for a mask of another shape
    """
    if attention_mask is None:
        return torch.ones_like(input_ids, dtype=torch.bool)
    if attention_mask.shape != input_ids.shape:
        raise ValueError(
            f"got a mask of shape {tuple(attention_mask.shape)} for token ids of shape "
            f"{tuple(input_ids.shape)}; wanted one number for each token"
        )
    places = attention_mask != 0
    places[:, 0] |= ~places.any(1)
    return places


def tokens_first(input_ids: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Each row's own tokens moved to its beginning in their order, and how many there are.

    places: (batch, tokens) bool, at least one in each row, see `token_places`
    returns ids (batch, tokens) and lengths (batch,)
    """
    order = (~places).to(torch.uint8).argsort(dim=1, stable=True)
    return input_ids.gather(1, order), places.sum(1)
