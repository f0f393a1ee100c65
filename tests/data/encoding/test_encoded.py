import pyarrow as pa
import pytest
import torch

from labkit.data.batches import collate
from labkit.data.encoding import encoded
from labkit.data.encoding.encoded import encode, first_rows
from labkit.data.formats.text_column import TextColumn
from tests.helpers import tiny


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


@pytest.mark.parametrize("pairs", [False, True])
def test_texts_tokenised_in_pieces_are_the_same_as_at_once(monkeypatch, pairs):
    made, labels = tiny.texts(25)
    others = made[::-1] if pairs else None
    whole = encode(made, tiny.tokenizer(), labels, 5, others)
    monkeypatch.setattr(encoded, "PIECE", 4)
    column = TextColumn(pa.chunked_array([made]))
    pieces = encode(column, tiny.tokenizer(), labels, 5, others)
    for name in ("ids", "starts", "lengths", "labels"):
        assert torch.equal(getattr(pieces, name), getattr(whole, name))
    assert (pieces.key, pieces.pairs) == (whole.key, whole.pairs)
    assert pieces.cut.rows == whole.cut.rows > 0
    assert pieces.cut.share == pytest.approx(whole.cut.share)
    assert first_rows(pieces, 3).key == first_rows(whole, 3).key
