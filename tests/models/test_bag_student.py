import pytest
import torch

from labkit.models.bag_student import BagClassifier
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers import tiny


def bags(rows=30):
    return torch.randn(rows, 6, generator=torch.Generator().manual_seed(0)) * 5 + 2


def student(kind="linear", seed=0):
    return BagClassifier(bags(), 3, BottleneckConfig(kind, latent=4), hidden=8, seed=seed)


def test_the_bags_are_scaled_by_one_number():
    model = student().eval()
    wanted = model.hidden((bags() - bags().mean(0)) / model.scale).relu()
    scaled = (wanted - model.bottleneck.centre) / model.bottleneck.scale
    torch.testing.assert_close(model(bags()).passage.features, scaled.detach())


def test_the_seed_decides_the_first_weights_and_every_kind_shares_them():
    assert tiny.equal(tiny.weights(student()), tiny.weights(student()))
    assert torch.equal(student("vae").hidden.weight, student("linear").hidden.weight)
    assert not torch.equal(student(seed=1).hidden.weight, student().hidden.weight)


def test_dropout_acts_in_training_alone():
    model = student().train()
    assert not torch.equal(model(bags()).logits, model(bags()).logits)
    model.eval()
    assert torch.equal(model(bags()).logits, model(bags()).logits)


def test_a_student_without_hidden_numbers_is_refused():
    with pytest.raises(ValueError, match="hidden"):
        BagClassifier(bags(), 3, BottleneckConfig(latent=4), hidden=0)
