import numpy as np
import onnxruntime
import pytest
import torch

from labkit.data.batches import collate
from labkit.models.export.bert_graph import write_bert
from tests.helpers import tiny


def test_the_graph_gives_the_logits_of_torch_for_any_batch_and_length(tmp_path):
    model, encoded = tiny.bert().eval(), tiny.encoded()
    write_bert(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    for rows in ([0], list(range(48))):
        batch = collate(encoded, torch.tensor(rows))
        with torch.no_grad():
            wanted = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
        given = {
            "input_ids": batch.input_ids.numpy(),
            "attention_mask": batch.attention_mask.numpy(),
        }
        np.testing.assert_allclose(session.run(None, given)[0], wanted.numpy(), atol=1e-5)


def test_another_architecture_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'labkit_bilstm' .* wanted 'bert'"):
        write_bert(tiny.bilstm(), tmp_path / "model.onnx")
