import numpy as np
import onnxruntime
import pytest
import torch

from labkit.data.batches import collate
from labkit.models.export.small_graphs import write_bilstm, write_swem
from labkit.models.swem import build_swem
from tests.helpers import tiny


def swem():
    return build_swem(62, 3, torch.randn(62, 8, generator=torch.Generator().manual_seed(0)))


@pytest.mark.parametrize(("build", "write"), [(tiny.bilstm, write_bilstm), (swem, write_swem)])
def test_the_graph_gives_the_logits_of_torch_for_any_batch_and_length(tmp_path, build, write):
    model, encoded = build().eval(), tiny.encoded()
    write(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    for rows in ([0], [1, 2], list(range(48))):
        batch = collate(encoded, torch.tensor(rows))
        with torch.no_grad():
            wanted = model(batch.input_ids, batch.attention_mask).logits.numpy()
        given = {
            "input_ids": batch.input_ids.numpy(),
            "attention_mask": batch.attention_mask.numpy(),
        }
        np.testing.assert_allclose(session.run(None, given)[0], wanted, atol=1e-5)
