"""Train only the embedding rows that occur: the same weights come out, several times faster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labkit.data.encoding.encoded import Encoded
from labkit.data.formats.mapped import let_go

if TYPE_CHECKING:
    from transformers import PreTrainedModel

TOKENS_AT_ONCE = 1 << 20


class CompactEmbedding(nn.Module):
    """An embedding table whose trained rows are those that occur in the given texts.

    Rows that never occur get no gradient, so an optimiser without weight decay on this table
    would leave them as they are: keeping them out changes nothing but the time. A token outside
    the trained rows, such as padding, still gets its vector from the full table.
    """

    place: Tensor

    def __init__(self, full: Tensor, occurring: Tensor) -> None:
        super().__init__()
        self.full = [full]  # in a list, so that its rows are not parameters of the model
        place = torch.full((len(full),), -1, device=full.device)
        place[occurring] = torch.arange(len(occurring), device=full.device)
        self.register_buffer("place", place, persistent=False)
        self.weight = nn.Parameter(full[occurring].clone())

    def forward(self, input_ids: Tensor) -> Tensor:
        place = self.place[input_ids]
        if bool((place >= 0).all()):
            return F.embedding(place, self.weight)
        known = F.embedding(place.clamp(min=0), self.weight)
        rest = F.embedding(input_ids, self.full[0])
        return torch.where((place >= 0)[..., None], known, rest)


class ShownTable(nn.Parameter):
    """The full table as people see it between two steps: whole at the moment of each look.

    Whatever reads or changes it (saving, copying, a forward pass, a list of parameters taken
    earlier) first calls `on_look`, which writes the trained rows back. Between two looks a step
    costs nothing more. Source: torch's documentation, "Extending PyTorch", __torch_function__.
    """

    on_look: Callable[[], None]

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = {} if kwargs is None else kwargs
        for table in _shown_tables([*args, *given.values()]):
            table.on_look()
        with torch._C.DisableTorchFunctionSubclass():
            return func(*args, **given)

    def __deepcopy__(self, memo: dict[int, Any]) -> nn.Parameter:
        copied = nn.Parameter(self.detach().clone(), self.requires_grad)
        memo[id(self)] = copied
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        return nn.Parameter(self.detach(), self.requires_grad).__reduce_ex__(protocol)


def _shown_tables(values: Iterable[Any]) -> Iterator[ShownTable]:
    for value in values:
        if isinstance(value, ShownTable):
            yield value
        elif isinstance(value, list | tuple):
            yield from _shown_tables(value)


class CompactTable:
    """A model's embedding table during a run: compact inside a step, whole between two steps."""

    def __init__(self, model: "PreTrainedModel", full: nn.Embedding, occurring: Tensor) -> None:
        self.model, self.full, self.occurring = model, full, occurring
        self.plain = full.weight
        self.small = CompactEmbedding(full.weight.detach(), occurring)
        self.ahead = False
        """Whether the compact rows are newer than those of the full table."""
        self.seen = False
        """Whether anybody looked since the last step, and so may have changed the full table."""
        self.inside = False
        """Whether a step is being taken."""
        shown = ShownTable(full.weight.detach(), full.weight.requires_grad)
        shown.on_look = self._on_look
        self.full.weight = self.shown = shown

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Inside, the model computes with the compact table."""
        if self.seen:
            self._take_rows()
        self.seen, self.ahead, self.inside = False, True, True
        self.model.set_input_embeddings(self.small)
        try:
            yield
        finally:
            self.model.set_input_embeddings(self.full)
            self.inside = False

    def close(self) -> None:
        """Give the model its own table back, trained rows included."""
        self._on_look()
        with torch._C.DisableTorchFunctionSubclass():
            self.plain.data = self.shown.data  # the model may have been moved to another device
        if self.full.weight is self.shown:
            self.full.weight = self.plain

    def _on_look(self) -> None:
        if self.ahead:
            with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
                rows = self.small.weight.to(self.shown.device, self.shown.dtype)
                self.shown.data[self.occurring.to(self.shown.device)] = rows
        if not self.inside:
            self.ahead, self.seen = False, True

    def _take_rows(self) -> None:
        with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
            self.small.full[0] = self.shown.data
            self.small.weight.copy_(self.shown.data[self.occurring])


def compact(model: "PreTrainedModel", texts: Iterable[Encoded]) -> CompactTable | None:
    """Give the model a compact table of the tokens in `texts`, to be used inside `in_use`.

    Returns None and changes nothing when the table is tied to the output, is not trained, or is
    of a kind that does more than look up rows.
    """
    full = model.get_input_embeddings()
    tied = model.get_output_embeddings() is not None
    if tied or type(full) is not nn.Embedding or not full.weight.requires_grad:
        return None
    where = full.weight.device
    seen = torch.zeros(full.num_embeddings, dtype=torch.bool)
    for encoded in texts:
        for ids in encoded.ids.split(TOKENS_AT_ONCE):
            seen[ids] = True
            let_go(ids.data_ptr())
    return CompactTable(model, full, seen.nonzero().flatten().to(where))
