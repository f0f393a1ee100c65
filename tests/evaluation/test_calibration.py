import pytest
import torch

from labkit.evaluation.calibration import coverage, fit_temperature, reliability

LABELS = torch.tensor([0, 0, 0, 1])
SAME = torch.tensor([[1.0, 0.0]] * 4)


def test_the_temperature_makes_the_probability_the_share_of_right_answers():
    temperature = fit_temperature(8 * SAME, LABELS)
    assert float(torch.softmax(8 * SAME[0] / temperature, 0)[0]) == pytest.approx(0.75, abs=1e-4)


def test_the_table_holds_confidence_beside_accuracy():
    found = [one for one in reliability(8 * SAME, LABELS) if one.rows]
    assert [(one.low, one.high, one.rows) for one in found] == [(0.9, 1.0, 4)]
    assert found[0].accuracy == 0.75 and found[0].confidence > 0.99


def test_a_threshold_of_validation_lets_the_sure_ones_through():
    held = torch.tensor([[4.0, 0], [3, 0], [2, 0], [1, 0]])
    found = coverage(held, held, LABELS, (1.0, 0.5))
    assert [(one.share, one.accuracy) for one in found] == [(1.0, 0.75), (0.5, 1.0)]


def test_labels_out_of_range_are_refused():
    with pytest.raises(ValueError):
        fit_temperature(SAME, LABELS + 1)


@pytest.mark.parametrize("validation", [SAME * torch.nan, SAME[:0], SAME[:, :1]])
def test_thresholds_are_not_taken_from_logits_that_are_none(validation):
    with pytest.raises(ValueError, match="validation logits"):
        coverage(validation, SAME, LABELS)


@pytest.mark.parametrize("share", [0.0, 1.5, -0.1])
def test_a_share_that_no_threshold_lets_through_is_refused(share):
    with pytest.raises(ValueError, match="wanted each above 0"):
        coverage(SAME, SAME, LABELS, (1.0, share))
