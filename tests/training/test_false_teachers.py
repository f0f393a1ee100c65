"""False teachers keep what they promise to keep and lose the rest."""

import math

import pytest
import torch
from torch.testing import assert_close

from labkit.losses.softening import entropy, softened
from labkit.training import false_teachers as controls

LABELS = torch.tensor([0, 1, 2, 0, 1, 0, 2, 3])
LOGITS = torch.arange(32.0).view(8, 4)


def test_shuffled_keeps_every_row_and_leaves_none_in_its_place():
    for seed in range(5):
        found = controls.shuffled(LOGITS, seed)
        assert sorted(found[:, 0].tolist()) == LOGITS[:, 0].tolist()
        assert (found != LOGITS).all()


def test_shuffling_depends_on_the_seed_alone_and_leaves_chance_and_input_alone():
    before, kept = torch.get_rng_state(), LOGITS.clone()
    first, again = controls.shuffled(LOGITS, 1), controls.shuffled(LOGITS, 1)
    assert torch.equal(first, again)
    assert not torch.equal(first, controls.shuffled(LOGITS, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(LOGITS, kept)


def test_within_classes_rows_move_but_stay_in_their_class():
    found = controls.shuffled_within_classes(LOGITS, LABELS)
    for label in LABELS.unique():
        here = label == LABELS
        assert sorted(found[here, 0].tolist()) == sorted(LOGITS[here, 0].tolist())
    assert (found[:7] != LOGITS[:7]).all()
    assert torch.equal(found[7], LOGITS[7])


@pytest.mark.parametrize("temperature", [1.0, 4.0])
@pytest.mark.parametrize("nats", [0.05, 0.7, 1.3])
def test_smoothed_labels_have_the_entropy_and_the_label_on_top(nats, temperature):
    logits = controls.smoothed_labels(LABELS, 4, nats, temperature)
    shares = softened(logits, temperature)
    assert_close(entropy(shares), torch.full((8,), nats), atol=1e-4, rtol=0)
    assert torch.equal(shares.argmax(-1), LABELS)
    rest = shares.masked_fill(shares == shares.amax(-1, keepdim=True), torch.nan)
    assert_close(rest.nanmean(-1), (1 - shares.amax(-1)) / 3)


@pytest.mark.parametrize("nats", [0.0, math.log(4), 2.0])
def test_an_entropy_that_no_smoothing_reaches_is_refused(nats):
    with pytest.raises(ValueError, match="mean entropy of the teacher"):
        controls.smoothed_labels(LABELS, 4, nats, 2.0)


def test_one_row_and_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="2 or more"):
        controls.shuffled(LOGITS[:1])
    with pytest.raises(ValueError, match="8 rows of logits and 7 labels"):
        controls.shuffled_within_classes(LOGITS, LABELS[:7])


@pytest.mark.parametrize("nats", [1e-13, 1e-17, 5e-324])
def test_a_teacher_too_sure_for_any_smoothing_is_refused_in_words(nats):
    with pytest.raises(ValueError, match="at a higher temperature where that is too sure"):
        controls.smoothed_labels(torch.tensor([0, 1]), 3, nats, 1.0)
    assert controls.smoothed_labels(torch.tensor([0, 1]), 3, 1e-12, 1.0).isfinite().all()


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan])
def test_a_temperature_that_would_turn_the_labels_round_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        controls.smoothed_labels(torch.tensor([0, 1]), 3, 0.5, temperature)
