import pytest
import torch

from labkit.data.batches import shuffled_rows
from labkit.training.config import DistillConfig
from labkit.training.loop import Plan, description, run_folder
from tests.helpers import tiny

CONFIG = DistillConfig(epochs=3, batch_size=10, seed=4)


def test_every_text_comes_once_in_each_epoch_in_the_order_of_the_seed():
    turns = list(Plan(tiny.encoded(), CONFIG).turns(0))
    assert [turn.index for turn in turns] == list(range(15))
    assert {turn.total for turn in turns} == {15}
    for epoch in range(3):
        own = [turn for turn in turns if turn.epoch == epoch]
        wanted = shuffled_rows(tiny.encoded(), 10, 4, epoch)
        assert all(torch.equal(turn.rows, rows) for turn, rows in zip(own, wanted, strict=True))
        assert torch.cat([turn.rows for turn in own]).sort().values.tolist() == list(range(48))
        assert [turn.starts_epoch for turn in own] == [True, False, False, False, False]
        assert [turn.ends_epoch for turn in own] == [False, False, False, False, True]


@pytest.mark.parametrize("done", [0, 1, 4, 5, 7, 14, 15])
def test_a_plan_goes_on_anywhere(done):
    plan = Plan(tiny.encoded(), CONFIG)
    whole, rest = list(plan.turns(0))[done:], list(plan.turns(done))
    assert [(turn.index, turn.epoch) for turn in rest] == [(t.index, t.epoch) for t in whole]
    assert all(torch.equal(a.rows, b.rows) for a, b in zip(rest, whole, strict=True))


def test_a_run_is_known_by_its_settings_texts_tokens_labels_and_student():
    marks = description(tiny.bilstm(), tiny.encoded(), tiny.encoded(seed=1), CONFIG, {"teacher": 3})
    assert list(marks) == [
        "config",
        "training texts",
        "token ids",
        "labels",
        "student",
        "first weights",
        "validation texts",
        "validation token ids",
        "validation labels",
        "teacher",
    ]
    assert "BiLSTMForSequenceClassification" in marks["student"]


def test_a_run_without_a_folder_writes_nothing():
    assert run_folder(None, tiny.bilstm(), tiny.encoded(), None, CONFIG, {}) is None
