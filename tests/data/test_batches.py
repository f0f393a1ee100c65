import pyarrow as pa
import pytest
import torch
from datasets import Dataset
from hypothesis import given
from hypothesis import strategies as st

from labkit.data import Study, batches
from labkit.data.batches import (
    collate,
    encode,
    encode_study,
    first_rows,
    in_order,
    padding_share,
    shuffled_rows,
    token_limit,
)
from labkit.data.formats import mapped
from labkit.data.formats.text_column import TextColumn
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


def test_pairs_are_known_by_their_second_texts_and_not_by_a_tab():
    alone = encode(["a\tb", "c"], tiny.tokenizer())
    paired = encode(["a", "c"], tiny.tokenizer(), pairs=["b", "d"])
    assert alone.pairs is None and alone.texts == ("a\tb", "c")
    assert paired.texts == ("a", "c") and paired.pairs == ("b", "d")
    swapped = encode(["a", "c"], tiny.tokenizer(), pairs=["d", "b"])
    assert len({alone.key, paired.key, swapped.key, encode(["a", "c"], tiny.tokenizer()).key}) == 4


def test_the_first_rows_of_pairs_keep_both_texts():
    paired = encode(["a", "c", "e"], tiny.tokenizer(), [0, 1, 2], pairs=["b", "d", "f"])
    part = first_rows(paired, 2)
    wanted = encode(["a", "c"], tiny.tokenizer(), [0, 1], pairs=["b", "d"])
    assert (part.texts, part.pairs, part.key) == (wanted.texts, wanted.pairs, wanted.key)
    assert [part.row(n) for n in range(2)] == [wanted.row(n) for n in range(2)]


def test_one_text_in_place_of_a_list_is_refused():
    with pytest.raises(ValueError, match="wanted a list of texts"):
        encode("just one text", tiny.tokenizer())


def study_of_words(*words):
    rows = Dataset.from_dict(
        {"text": [" ".join(["word1"] * n) for n in words], "label": [0] * len(words)}
    )
    return Study(f"words {words[0]}", rows, rows, rows, ("a",), "a test")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [([9, 64, 500], 64), ([9, 500], 64), ([65, 100], 128), ([200] * 9 + [9], 256), ([900], 256)],
)
def test_a_set_of_long_texts_gets_a_longer_limit(words, wanted):
    part = study_of_words(*words)
    assert token_limit(part, tiny.tokenizer()) == wanted
    assert encode_study(part, tiny.tokenizer()).max_length == wanted


def test_texts_that_are_cut_are_counted_and_said_once(capsys):
    part = study_of_words(100, 60, 84)
    for _ in range(2):
        encoded = encode_study(part, tiny.tokenizer(), 64)
    wanted = "2 of 3 train texts are longer than 64 tokens and were cut there: 23% of all tokens"
    assert encoded.cut_line == f"{wanted} are not read"
    assert capsys.readouterr().err.count(wanted) == 1
    assert encode_study(part, tiny.tokenizer(), 128).cut_line == ""
    assert capsys.readouterr().err == ""


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


@pytest.mark.parametrize("pairs", [False, True])
def test_texts_tokenised_in_pieces_are_the_same_as_at_once(monkeypatch, pairs):
    made, labels = tiny.texts(25)
    others = made[::-1] if pairs else None
    whole = encode(made, tiny.tokenizer(), labels, 5, others)
    monkeypatch.setattr(batches, "PIECE", 4)
    column = TextColumn(pa.chunked_array([made]))
    pieces = encode(column, tiny.tokenizer(), labels, 5, others)
    for name in ("ids", "starts", "lengths", "labels"):
        assert torch.equal(getattr(pieces, name), getattr(whole, name))
    assert (pieces.key, pieces.pairs) == (whole.key, whole.pairs)
    assert pieces.cut.rows == whole.cut.rows > 0
    assert pieces.cut.share == pytest.approx(whole.cut.share)
    assert first_rows(pieces, 3).key == first_rows(whole, 3).key


def test_token_ids_of_a_file_are_those_in_memory_in_batches_of_the_same_kind(monkeypatch):
    plain = tiny.encoded(300)
    monkeypatch.setattr(mapped, "LARGE", 8)
    in_file = tiny.encoded(300)
    assert plain.ids.dtype == in_file.ids.dtype == torch.int32
    for _ in range(2 * batches.BATCHES_IN_MEMORY):
        one, other = (collate(each, torch.tensor([299, 0, 150])) for each in (plain, in_file))
        assert torch.equal(one.input_ids, other.input_ids)
        assert one.input_ids.dtype == torch.int64
