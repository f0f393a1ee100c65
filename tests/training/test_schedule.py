import pytest

from labkit.training.schedule import warmup_then_decay


def test_it_goes_up_in_a_straight_line_and_then_down():
    factors = [warmup_then_decay(step, 100, 0.1) for step in range(100)]
    assert factors[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert max(factors) == 1
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[-1] == pytest.approx(1 / 90)


def test_a_run_of_one_step_moves():
    assert warmup_then_decay(0, 1) == 1
