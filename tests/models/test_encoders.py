import pytest
import torch
from transformers.utils import logging

from labkit.data.batches import collate
from labkit.models import encoders as models
from labkit.models.encoders import (
    embedding_pca,
    keep_layers,
    load_encoder,
    load_tokenizer,
    quiet_loading,
)
from tests.helpers import tiny


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A tiny BERT and its tokenizer where `fetch` would put them."""
    tiny.bert(layers=6).bert.save_pretrained(tmp_path / "bert")
    tiny.tokenizer().save_pretrained(tmp_path / "bert")
    monkeypatch.setattr(models, "fetch", lambda name: tmp_path / "bert")
    return tmp_path / "bert"


@pytest.mark.parametrize(
    ("layers", "kept"), [(1, [5]), (2, [2, 5]), (3, [1, 3, 5]), (6, [0, 1, 2, 3, 4, 5])]
)
def test_layers_are_taken_at_equal_distances_with_the_last(layers, kept):
    model = tiny.bert(layers=6)
    stack = list(model.bert.encoder.layer)
    keep_layers(model, layers)
    assert [stack.index(layer) for layer in model.bert.encoder.layer] == kept
    assert model.config.num_hidden_layers == layers


def test_a_cut_encoder_computes_and_is_saved_at_its_new_depth(tmp_path):
    model = tiny.bert(layers=6)
    keep_layers(model, 2)
    model.save_pretrained(tmp_path)
    again = type(model).from_pretrained(tmp_path).eval()
    batch = collate(tiny.encoded(), torch.arange(4))
    wanted = model.eval()(batch.input_ids, batch.attention_mask).logits
    torch.testing.assert_close(again(batch.input_ids, batch.attention_mask).logits, wanted)


def test_too_many_layers_are_refused():
    with pytest.raises(ValueError, match="between 1 and 6, got 7"):
        keep_layers(tiny.bert(layers=6), 7)


def test_a_model_without_layers_is_refused():
    with pytest.raises(ValueError, match="has no list of"):
        keep_layers(tiny.bilstm(), 1)


def test_a_pretrained_encoder_gets_a_head_that_the_seed_decides(stored):
    first, again = load_encoder("x", 5, seed=1), load_encoder("x", 5, seed=1)
    other = load_encoder("x", 5, seed=2, label_names=tuple("abcde"))
    assert torch.equal(first.classifier.weight, again.classifier.weight)
    assert not torch.equal(first.classifier.weight, other.classifier.weight)
    body = "bert.encoder.layer.0.output.dense.weight"
    assert torch.equal(first.state_dict()[body], other.state_dict()[body])
    assert other.config.id2label[4] == "e"
    assert len(load_encoder("x", 5, layers=2).bert.encoder.layer) == 2


def test_the_tokenizer_comes_from_the_same_folder(stored):
    assert load_tokenizer("x")("word3")["input_ids"] == tiny.tokenizer()("word3")["input_ids"]


def test_pca_keeps_the_distances_between_tokens_as_well_as_any_projection_of_its_width():
    model = tiny.bert()
    table = model.get_input_embeddings().weight.detach()
    full, small = embedding_pca(model, 16), embedding_pca(model, 3)
    scale = torch.pdist(table).mean() / torch.pdist(full).mean()
    torch.testing.assert_close(torch.pdist(full) * scale, torch.pdist(table), atol=1e-4, rtol=1e-3)
    assert small.shape == (62, 3)
    assert float(small.std()) == pytest.approx(0.1, rel=1e-3)
    explained = torch.linalg.svdvals(table - table.mean(0)) ** 2
    columns = full.var(0)
    torch.testing.assert_close(columns / columns.sum(), explained / explained.sum())


def test_pca_is_the_same_twice_and_refuses_too_wide_a_size():
    assert torch.equal(embedding_pca(tiny.bert(), 4), embedding_pca(tiny.bert(), 4))
    with pytest.raises(ValueError, match="between 1 and 16, got 17"):
        embedding_pca(tiny.bert(), 17)


def test_nothing_is_printed_and_the_settings_come_back(tmp_path, capfd):
    model = tiny.bert()
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with quiet_loading():
        model.bert.save_pretrained(tmp_path)
        type(model).from_pretrained(tmp_path)
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before
    assert capfd.readouterr() == ("", "")
