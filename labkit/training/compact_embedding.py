"""Train only the embedding rows that occur: the same weights come out, several times faster."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.data.batches import Encoded

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class CompactEmbedding(nn.Module):
    """An embedding table whose trained rows are those that occur in the given texts.

    Rows that never occur get no gradient, so an optimiser without weight decay on this table
    would leave them as they are: keeping them out changes nothing but the time. A token outside
    the trained rows, such as padding, still gets its vector from the full table.
    """

    place: Tensor

    def __init__(self, full: nn.Embedding, occurring: Tensor) -> None:
        super().__init__()
        self.full = [full]  # in a list, so that its rows are not parameters of the model
        self.occurring = occurring
        place = torch.full((full.num_embeddings,), -1, device=full.weight.device)
        place[occurring] = torch.arange(len(occurring), device=full.weight.device)
        self.register_buffer("place", place, persistent=False)
        self.weight = nn.Parameter(full.weight.detach()[occurring].clone())

    def forward(self, input_ids: Tensor) -> Tensor:
        place = self.place[input_ids]
        if bool((place >= 0).all()):
            return F.embedding(place, self.weight)
        known = F.embedding(place.clamp(min=0), self.weight)
        rest = F.embedding(input_ids, self.full[0].weight.detach())
        return torch.where((place >= 0)[..., None], known, rest)

    def restore(self) -> nn.Embedding:
        """The full table with the trained rows written back."""
        full = self.full[0]
        with torch.no_grad():
            full.weight[self.occurring] = self.weight.to(full.weight.dtype)
        return full


def compact(model: "PreTrainedModel", texts: Iterable[Encoded]) -> CompactEmbedding | None:
    """Put a `CompactEmbedding` of the tokens in `texts` into the model; undo with `expand`.

    Returns None and changes nothing when the table is tied to the output or already compact.
    """
    full = model.get_input_embeddings()
    tied = model.get_output_embeddings() is not None
    if tied or not isinstance(full, nn.Embedding):
        return None
    occurring = torch.cat([encoded.ids for encoded in texts]).unique().to(full.weight.device)
    table = CompactEmbedding(full, occurring)
    model.set_input_embeddings(table)
    return table


def expand(model: "PreTrainedModel") -> None:
    """Give the model its full table back, trained rows included."""
    table = model.get_input_embeddings()
    if isinstance(table, CompactEmbedding):
        model.set_input_embeddings(table.restore())
