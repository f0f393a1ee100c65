import pytest
import torch

from labkit.data.batches import collate
from labkit.models.pooled import mean_over_tokens, pooled, second_text
from tests.helpers import tiny


def test_the_mean_leaves_padding_out():
    states = torch.tensor([[[2.0, 4.0], [4.0, 8.0], [100.0, 100.0]]])
    mean = mean_over_tokens(states, torch.tensor([[1, 1, 0]]))
    assert torch.equal(mean, torch.tensor([[3.0, 6.0]]))


def test_a_small_student_gives_its_own_features():
    student, batch = tiny.bilstm().eval(), collate(tiny.encoded(), torch.arange(4))
    found = pooled(student, batch.input_ids, batch.attention_mask)
    assert torch.equal(found, student.features(batch.input_ids, batch.attention_mask))


def test_an_encoder_gives_one_row_for_each_text_whatever_stands_beside_it():
    bert, batch = tiny.bert().eval(), collate(tiny.encoded(), torch.arange(4))
    together = pooled(bert, batch.input_ids, batch.attention_mask)
    length = int(batch.attention_mask[2].sum())
    alone = pooled(bert, batch.input_ids[2:3, :length])
    assert together.shape == (4, 16)
    torch.testing.assert_close(together[2:3], alone)


def test_token_types_reach_the_encoder():
    bert = tiny.bert().eval()
    ids = torch.tensor([[2, 5, 3, 7, 3]])
    mask = torch.ones_like(ids)
    plain = pooled(bert, ids, mask)
    typed = pooled(bert, ids, mask, second_text(ids, mask, separator=3))
    assert not torch.allclose(plain, typed)


def test_the_second_text_begins_after_the_first_separator():
    ids = torch.tensor([[2, 5, 3, 7, 3, 0], [2, 5, 6, 3, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 0, 0]])
    wanted = torch.tensor([[0, 0, 0, 1, 1, 0], [0, 0, 0, 0, 0, 0]])
    assert torch.equal(second_text(ids, mask, separator=3), wanted)


def test_a_pair_without_separator_is_refused():
    ids = torch.tensor([[2, 5, 3], [2, 5, 6]])
    with pytest.raises(ValueError, match="row 1 has no separator"):
        second_text(ids, torch.ones_like(ids), separator=3)
