"""The textbook student: its shapes, its seed, and what padding does to it."""

import torch

from labkit.experiments.forensics.plain_bilstm import PlainBiLSTM

IDS = torch.tensor([[1, 2, 3], [4, 5, 0]])
MASK = torch.tensor([[1, 1, 1], [1, 1, 0]])


def test_the_same_seed_gives_the_same_answers_and_another_seed_others():
    first, same, other = (
        PlainBiLSTM(6, 2, width=4, seed=seed)(IDS, MASK).logits for seed in (1, 1, 2)
    )
    assert first.shape == (2, 2)
    assert torch.equal(first, same)
    assert not torch.allclose(first, other)


def test_the_callers_chance_is_left_alone():
    torch.manual_seed(5)
    wanted = torch.rand(1)
    torch.manual_seed(5)
    PlainBiLSTM(6, 2, width=4, seed=1)
    assert torch.equal(torch.rand(1), wanted)


def test_padding_does_not_count_in_the_mean():
    model = PlainBiLSTM(6, 2, width=4).eval()
    states = model.lstm(model.embeddings(IDS))[0]
    mean = states[1, :2].mean(0)
    assert torch.allclose(model(IDS, MASK).logits[1], model.classifier(mean), atol=1e-6)
