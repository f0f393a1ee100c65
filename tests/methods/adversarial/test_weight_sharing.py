import pytest
import torch

from labkit.evaluation.predict import predict
from labkit.methods.adversarial.weight_sharing import frozen_logits, share_weights
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.models.bilstm import build_bilstm
from tests.helpers import tiny


def copied(how, part="encoder"):
    """Names of the weights that the fresh model has from the first one."""
    first, fresh = tiny.bilstm(seed=1), tiny.bilstm(seed=2)
    before = tiny.weights(fresh)
    assert share_weights(first, fresh, how, part) is fresh
    after, source = tiny.weights(fresh), tiny.weights(first)
    taken = {n for n in after if torch.equal(after[n], source[n])}
    left = {n for n in after if torch.equal(after[n], before[n])}
    assert taken | left == set(after)
    return {name for name in taken if not torch.equal(before[name], source[name])}


def test_full_sharing_gives_the_same_logits():
    first, fresh, texts = tiny.bilstm(seed=1), tiny.bilstm(seed=2), tiny.encoded()
    share_weights(first, fresh, "full")
    assert torch.equal(predict(first, texts), predict(fresh, texts))


def test_no_sharing_leaves_the_fresh_model_as_it_is():
    assert copied("none") == set()


def test_partial_sharing_takes_all_but_the_classifier():
    names = copied("partial")
    assert "embeddings.weight" in names
    assert "forwards.weight_ih_l0" in names
    assert not any(name.startswith("classifier") for name in names)


def test_partial_sharing_can_take_the_token_vectors_alone():
    assert copied("partial", "embedding") == {"embeddings.weight"}


def test_a_transformer_shares_its_encoder_and_not_its_head():
    first, fresh = tiny.bert(seed=1), tiny.bert(seed=2)
    head = fresh.classifier.weight.detach().clone()
    share_weights(first, fresh, "partial")
    assert torch.equal(fresh.classifier.weight, head)
    table = "bert.embeddings.word_embeddings.weight"
    assert torch.equal(fresh.state_dict()[table], first.state_dict()[table])


def test_the_copy_goes_its_own_way():
    first, fresh = tiny.bilstm(seed=1), tiny.bilstm(seed=2)
    before = tiny.weights(first)
    share_weights(first, fresh)
    config = DistillConfig(Weights(1, 0), epochs=1)
    list(distill(fresh, None, tiny.encoded(), config))
    assert tiny.equal(tiny.weights(first), before)


def test_models_of_other_sizes_and_unknown_ways_are_refused():
    wide = build_bilstm(62, 3, embedding_size=8, hidden_size=9)
    with pytest.raises(ValueError, match="differ in backwards"):
        share_weights(tiny.bilstm(), wide)
    with pytest.raises(ValueError, match="got how='half', wanted one of"):
        share_weights(tiny.bilstm(), tiny.bilstm(), "half")
    with pytest.raises(ValueError, match="got part='head', wanted one of"):
        share_weights(tiny.bilstm(), tiny.bilstm(), "partial", "head")


def test_frozen_logits_do_not_move_with_the_model():
    model, texts = tiny.bilstm(), tiny.encoded()
    frozen = frozen_logits(model, texts)
    before = frozen.values.clone()
    list(distill(model, None, texts, DistillConfig(Weights(1, 0), epochs=1)))
    assert torch.equal(frozen.values, before)
    assert not torch.allclose(predict(model, texts), before)
