from dataclasses import replace

import pytest
import torch

from labkit.data.batches import collate
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.pooled import pooled
from labkit.models.top_layers import TopClassifier, TopLayers, features_above, lower_states
from tests.helpers import tiny


@pytest.mark.parametrize("layers", [0, 3])
def test_lower_states_and_upper_layers_are_the_whole_encoder(layers):
    bert, encoded = tiny.bert().eval(), tiny.encoded(12)
    states = lower_states(bert, encoded, layers)
    found = features_above(TopLayers(bert, layers), states, batch_size=5)
    batch = collate(encoded, torch.arange(12))
    wanted = pooled(bert, batch.input_ids, batch.attention_mask)
    torch.testing.assert_close(found, wanted, atol=5e-3, rtol=5e-3)  # float16 is kept


def test_fewer_layers_are_another_model():
    bert, encoded = tiny.bert().eval(), tiny.encoded(12)
    states = lower_states(bert, encoded, 0)
    whole, cut = (features_above(TopLayers(bert, 0, last), states) for last in (4, 2))
    assert not torch.allclose(whole, cut, atol=5e-3)


def test_the_encoder_is_left_alone_and_the_copy_trains():
    bert, encoded = tiny.bert().train(), tiny.encoded(12)
    before = tiny.weights(bert)
    states = lower_states(bert, encoded, 2)
    assert bert.training and bert.config._attn_implementation == "sdpa"
    features = features_above(TopLayers(bert, 2), states)
    model = TopClassifier(TopLayers(bert, 2), features, 3, BottleneckConfig(latent=4)).train()
    rows = torch.tensor([3, 7])
    model(*states.take(rows)).logits.sum().backward()
    assert all(w.grad is not None for w in model.top.parameters())
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(1.0)
    assert tiny.equal(before, tiny.weights(bert))


def test_the_states_of_a_text_do_not_depend_on_what_stands_beside_it():
    bert, encoded = tiny.bert().eval(), tiny.encoded(12)
    states = lower_states(bert, encoded, 2)
    top = TopLayers(bert, 2).eval()
    together, alone = top(*states.take(torch.arange(12))), top(*states.take(torch.tensor([5])))
    torch.testing.assert_close(together[5:6], alone)


def test_a_bag_is_the_mean_of_the_token_states():
    states = lower_states(tiny.bert(), tiny.encoded(5), 0)
    taken, mask = states.take(torch.tensor([2]))
    torch.testing.assert_close(states.bag()[2], taken[0][mask[0]].mean(0))


def test_other_encoders_and_missing_layers_are_refused():
    with pytest.raises(ValueError, match="wanted 'bert'"):
        lower_states(tiny.bilstm(), tiny.encoded(5), 0)
    with pytest.raises(ValueError, match="5 layers of an encoder that has 4"):
        lower_states(tiny.bert(), tiny.encoded(5), 5)


def test_a_model_that_fails_is_given_back_in_the_mode_it_came_in():
    encoded, states = tiny.encoded(4), lower_states(tiny.bert(), tiny.encoded(4), 0)
    bert, top = tiny.bert().train(), TopLayers(tiny.bert(), 0).train()
    with pytest.raises(IndexError):
        lower_states(bert, replace(encoded, ids=encoded.ids + 1000), 0)
    with pytest.raises(RuntimeError):
        features_above(top, replace(states, states=states.states[:, :7]))
    assert bert.training and top.training
