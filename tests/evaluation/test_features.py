import math

import pytest
import torch

from labkit.data.batches import collate
from labkit.evaluation.features import (
    correlation_matrix,
    covariance,
    features_of,
    noise_level,
    off_diagonal,
    off_diagonal_elsewhere,
    random_projection,
    random_rotation,
)
from labkit.models.pooled import pooled
from tests.helpers import tiny


def normal(rows, width, seed=0):
    return torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))


def test_features_come_in_the_order_of_the_rows_and_the_mode_is_given_back():
    model, encoded = tiny.bert().train(), tiny.encoded(20)
    found = features_of(model, encoded, batch_size=7, precision="float32")
    assert model.training
    batch = collate(encoded, torch.tensor([13]))
    alone = pooled(model.eval(), batch.input_ids, batch.attention_mask)
    torch.testing.assert_close(found[13:14], alone)


def test_covariance_and_correlation_worked_by_hand():
    # (1, 2, 3) and (2, 4, 6): variances 1 and 4, covariance 2, correlation 1
    features = torch.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 1.0], [3.0, 6.0, 2.0]])
    wanted = torch.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=torch.float64)
    torch.testing.assert_close(covariance(features, 2), wanted)
    torch.testing.assert_close(correlation_matrix(features, 2), torch.ones(2, 2).double())


def test_the_one_number_leaves_the_diagonal_out():
    # dimension 1 repeats dimension 0 and dimension 2 is uncorrelated: two of six pairs count 1
    features = torch.tensor([[1.0, 1, 1], [1, 1, -1], [-1, -1, 1], [-1, -1, -1]])
    assert off_diagonal(features, 3).value == pytest.approx(1 / 3)


def test_independent_dimensions_show_the_noise_level():
    found = off_diagonal(normal(500, 16))
    assert found.noise == pytest.approx(0.0357, abs=1e-4)
    assert found.value == pytest.approx(found.noise, rel=0.15)
    assert found.low < found.value < found.high


def test_the_interval_holds_the_value_of_many_rows():
    mixed = normal(20_000, 16) @ normal(16, 16, seed=1)
    truth = off_diagonal(mixed, redraws=2).value
    some = off_diagonal(mixed[:400])
    assert some.low < truth < some.high
    assert some.high - some.low < 0.1


def test_noise_level_worked_by_hand():
    assert noise_level(277) == pytest.approx(math.sqrt(2 / (math.pi * 277)))
    with pytest.raises(ValueError, match="at least 3"):
        noise_level(2)


def test_other_sixteens_are_counted_without_overlap():
    features = normal(50, 40)
    elsewhere = off_diagonal_elsewhere(features)
    assert len(elsewhere) == 2
    assert elsewhere[0] == pytest.approx(off_diagonal(features).value)
    assert elsewhere[1] == pytest.approx(off_diagonal(features, start=16).value)


def test_a_rotation_keeps_distances_and_changes_correlations():
    features = normal(100, 16) * torch.arange(1.0, 17)
    turned = random_rotation(features)
    torch.testing.assert_close(turned @ turned.T, features @ features.T, atol=1e-2, rtol=1e-4)
    assert off_diagonal(turned).value > 2 * off_diagonal(features).value


def test_a_projection_keeps_the_first_axes_of_the_rotation():
    features = normal(10, 6)
    assert torch.equal(random_projection(features, 2), random_rotation(features)[:, :2])
    with pytest.raises(ValueError, match="between 1 and 6"):
        random_projection(features, 7)


@pytest.mark.parametrize(
    ("features", "first", "message"),
    [
        (torch.ones(5, 4) + torch.arange(5.0)[:, None] * torch.tensor([1, 0, 1, 1]), 4, "same for"),
        (torch.randn(5, 4), 5, "of 4"),
        (torch.randn(5, 1), 1, "nothing to correlate"),
        (torch.randn(2, 4), 4, "3 rows"),
        (torch.full((5, 4), torch.nan), 4, "NaN"),
    ],
)
def test_features_without_correlations_are_refused(features, first, message):
    with pytest.raises(ValueError, match=message):
        correlation_matrix(features, first)


@pytest.mark.parametrize("redraws", [0, 1])
def test_an_interval_of_one_redraw_is_refused_and_not_nan(redraws):
    features = torch.randn(20, 4, generator=torch.Generator().manual_seed(0))
    with pytest.raises(ValueError, match="wanted at least 2"):
        off_diagonal(features, 4, redraws=redraws)
