import pytest
import torch

from labkit.data.batches import collate
from labkit.training.moving_teacher import EpochTargets
from tests.helpers import tiny


def test_each_epoch_has_its_own_logits_and_the_last_ones_stay():
    texts = tiny.encoded(6)
    targets = EpochTargets(texts, [torch.full((6, 3), float(epoch)) for epoch in range(2)])
    batch = collate(texts, torch.tensor([4, 1]))
    for epoch, wanted in ((0, 0), (1, 1), (7, 1)):
        targets.epoch = epoch
        assert targets(batch).tolist() == [[wanted] * 3] * 2


def test_other_texts_and_missing_rows_are_refused():
    targets = EpochTargets(tiny.encoded(6), [torch.zeros(6, 3)])
    with pytest.raises(ValueError, match="other texts than the teacher's"):
        targets(collate(tiny.encoded(6, seed=1), torch.tensor([0])))
    for wrong in ([], [torch.zeros(6, 3), torch.zeros(5, 3)]):
        with pytest.raises(ValueError, match="a row for each text for every epoch"):
            EpochTargets(tiny.encoded(6), wrong)
