import torch

from labkit.data.batches import collate
from labkit.models.swem import build_swem
from tests.helpers import tiny


def model():
    chance = torch.Generator().manual_seed(0)
    return build_swem(62, 3, torch.randn(62, 8, generator=chance)).eval()


def test_the_order_of_the_words_does_not_matter():
    row = torch.tensor([[5, 9, 13, 21]])
    torch.testing.assert_close(model()(row).logits, model()(row.flip(1)).logits)


def test_padding_does_not_matter():
    swem, batch = model(), collate(tiny.encoded(), torch.arange(8))
    together = swem(batch.input_ids, batch.attention_mask).logits
    for row in range(8):
        length = int(batch.attention_mask[row].sum())
        alone = swem(batch.input_ids[row : row + 1, :length]).logits[0]
        torch.testing.assert_close(alone, together[row])


def test_the_features_are_the_maximum_and_the_mean():
    swem = model()
    with torch.no_grad():
        swem.classifier.weight.copy_(torch.eye(3, 16))
    vectors = swem.embeddings(torch.tensor([4, 7]))
    wanted = torch.cat([vectors.amax(0), vectors.mean(0)])[:3]
    torch.testing.assert_close(swem(torch.tensor([[4, 7]])).logits[0], wanted)


def test_it_is_saved_and_loaded(tmp_path):
    swem = model()
    swem.save_pretrained(tmp_path)
    again = type(swem).from_pretrained(tmp_path)
    assert tiny.equal(tiny.weights(swem), tiny.weights(again))
