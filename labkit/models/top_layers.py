"""The upper layers of an encoder over lower ones that were run once and kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from labkit.data.batches import Batch, in_order
from labkit.data.encoding.encoded import Encoded
from labkit.losses.arguments import check_finite
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig, BottleneckOutput
from labkit.models.pooled import mean_over_tokens

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class LowerStates:
    """What the frozen lower part of an encoder says about each token of each text.

    One float16 number for each token and width: 1500 questions of TREC at width 384 are 19 MB.
    """

    states: Tensor
    """(tokens, width) float16, one text after another."""
    starts: Tensor
    """Where each text begins, (rows,) int64."""
    lengths: Tensor
    """Tokens of each text, (rows,) int64."""
    layers: int
    """How many layers were run; 0 is the embedding alone."""

    def __len__(self) -> int:
        return len(self.lengths)

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """States (batch, tokens, width) float32 of some texts, and their mask (batch, tokens)."""
        lengths = self.lengths[rows]
        place = torch.arange(int(lengths.max()))
        mask = place < lengths[:, None]
        where = (self.starts[rows][:, None] + place).clamp_(max=len(self.states) - 1)
        return self.states[where].float(), mask

    def bag(self) -> Tensor:
        """The mean over each text's tokens, (rows, width) float32: a bag of words at 0 layers."""
        number = torch.arange(len(self)).repeat_interleave(self.lengths)
        total = torch.zeros(len(self), self.states.shape[1])
        return total.index_add_(0, number, self.states.float()) / self.lengths[:, None]


def lower_states(
    encoder: "PreTrainedModel", encoded: Encoded, layers: int, batch_size: int = 64
) -> LowerStates:
    """Run the embedding and the first `layers` layers of an encoder over every text, once.

    encoder: BERT or a model built like it, on the CPU; computes in eval mode, given back as it was
    errors:  ValueError for another kind of encoder, or more layers than it has
    """
    _check(encoder, layers)
    starts = encoded.starts
    kept = torch.empty(len(encoded.ids), encoder.config.hidden_size, dtype=torch.float16)
    with _in_eval_mode(encoder):
        for batch in in_order(encoded, batch_size):
            states = _states_of(encoder, batch, layers)
            for place, row in enumerate(batch.rows.tolist()):
                length, start = int(encoded.lengths[row]), int(starts[row])
                kept[start : start + length] = states[place, :length].to(torch.float16)
    check_finite(kept.float(), "states of the lower layers")
    return LowerStates(kept, starts, encoded.lengths, layers)


def _states_of(encoder: "PreTrainedModel", batch: Batch, layers: int) -> Tensor:
    if layers == 0:
        embedded: Tensor = encoder.base_model.get_submodule("embeddings")(input_ids=batch.input_ids)
        return embedded
    output = encoder.base_model(
        input_ids=batch.input_ids,
        attention_mask=batch.attention_mask,
        output_hidden_states=True,
    )
    states: Tensor = output.hidden_states[layers]
    return states


class TopLayers(nn.Module):
    """A copy of some layers of an encoder; states in, one pooled row of features out.

    first, last: the layers with these numbers from 0, `last` left out
    """

    def __init__(self, encoder: "PreTrainedModel", first: int, last: int | None = None) -> None:
        super().__init__()
        _check(encoder, first)
        last = encoder.config.num_hidden_layers if last is None else last
        _check(encoder, last)
        stack = encoder.base_model.get_submodule("encoder.layer")
        assert isinstance(stack, nn.ModuleList)
        # copied with a configuration of their own: the plain attention is the faster one here
        self.layers = deepcopy(stack[first:last])
        for part in self.layers.modules():
            if isinstance(getattr(part, "config", None), type(encoder.config)):
                setattr(part, "config", _plain_attention(encoder))  # noqa: B010

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Features (batch, width): the mean of the last layer over each text's own tokens.

        states: (batch, tokens, width); mask: (batch, tokens), true for a token
        """
        return mean_over_tokens(self.hidden(states, mask)[-1], mask)

    def hidden(self, states: Tensor, mask: Tensor) -> list[Tensor]:
        """What goes in and what each layer makes of it, (batch, tokens, width) each."""
        barred = torch.zeros(mask.shape, dtype=states.dtype, device=states.device)
        barred = barred.masked_fill(~mask, torch.finfo(states.dtype).min)[:, None, None, :]
        every = [states]
        for layer in self.layers:
            every.append(layer(every[-1], attention_mask=barred))
        return every


class TopClassifier(nn.Module):
    """Upper layers, a bottleneck and a class head: the part of an encoder that learns.

    features: (rows, width) of the train texts before the first step, from `features_above`; every
              model that starts from the same layers can share them
    """

    def __init__(
        self, top: TopLayers, features: Tensor, classes: int, config: BottleneckConfig
    ) -> None:
        super().__init__()
        self.top = top
        self.bottleneck = Bottleneck(features, classes, config)

    def forward(self, states: Tensor, mask: Tensor) -> BottleneckOutput:
        """Logits and what went through; arguments as in `TopLayers`."""
        hidden = self.top.hidden(states, mask)
        passage = self.bottleneck(mean_over_tokens(hidden[-1], mask))
        return BottleneckOutput(passage.logits, passage, tuple(hidden))


def features_above(top: TopLayers, states: LowerStates, batch_size: int = 64) -> Tensor:
    """Pooled features (rows, width) float32 of every text, in eval mode, without gradient."""
    found = torch.empty(len(states), states.states.shape[1])
    with _in_eval_mode(top):
        for rows in states.lengths.argsort(stable=True).split(batch_size):
            found[rows] = top(*states.take(rows)).float()
    return found


@contextmanager
def _in_eval_mode(model: nn.Module) -> Iterator[None]:
    """Without dropout and gradients inside; then as it was before, after an error too."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was_training)


def _plain_attention(encoder: "PreTrainedModel") -> object:
    config = deepcopy(encoder.config)
    config._attn_implementation = "eager"
    return config


def _check(encoder: "PreTrainedModel", layers: int) -> None:
    if encoder.config.model_type != "bert":
        raise ValueError(
            f"got an encoder of the kind {encoder.config.model_type!r}, wanted 'bert' (MiniLM is "
            "one): other kinds hand more than states from layer to layer"
        )
    if not 0 <= layers <= encoder.config.num_hidden_layers:
        raise ValueError(
            f"got {layers} layers of an encoder that has {encoder.config.num_hidden_layers}"
        )
