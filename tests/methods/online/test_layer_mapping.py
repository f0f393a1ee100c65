import pytest
import torch

from labkit.losses.kl import soft_kl
from labkit.methods.online.layer_mapping import (
    WidthMap,
    attention_loss,
    every_nth,
    hidden_loss,
    patient_loss,
    soft_cross_entropy,
)
from tests.helpers import tiny


def states(layers, width=4, seed=0, grad=False):
    chance = torch.Generator().manual_seed(seed)
    return [
        torch.randn(2, 3, width, generator=chance).requires_grad_(grad) for _ in range(layers + 1)
    ]


def test_layers_are_matched_at_equal_distances():
    assert every_nth(4, 12) == [3, 6, 9, 12]
    assert every_nth(6, 6) == [1, 2, 3, 4, 5, 6]
    for wrong in ((0, 6), (7, 6)):
        with pytest.raises(ValueError, match="layers"):
            every_nth(*wrong)


def test_patience_looks_at_matched_first_tokens_and_leaves_the_last_layer_out():
    teacher = states(4)
    student = [teacher[0], 3 * teacher[2], torch.zeros_like(teacher[4])]
    assert patient_loss(student, teacher).item() == pytest.approx(0, abs=1e-7)  # length has no say
    student[1] = -teacher[2]
    # opposite unit vectors lie 2 apart: 4 summed over the width, 1 as a mean over 4
    assert patient_loss(student, teacher).item() == pytest.approx(1.0, rel=1e-5)
    other_tokens = teacher[2].clone()
    other_tokens[:, 1:] = 9.0
    assert patient_loss([teacher[0], other_tokens, teacher[4]], teacher).item() < 1e-7


def test_layers_can_be_named():
    teacher = states(4)
    student = [teacher[0], teacher[1], teacher[4]]
    assert patient_loss(student, teacher, [1]).item() < 1e-7 < patient_loss(student, teacher).item()
    with pytest.raises(ValueError, match="2 layers to copy, wanted 1"):
        patient_loss(student, teacher, [1, 2])
    with pytest.raises(ValueError, match="1 layer"):
        patient_loss(student[:2], teacher)


def test_hidden_loss_is_0_for_a_copy_and_leaves_padding_out():
    teacher, widen = states(4), WidthMap(4, 4)
    with torch.no_grad():
        widen.widen.weight.copy_(torch.eye(4))
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    student = [teacher[place].clone() for place in (0, 2, 4)]
    student[1][1, 2] = 100.0
    assert hidden_loss(student, teacher, widen, mask).item() == 0
    student[2][0, 0] += 1.0
    assert hidden_loss(student, teacher, widen, mask).item() == pytest.approx(1 / 5)


def test_partners_of_hidden_states_can_be_named():
    teacher, widen = states(4), WidthMap(4, 4)
    with torch.no_grad():
        widen.widen.weight.copy_(torch.eye(4))
    mask = torch.ones(2, 3)
    own = [teacher[place] for place in (0, 1, 3)]
    assert hidden_loss(own, teacher, widen, mask, [0, 1, 3]).item() == 0
    assert hidden_loss(own, teacher, widen, mask).item() > 0
    with pytest.raises(ValueError, match="2 layers to copy, wanted 3"):
        hidden_loss(own, teacher, widen, mask, [0, 1])


def test_the_teacher_gets_no_gradient():
    student, teacher = states(2, width=3, grad=True), states(4, seed=1, grad=True)
    hidden_loss(student, teacher, WidthMap(3, 4), torch.ones(2, 3)).backward()
    assert student[1].grad is not None and all(layer.grad is None for layer in teacher)


def test_attention_of_a_real_pair_of_encoders():
    ids, mask = torch.tensor([[5, 6, 7], [8, 9, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0]])
    found = []
    for layers in (2, 4):
        bert = tiny.bert(layers=layers)
        bert.set_attn_implementation("eager")
        found.append(bert(ids, mask, output_attentions=True).attentions)
    student, teacher = found
    assert attention_loss(student, teacher, mask).item() > 0
    copies = [teacher[1], teacher[3]]
    assert attention_loss(copies, teacher, mask).item() == 0
    with pytest.raises(ValueError, match="attention of shape"):
        attention_loss([layer[:, :1] for layer in student], teacher, mask)


def test_soft_cross_entropy_is_the_kl_plus_the_teachers_entropy():
    chance = torch.Generator().manual_seed(0)
    student, teacher = (torch.randn(4, 3, generator=chance) for _ in range(2))
    p = torch.softmax(teacher, 1)
    entropy = -(p * p.log()).sum(1).mean()
    found = soft_cross_entropy(student, teacher)
    torch.testing.assert_close(found, soft_kl(student, teacher, 1.0) + entropy)
