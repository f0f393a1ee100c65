import pytest
import torch

from labkit.data.batches import collate, encode, in_order, padding_share, shuffled_rows
from tests.helpers import tiny


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


def test_a_long_text_is_cut_and_odd_scripts_are_kept():
    made = ["word1 " * 10_000, "🙂 🙃", "שלום עולם", ""]
    encoded = encode(made, tiny.tokenizer(), max_length=16)
    assert encoded.lengths.tolist()[:3] == [16, 2, 2]
    assert encoded.texts[2] == "שלום עולם"


def test_a_text_without_a_token_still_makes_a_row():
    encoded = encode(["", "word1"], tiny.tokenizer(), [0, 1])
    batch = collate(encoded, torch.tensor([0, 1]))
    assert batch.input_ids.shape == (2, 1)
    logits = tiny.bilstm().eval()(batch.input_ids, batch.attention_mask).logits
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"texts": []}, "no texts"),
        ({"texts": ["a"], "labels": [1, 2]}, "1 texts and 2 labels"),
        ({"texts": ["a"], "pairs": ["b", "c"]}, "1 texts and 2 pairs"),
        ({"texts": ["a"], "max_length": 2}, "at least 3"),
    ],
)
def test_lists_that_do_not_fit_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        encode(tokenizer=tiny.tokenizer(), **arguments)


def test_the_fingerprint_tells_texts_and_order_apart():
    tokenizer = tiny.tokenizer()
    keys = {encode(made, tokenizer).key for made in (["a", "b"], ["b", "a"], ["ab", ""], ["a"])}
    assert len(keys) == 4
