import torch
from hypothesis import given
from hypothesis import strategies as st

from labkit.data import batches
from labkit.data.batches import collate, in_order, padding_share, shuffled_rows
from labkit.data.encoding.encoded import encode
from labkit.data.formats import mapped
from tests.helpers import tiny
from tests.helpers.properties import many


def test_a_batch_holds_the_tokens_of_its_rows_and_nothing_else():
    encoded = tiny.encoded()
    batch = collate(encoded, torch.tensor([5, 2, 9]))
    for place, row in enumerate([5, 2, 9]):
        length = int(batch.attention_mask[place].sum())
        assert batch.input_ids[place, :length].tolist() == encoded.row(row)
        assert (batch.input_ids[place, length:] == encoded.pad_id).all()
    assert batch.labels.tolist() == encoded.labels[[5, 2, 9]].tolist()


def test_an_epoch_holds_every_row_once():
    encoded = tiny.encoded(101)
    rows = torch.cat(shuffled_rows(encoded, 8, seed=3, epoch=1))
    assert sorted(rows.tolist()) == list(range(101))


def test_the_same_seed_and_epoch_give_the_same_batches_and_another_epoch_gives_others():
    encoded = tiny.encoded()
    first, again, next_epoch = (shuffled_rows(encoded, 8, 0, epoch) for epoch in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, next_epoch, strict=True))


def test_rows_of_like_length_share_a_batch():
    encoded = tiny.encoded(2000)
    chance = torch.randperm(2000, generator=torch.Generator().manual_seed(0)).split(32)
    bucketed = padding_share(encoded, shuffled_rows(encoded, 32, 0, 0))
    assert bucketed < 0.05 < padding_share(encoded, chance)


def test_short_batches_do_not_all_come_first():
    encoded = tiny.encoded(2000)
    longest = [int(encoded.lengths[rows].max()) for rows in shuffled_rows(encoded, 32, 0, 0)]
    assert longest != sorted(longest)


def test_evaluation_sees_every_row_once():
    encoded = tiny.encoded(50)
    rows = torch.cat([batch.rows for batch in in_order(encoded, 8)])
    assert sorted(rows.tolist()) == list(range(50))


@many
@given(
    lengths=st.lists(st.integers(0, 9), min_size=1, max_size=40),
    size=st.integers(1, 9),
    seed=st.integers(0, 5),
)
def test_batches_hold_every_row_once_with_its_own_tokens_and_mask(lengths, size, seed):
    texts = [" ".join(tiny.WORDS[:n]) for n in lengths]
    encoded = encode(texts, tiny.tokenizer(), list(range(len(texts))))
    seen = []
    for rows in shuffled_rows(encoded, size, seed, epoch=1):
        batch = collate(encoded, rows)
        assert batch.attention_mask.sum(1).tolist() == encoded.lengths[rows].tolist()
        assert batch.input_ids.shape[1] == int(encoded.lengths[rows].max())
        for place, row in enumerate(rows.tolist()):
            mask = batch.attention_mask[place].bool()
            assert batch.input_ids[place][mask].tolist() == encoded.row(row)
            assert (batch.input_ids[place][~mask] == encoded.pad_id).all()
            assert int(batch.labels[place]) == row
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(texts)))


def test_token_ids_of_a_file_are_those_in_memory_in_batches_of_the_same_kind(monkeypatch):
    plain = tiny.encoded(300)
    monkeypatch.setattr(mapped, "LARGE", 8)
    in_file = tiny.encoded(300)
    assert plain.ids.dtype == in_file.ids.dtype == torch.int32
    for _ in range(2 * batches.BATCHES_IN_MEMORY):
        one, other = (collate(each, torch.tensor([299, 0, 150])) for each in (plain, in_file))
        assert torch.equal(one.input_ids, other.input_ids)
        assert one.input_ids.dtype == torch.int64
