import numpy as np
import onnxruntime
import pytest
import torch

from labkit.models.export.graph import INPUTS, Graph


def test_a_graph_computes_what_was_written_down_and_its_batch_is_free(tmp_path):
    graph = Graph()
    table = graph.constant("table", torch.tensor([[0.0, 1.0], [2.0, -3.0]]))
    values = graph.node("Gather", table, INPUTS[0])
    highest, mean = graph.maximum_and_mean(values, graph.padding(), graph.length())
    graph.save(tmp_path / "a.onnx", graph.node("Add", highest, mean), 2)
    session = onnxruntime.InferenceSession(tmp_path / "a.onnx")
    for rows in (1, 3):
        ids = np.array([[0, 1, 1]] * rows)
        mask = np.array([[1, 1, 0]] * rows)
        found = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        np.testing.assert_allclose(found, [[2 + 1, 1 - 1]] * rows)


def test_numbers_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="table is float64, wanted float32 or int64"):
        Graph().constant("table", np.zeros(2))
