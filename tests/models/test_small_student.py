import pytest
import torch

from labkit.models.small_student import loss_of, new_student
from labkit.models.swem import SWEMConfig, SWEMForSequenceClassification
from tests.helpers import tiny


def swem():
    return SWEMForSequenceClassification(SWEMConfig(62, 4, num_labels=3))


def test_a_single_score_has_a_squared_error_and_classes_a_cross_entropy():
    assert loss_of(torch.tensor([[3.0]]), torch.tensor([1.0])).item() == 4
    even = loss_of(torch.zeros(2, 5), torch.tensor([0, 3])).item()
    assert even == pytest.approx(torch.tensor(5.0).log().item())


def test_a_table_of_vectors_can_be_put_in_place_of_the_own():
    student = swem()
    other = torch.nn.Embedding(62, 4)
    student.set_input_embeddings(other)
    assert student.get_input_embeddings() is other


@pytest.mark.parametrize("make", [swem, tiny.bilstm])
def test_the_logits_are_32_bit_numbers_in_every_precision(make):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert make()(torch.tensor([[3, 4]])).logits.dtype == torch.float32


def test_the_seed_decides_the_weights_and_nothing_else():
    state = torch.get_rng_state()
    first, again, other = (tiny.weights(new_student(swem, seed)) for seed in (1, 1, 2))
    assert tiny.equal(first, again)
    assert not tiny.equal(first, other)
    assert torch.equal(torch.get_rng_state(), state)
