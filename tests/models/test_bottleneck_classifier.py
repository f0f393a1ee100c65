import pytest
import torch

from labkit.data.batches import collate
from labkit.models.bottleneck_classifier import BottleneckClassifier
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.pooled import pooled
from labkit.training.compact_embedding import compact
from tests.helpers import tiny


@pytest.mark.parametrize("build", [tiny.bilstm, tiny.bert])
def test_a_classifier_passes_its_pooled_features_through(build):
    model, batch = build(), collate(tiny.encoded(), torch.arange(8))
    given = pooled(model.eval(), batch.input_ids, batch.attention_mask)
    wrapped = BottleneckClassifier(model, given, 3, BottleneckConfig(latent=4)).eval()
    output = wrapped(batch.input_ids, batch.attention_mask)
    assert torch.equal(output.logits, wrapped.bottleneck(given).logits)
    wrapped.train()
    output = wrapped(batch.input_ids, batch.attention_mask)
    wrapped.bottleneck.loss(output.passage).total.backward()
    assert wrapped.get_input_embeddings().weight.grad.abs().sum() > 0


def test_a_wrapped_classifier_can_train_the_occurring_rows_alone():
    model, encoded = tiny.bilstm(), tiny.encoded()
    batch = collate(encoded, torch.arange(8))
    given = pooled(model.eval(), batch.input_ids, batch.attention_mask)
    wrapped = BottleneckClassifier(model, given, 3, BottleneckConfig(latent=4)).eval()
    before = wrapped(batch.input_ids, batch.attention_mask).logits
    table = compact(wrapped, [encoded])
    assert table is not None
    with table.in_use():
        assert torch.equal(wrapped(batch.input_ids, batch.attention_mask).logits, before)
    table.close()
    assert torch.equal(wrapped(batch.input_ids, batch.attention_mask).logits, before)
