"""The small students as ONNX graphs: the BiLSTM and the model that pools word vectors."""

from pathlib import Path

import torch
from torch import Tensor, nn

from labkit.models.bilstm import BiLSTMForSequenceClassification
from labkit.models.export.graph import INPUTS, Graph
from labkit.models.swem import SWEMForSequenceClassification


def write_swem(student: SWEMForSequenceClassification, path: Path) -> None:
    """Write the pooling model; inputs and trap as in `write_bilstm`."""
    graph = Graph()
    vectors = _vectors(graph, student.get_input_embeddings())
    pooled = graph.maximum_and_mean(vectors, graph.padding(), graph.length())
    _classify(graph, path, student.classifier, pooled)


def write_bilstm(student: BiLSTMForSequenceClassification, path: Path) -> None:
    """Write the BiLSTM as one bidirectional LSTM node with the length of each row.

    Inputs input_ids and attention_mask, (batch, tokens) int64; output logits, (batch, classes).

    Trap: padding stands behind the tokens, never before them, as every tokenizer of BERT puts it;
    the torch model takes both.
    """
    graph = Graph()
    vectors = _vectors(graph, student.get_input_embeddings())
    length = graph.length()
    turned = graph.node("Transpose", vectors, more={"perm": [1, 0, 2]})
    states, ends = _read_both_ways(graph, student, turned, length)
    width = 2 * student.config.hidden_size
    rows_first = graph.node("Transpose", states, more={"perm": [2, 0, 1, 3]})
    both = graph.node("Reshape", rows_first, graph.constant("both_ways", [0, 0, width]))
    pooled = graph.maximum_and_mean(both, graph.padding(), length)
    last = graph.node("Transpose", ends, more={"perm": [1, 0, 2]})
    flat = graph.node("Reshape", last, graph.constant("flat", [0, width]))
    _classify(graph, path, student.classifier, (*pooled, flat))


def _read_both_ways(
    graph: Graph, student: BiLSTMForSequenceClassification, vectors: str, length: str
) -> tuple[str, str]:
    """All states (tokens, 2, batch, hidden) and the end states (2, batch, hidden)."""
    halves = [_weights(student.forwards), _weights(student.backwards)]
    names = [
        graph.constant(f"lstm.{name}", torch.stack([half[place] for half in halves]))
        for place, name in enumerate(("input", "recurrent", "bias"))
    ]
    short = graph.node("Cast", length, more={"to": 6})  # the node wants lengths of 32 bits
    graph.several(
        "LSTM",
        (vectors, *names, short),
        ("states", "ends"),
        {"hidden_size": student.config.hidden_size, "direction": "bidirectional"},
    )
    return "states", "ends"


def _weights(lstm: nn.LSTM) -> tuple[Tensor, Tensor, Tensor]:
    """Weights and biases of one direction, with ONNX's order of the gates."""
    of = dict(lstm.named_parameters())
    bias = torch.cat([_gates(of["bias_ih_l0"]), _gates(of["bias_hh_l0"])])
    return _gates(of["weight_ih_l0"]), _gates(of["weight_hh_l0"]), bias


def _gates(stacked: Tensor) -> Tensor:
    """Torch's input, forget, cell, output become ONNX's input, output, forget, cell."""
    enter, forget, cell, output = stacked.detach().chunk(4)
    return torch.cat([enter, output, forget, cell])


def _vectors(graph: Graph, table: nn.Module) -> str:
    return graph.node("Gather", graph.constant("table", table.get_parameter("weight")), INPUTS[0])


def _classify(graph: Graph, path: Path, head: nn.Linear, pooled: tuple[str, ...]) -> None:
    features = graph.node("Concat", *pooled, more={"axis": 1})
    logits = graph.linear("classifier", features, head.weight, head.bias)
    graph.save(path, logits, head.out_features)
