import math

import pytest
import torch

from labkit.evaluation.independence import (
    class_from_log_variance,
    dependence,
    distance_correlation,
    helmert,
    means_and_variances,
)


def test_helmert_is_orthogonal_and_worked_by_hand_for_three():
    matrix = helmert(3)
    torch.testing.assert_close(matrix @ matrix.T, torch.eye(3).double())
    a, b, c = 1 / math.sqrt(3), 1 / math.sqrt(2), 1 / math.sqrt(6)
    wanted = torch.tensor([[a, a, a], [b, -b, 0], [c, c, -2 * c]], dtype=torch.float64)
    torch.testing.assert_close(matrix, wanted)


def test_the_first_coordinate_holds_the_mean_and_the_others_the_variance():
    draws = torch.tensor([1.0, 4.0, 2.0, 9.0], dtype=torch.float64)
    turned = helmert(4) @ draws
    torch.testing.assert_close(turned[0], 2 * draws.mean())
    torch.testing.assert_close(turned[1:].square().sum(), 3 * draws.var())


def test_normal_draws_alone_have_independent_mean_and_variance():
    found = {
        draw: dependence(*means_and_variances(draw, samples=300))
        for draw in ("normal", "uniform", "exponential")
    }
    assert found["normal"].p > 0.05
    assert found["exponential"].value > 0.5 > found["normal"].value
    assert found["exponential"].p == 0.05


def test_distance_correlation_of_a_straight_line_is_1():
    values = torch.arange(10.0)
    assert distance_correlation(values, 3 * values + 1) == pytest.approx(1)


def test_distance_correlation_worked_by_hand():
    # the distances of 0, 0, 1 and of 0, 1, 0, written out
    first, second = torch.tensor([0.0, 0.0, 1.0]), torch.tensor([0.0, 1.0, 0.0])
    one = torch.tensor([[0.0, 0, 1], [0, 0, 1], [1, 1, 0]])
    two = torch.tensor([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])

    def centred(distance):
        return distance - distance.mean(0) - distance.mean(1)[:, None] + distance.mean()

    product = (centred(one) * centred(two)).mean()
    size = (centred(one).square().mean() * centred(two).square().mean()).sqrt()
    assert distance_correlation(first, second) == pytest.approx(math.sqrt(product / size))


def test_it_sees_what_a_correlation_does_not():
    values = torch.linspace(-1, 1, 101)
    assert abs(torch.corrcoef(torch.stack([values, values.square()]))[0, 1]) < 1e-6
    assert dependence(values, values.square()).p == 0.05


def test_many_dimensions_look_dependent_until_they_are_shuffled():
    chance = torch.Generator().manual_seed(0)
    first, second = (torch.randn(100, 64, generator=chance) for _ in range(2))
    found = dependence(first, second)
    assert found.value > 0.5
    assert found.value == pytest.approx(found.shuffled, abs=0.05)
    assert found.shuffled <= found.largest


def test_a_constant_depends_on_nothing():
    assert distance_correlation(torch.zeros(5), torch.arange(5.0)) == 0


def test_the_class_is_read_from_a_log_variance_that_holds_it():
    labels = torch.arange(60) % 3
    holding = torch.nn.functional.one_hot(labels).float()
    found = class_from_log_variance(holding[:30], labels[:30], holding[30:], labels[30:])
    assert found == 1.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: helmert(1),
        lambda: means_and_variances("normal", size=1),
        lambda: means_and_variances("gamma"),
        lambda: distance_correlation(torch.zeros(5), torch.zeros(6)),
        lambda: distance_correlation(torch.zeros(2), torch.zeros(2)),
        lambda: distance_correlation(torch.full((5,), torch.nan), torch.zeros(5)),
        lambda: dependence(torch.zeros(5), torch.zeros(5), shuffles=0),
    ],
)
def test_what_has_no_answer_is_refused(call):
    with pytest.raises(ValueError, match="wanted"):
        call()
