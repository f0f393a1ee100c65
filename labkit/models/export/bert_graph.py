"""A BERT classifier, such as MiniLM or a few of its layers, as an ONNX graph."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor, nn

from labkit.models.export.graph import INPUTS, LOWEST, Graph

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Weights = dict[str, Tensor]


def write_bert(model: "PreTrainedModel", path: Path) -> None:
    """Write a BERT with pooler and classifier, for single texts.

    Source: Devlin et al. 2019 (arXiv:1810.04805), as transformers builds it.

    Inputs input_ids and attention_mask, (batch, tokens) int64; output logits, (batch, classes).
    errors: ValueError for another architecture or another activation than GELU
    """
    config = model.config
    if config.model_type != "bert" or config.hidden_act != "gelu":
        raise ValueError(
            f"got a model of the kind {config.model_type!r} with the activation "
            f"{getattr(config, 'hidden_act', 'none')!r}, wanted 'bert' with 'gelu' (MiniLM is one)"
        )
    weights = {name: value.detach().float() for name, value in model.state_dict().items()}
    graph = Graph()
    states = _embedded(graph, weights, config.layer_norm_eps)
    barred = _barred(graph)
    for number in range(config.num_hidden_layers):
        layer = _Layer(graph, weights, f"bert.encoder.layer.{number}", config.layer_norm_eps)
        states = layer.out(states, barred, config.num_attention_heads)
    first = graph.node("Gather", states, graph.constant("first", np.array(0, np.int64)),
                       more={"axis": 1})  # fmt: skip
    pooled = graph.node("Tanh", _linear(graph, weights, "bert.pooler.dense", first))
    graph.save(path, _linear(graph, weights, "classifier", pooled), _classes(model))


def _classes(model: "PreTrainedModel") -> int:
    head = model.get_submodule("classifier")
    assert isinstance(head, nn.Linear)
    return head.out_features


def _embedded(graph: Graph, weights: Weights, epsilon: float) -> str:
    """Vectors of words, places and the first kind of text, added and normalised."""
    table = graph.constant("table", weights["bert.embeddings.word_embeddings.weight"])
    words = graph.node("Gather", table, INPUTS[0])
    # all texts are of the first kind, so its vector is a part of every place's
    kind = weights["bert.embeddings.token_type_embeddings.weight"][0]
    places = weights["bert.embeddings.position_embeddings.weight"] + kind
    shape = graph.node("Shape", INPUTS[0])
    tokens = graph.node("Slice", shape, graph.constant("from_1", [1]), graph.constant("to_2", [2]))
    begun = graph.node("Slice", graph.constant("places", places),
                       graph.constant("from_0", [0]), tokens)  # fmt: skip
    return _normal(
        graph, weights, "bert.embeddings.LayerNorm", graph.node("Add", words, begun), epsilon
    )


def _barred(graph: Graph) -> str:
    """What is added to the attention: the lowest number where there is no token, else 0."""
    zero = graph.constant("zero", np.array(0, np.float32))
    lowest = graph.constant("lowest", LOWEST)
    empty = graph.node("Equal", INPUTS[1], graph.constant("no_token", np.array(0, np.int64)))
    added = graph.node("Where", empty, lowest, zero)
    return graph.node("Unsqueeze", added, graph.constant("axes_1_2", [1, 2]))


class _Layer:
    """One layer of the encoder: attention, then two linear layers, each added and normalised."""

    def __init__(self, graph: Graph, weights: Weights, name: str, epsilon: float) -> None:
        self.graph, self.weights, self.name, self.epsilon = graph, weights, name, epsilon

    def out(self, states: str, barred: str, heads: int) -> str:
        """States (batch, tokens, width) after the layer."""
        mixed = self._linear("attention.output.dense", self._attend(states, barred, heads))
        states = self._normal("attention.output.LayerNorm", self.graph.node("Add", mixed, states))
        inner = self._gelu(self._linear("intermediate.dense", states))
        outer = self._linear("output.dense", inner)
        return self._normal("output.LayerNorm", self.graph.node("Add", outer, states))

    def _attend(self, states: str, barred: str, heads: int) -> str:
        graph = self.graph
        width = self.weights[f"{self.name}.attention.self.query.weight"].shape[0]
        each = graph.constant("heads", [0, 0, heads, width // heads])
        query, key, value = (
            graph.node("Reshape", self._linear(f"attention.self.{part}", states), each)
            for part in ("query", "key", "value")
        )
        across, down = {"perm": [0, 2, 1, 3]}, {"perm": [0, 2, 3, 1]}
        scores = graph.node("MatMul", graph.node("Transpose", query, more=across),
                            graph.node("Transpose", key, more=down))  # fmt: skip
        root = graph.constant("root", np.array(math.sqrt(width // heads), np.float32))
        scores = graph.node("Add", graph.node("Div", scores, root), barred)
        shares = graph.node("Softmax", scores, more={"axis": -1})
        mixed = graph.node("MatMul", shares, graph.node("Transpose", value, more=across))
        back = graph.node("Transpose", mixed, more=across)
        return graph.node("Reshape", back, graph.constant("joined", [0, 0, width]))

    def _gelu(self, values: str) -> str:
        """x / 2 * (1 + erf(x / root of 2)), in the order that the runtime knows as one step."""
        graph = self.graph
        root = graph.constant("root_2", np.array(math.sqrt(2), np.float32))
        one = graph.constant("one_0", np.array(1, np.float32))
        half = graph.constant("half", np.array(0.5, np.float32))
        inner = graph.node("Add", graph.node("Erf", graph.node("Div", values, root)), one)
        return graph.node("Mul", graph.node("Mul", values, inner), half)

    def _linear(self, name: str, values: str) -> str:
        return _linear(self.graph, self.weights, f"{self.name}.{name}", values)

    def _normal(self, name: str, values: str) -> str:
        return _normal(self.graph, self.weights, f"{self.name}.{name}", values, self.epsilon)


def _linear(graph: Graph, weights: Weights, name: str, values: str) -> str:
    return graph.linear(name, values, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _normal(graph: Graph, weights: Weights, name: str, values: str, epsilon: float) -> str:
    scale = graph.constant(f"{name}.weight", weights[f"{name}.weight"])
    shift = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.node("LayerNormalization", values, scale, shift,
                      more={"axis": -1, "epsilon": float(epsilon)})  # fmt: skip
