import pytest
import torch
from transformers import AutoModelForSequenceClassification, pipeline

from labkit.data.batches import collate
from labkit.models.bilstm import build_bilstm, reversal
from tests.helpers import tiny


def test_a_row_has_the_same_logits_alone_and_in_any_batch():
    encoded, model = tiny.encoded(), tiny.bilstm().eval()
    together = collate(encoded, torch.arange(12))
    logits = model(together.input_ids, together.attention_mask).logits
    for row in range(12):
        alone = collate(encoded, torch.tensor([row]))
        found = model(alone.input_ids, alone.attention_mask).logits[0]
        torch.testing.assert_close(found, logits[row], atol=1e-6, rtol=1e-5)


def test_the_token_that_fills_the_padding_does_not_matter():
    encoded, model = tiny.encoded(), tiny.bilstm().eval()
    batch = collate(encoded, torch.arange(8))
    other = batch.input_ids.masked_fill(batch.attention_mask == 0, 7)
    torch.testing.assert_close(
        model(other, batch.attention_mask).logits,
        model(batch.input_ids, batch.attention_mask).logits,
    )


def test_turning_a_row_twice_gives_it_back():
    turn = reversal(torch.tensor([1, 3, 4]), 4)[:, :, 0]
    assert turn.tolist() == [[0, 1, 2, 3], [2, 1, 0, 3], [3, 2, 1, 0]]
    assert turn.gather(1, turn).tolist() == [[0, 1, 2, 3]] * 3


def test_it_agrees_with_a_packed_bidirectional_lstm_of_torch():
    model = tiny.bilstm().eval()
    batch = collate(tiny.encoded(), torch.arange(6))
    both = torch.nn.LSTM(8, 8, batch_first=True, bidirectional=True)
    state = {}
    for suffix, half in (("", model.forwards), ("_reverse", model.backwards)):
        state |= {f"{name}{suffix}": value for name, value in half.state_dict().items()}
    both.load_state_dict(state)
    lengths = batch.attention_mask.sum(1)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        model.embeddings(batch.input_ids), lengths, batch_first=True, enforce_sorted=False
    )
    wanted, (ends, _) = both(packed)
    wanted = torch.nn.utils.rnn.pad_packed_sequence(wanted, batch_first=True)[0]
    features = model.features(batch.input_ids, batch.attention_mask)
    torch.testing.assert_close(features[:, 32:], torch.cat([ends[0], ends[1]], 1))
    torch.testing.assert_close(features[:, 16:32], wanted.sum(1) / lengths[:, None])


def test_it_is_saved_and_loaded_with_the_same_logits(tmp_path):
    model = tiny.bilstm().eval()
    batch = collate(tiny.encoded(), torch.arange(8))
    model.save_pretrained(tmp_path)
    again = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
    assert type(again) is type(model)
    wanted = model(batch.input_ids, batch.attention_mask).logits
    torch.testing.assert_close(again(batch.input_ids, batch.attention_mask).logits, wanted)


def test_a_trained_bias_that_was_loaded_is_not_set_to_its_first_value():
    model = tiny.bilstm()
    for lstm in (model.forwards, model.backwards):
        with torch.no_grad():
            lstm.bias_ih_l0.fill_(0.25)
        lstm.bias_ih_l0._is_hf_initialized = True
        model._init_weights(lstm)
        assert (lstm.bias_ih_l0[8:16] == 0.25).all()


def test_it_works_in_a_text_classification_pipeline():
    model = tiny.bilstm()
    model.config.id2label = {0: "red", 1: "green", 2: "blue"}
    classify = pipeline("text-classification", model=model, tokenizer=tiny.tokenizer())
    answers = classify(["word1 word2", "word5"], top_k=None)
    assert {answer["label"] for answer in answers[0]} == {"red", "green", "blue"}
    assert sum(answer["score"] for answer in answers[1]) == pytest.approx(1, abs=1e-5)


def test_the_same_seed_gives_the_same_weights_and_leaves_the_callers_chance_alone():
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    first, again, other = tiny.bilstm(seed=1), tiny.bilstm(seed=1), tiny.bilstm(seed=2)
    assert torch.equal(torch.rand(3), wanted)
    assert tiny.equal(tiny.weights(first), tiny.weights(again))
    assert not tiny.equal(tiny.weights(first), tiny.weights(other))


def test_given_embeddings_are_taken_over_and_a_wrong_size_is_refused():
    table = torch.randn(62, 5)
    assert torch.equal(build_bilstm(62, 2, table).embeddings.weight, table)
    with pytest.raises(ValueError, match="62 rows, wanted one for each of the 60 tokens"):
        build_bilstm(60, 2, table)


def test_the_loss_of_a_single_score_is_the_squared_error():
    model = build_bilstm(62, 1, embedding_size=4, hidden_size=4).eval()
    batch = collate(tiny.encoded(), torch.arange(4))
    out = model(batch.input_ids, batch.attention_mask, labels=torch.ones(4))
    torch.testing.assert_close(out.loss, ((out.logits[:, 0] - 1) ** 2).mean())
