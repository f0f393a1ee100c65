import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.fixture(scope="module", params=[swem, tiny.bilstm], ids=["swem", "bilstm"])
def student(request):
    return request.param().eval()


KINDS = (torch.int64, torch.int32, torch.bool, torch.float32, torch.float16, torch.uint8)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(st.integers(2, 61), min_size=1, max_size=9), min_size=1, max_size=5),
    gaps=st.lists(st.integers(0, 3), min_size=60, max_size=60),
    kind=st.sampled_from(KINDS),
    pad=st.integers(0, 61),
)
def test_padding_on_either_side_or_between_never_changes_a_row(student, rows, gaps, kind, pad):
    spread = []
    for number, row in enumerate(rows):
        places = [(pad, 0)] * gaps[number]
        for place, token in enumerate(row):
            places += [(token, 1)] + [(pad, 0)] * gaps[5 + number * 10 + place]
        spread.append(places)
    width = max(map(len, spread))
    full = [row + [(pad, 0)] * (width - len(row)) for row in spread]
    ids = torch.tensor([[token for token, _ in row] for row in full])
    mask = torch.tensor([[one for _, one in row] for row in full]).to(kind)
    logits = student(ids, mask).logits
    for number, row in enumerate(rows):
        alone = student(torch.tensor([row])).logits[0]
        torch.testing.assert_close(logits[number], alone, atol=1e-5, rtol=1e-4)


def test_a_row_without_tokens_has_finite_logits(student):
    logits = student(torch.tensor([[0, 0], [3, 4]]), torch.tensor([[0, 0], [1, 1]])).logits
    assert logits.isfinite().all() and logits.abs().max() < 1e3


def test_a_mask_of_another_shape_is_refused(student):
    with pytest.raises(ValueError, match="wanted one number for each token"):
        student(torch.tensor([[3, 4]]), torch.ones(1, 3))
