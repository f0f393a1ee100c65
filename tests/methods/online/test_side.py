import pytest
import torch

from labkit.methods.online.config import SideConfig
from labkit.methods.online.side import Side, row_inputs, token_inputs
from labkit.models.bottleneck_classifier import BottleneckClassifier
from labkit.models.bottlenecks import BottleneckConfig
from labkit.training.config import Weights
from labkit.training.together import Turn
from tests.helpers import tiny
from tests.helpers.online.pair_of_models import pair

ROWS = torch.arange(8)


def side(kind="linear", weights=None, **others):
    two = pair(BottleneckConfig(kind, latent=4))
    config = SideConfig(weights or Weights(0.9, 0.1))
    return Side(two.teacher.model, two.teacher.inputs, two.train.labels, config, **others)


def test_a_look_has_no_gradient_and_no_dropout():
    teacher = side()
    first, second = teacher.look(ROWS), teacher.look(ROWS)
    assert torch.equal(first.logits, second.logits)
    assert not first.logits.requires_grad
    assert not torch.equal(teacher.answer(ROWS).logits, teacher.answer(ROWS).logits)


def test_heads_have_a_rate_of_their_own():
    two = pair()
    config = SideConfig(learning_rate=1e-3, head_learning_rate=5e-2)
    groups = Side(
        two.student.model, two.student.inputs, two.train.labels, config
    ).optimizer.param_groups
    assert [group["lr"] for group in groups] == [1e-3, 5e-2]
    assert {id(w) for w in groups[1]["params"]} == {
        id(w) for w in two.student.model.bottleneck.parameters()
    }


def test_a_bert_with_a_bottleneck_reads_pairs_with_their_token_types():
    bert, encoded = tiny.bert().eval(), tiny.encoded(6)
    ids, mask, types = token_inputs(encoded, separator=int(encoded.ids[0]))(torch.tensor([0]))
    assert ids.shape == mask.shape == types.shape
    features = torch.randn(6, 16)
    model = BottleneckClassifier(bert, features, 3, BottleneckConfig(latent=4))
    plain = Side(model, token_inputs(encoded), encoded.labels, SideConfig())
    assert plain.look(torch.tensor([0, 3])).logits.shape == (2, 3)


def test_a_loss_that_is_no_number_stops_before_the_step():
    teacher = side()
    before = tiny.weights(teacher.model)
    bad = teacher.answer(ROWS).logits.sum() * torch.nan
    with pytest.raises(FloatingPointError, match="step 3"):
        teacher.descend(bad, Turn(3, 9, 0, ROWS, False, False))
    assert tiny.equal(before, tiny.weights(teacher.model))


def test_row_inputs_take_rows():
    table = torch.arange(6.0).reshape(3, 2)
    assert torch.equal(row_inputs(table)(torch.tensor([2, 0]))[0], table[[2, 0]])


def test_a_gradient_that_is_not_a_number_leaves_the_weights_alone():
    teacher = side()
    before = tiny.weights(teacher.model)
    loss = (teacher.answer(ROWS).logits * 0).abs().sqrt().sum()
    with pytest.raises(FloatingPointError, match="gradient of step 0"):
        teacher.descend(loss, Turn(0, 4, 0, ROWS, True, False))
    assert tiny.equal(tiny.weights(teacher.model), before)
