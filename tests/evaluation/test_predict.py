import torch

from labkit.data.batches import collate
from labkit.evaluation.predict import predict
from tests.helpers import tiny


def test_logits_come_in_the_order_of_the_rows():
    model, encoded = tiny.bilstm().eval(), tiny.encoded(30)
    found = predict(model, encoded, batch_size=7, precision="float32")
    for row in range(30):
        batch = collate(encoded, torch.tensor([row]))
        wanted = model(batch.input_ids, batch.attention_mask).logits[0]
        torch.testing.assert_close(found[row], wanted, atol=1e-5, rtol=1e-4)


def test_a_model_in_training_answers_without_dropout_and_goes_back_to_training():
    model, encoded = tiny.bilstm().train(), tiny.encoded(30)
    assert torch.equal(predict(model, encoded), predict(model, encoded))
    assert model.training
    assert not predict(model, encoded).requires_grad
