"""A whole encoder with a bottleneck between its pooled features and the classes."""

from typing import TYPE_CHECKING

from torch import Tensor, nn

from labkit.models.bottlenecks import Bottleneck, BottleneckConfig, BottleneckOutput
from labkit.models.pooled import pooled

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class BottleneckClassifier(nn.Module):
    """An encoder or small student whose features pass a bottleneck on the way to the classes.

    encoder:  any classifier that `pooled` understands; its own head is not used
    features: its pooled features (rows, width) of the train texts, in eval mode
    """

    def __init__(
        self, encoder: "PreTrainedModel", features: Tensor, classes: int, config: BottleneckConfig
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.bottleneck = Bottleneck(features, classes, config)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
    ) -> BottleneckOutput:
        """Logits and what went through, for (batch, tokens) token ids."""
        passage = self.bottleneck(pooled(self.encoder, input_ids, attention_mask, token_type_ids))
        return BottleneckOutput(passage.logits, passage)

    def get_input_embeddings(self) -> nn.Module:
        """The encoder's table of token vectors."""
        return self.encoder.get_input_embeddings()

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Replace the encoder's table of token vectors."""
        self.encoder.set_input_embeddings(value)

    def get_output_embeddings(self) -> None:
        """None: a classifier puts out no tokens, so nothing is tied to the table."""
