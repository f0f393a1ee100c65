import pytest
import torch

from labkit.data.batches import collate
from labkit.training.compact_embedding import CompactEmbedding, compact, expand
from tests.helpers import tiny


@pytest.mark.parametrize("build", [tiny.bilstm, tiny.bert])
def test_a_compact_model_gives_the_same_logits(build):
    model, encoded = build().eval(), tiny.encoded()
    batch = collate(encoded, torch.arange(8))
    wanted = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
    compact(model, [encoded])
    found = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
    torch.testing.assert_close(found, wanted)


def test_only_tokens_that_occur_are_trained():
    model, few = tiny.bilstm(), tiny.encoded(3)
    table = compact(model, [few])
    assert isinstance(table, CompactEmbedding)
    assert len(table.weight) == len(few.ids.unique()) < 62


def test_a_token_outside_the_trained_rows_still_has_its_vector():
    model, few, many = tiny.bilstm().eval(), tiny.encoded(3), tiny.encoded(40)
    batch = collate(many, torch.arange(40))
    wanted = model(batch.input_ids, batch.attention_mask).logits
    compact(model, [few])
    torch.testing.assert_close(model(batch.input_ids, batch.attention_mask).logits, wanted)


def test_no_gradient_reaches_the_full_table_not_even_from_padding():
    model, encoded = tiny.bilstm(), tiny.encoded()
    full = model.embeddings
    compact(model, [encoded])
    batch = collate(encoded, encoded.lengths.argsort()[[0, -1]])
    assert bool((batch.attention_mask == 0).any())
    model(batch.input_ids, batch.attention_mask).logits.sum().backward()
    assert full.weight.grad is None


def test_trained_rows_come_back_and_the_others_are_untouched():
    model, few = tiny.bilstm(), tiny.encoded(3)
    before = model.embeddings.weight.detach().clone()
    table = compact(model, [few])
    with torch.no_grad():
        table.weight.add_(1)
    expand(model)
    moved = (model.embeddings.weight - before).abs().sum(1) > 0
    assert moved.nonzero().flatten().tolist() == few.ids.unique().tolist()


def test_expanding_a_whole_model_changes_nothing():
    model = tiny.bilstm()
    table = model.embeddings
    expand(model)
    assert model.embeddings is table
