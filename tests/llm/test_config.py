"""Settings of runs: what they allow, and how the step size moves."""

import pytest

from labkit.llm.config import Descent, RunConfig, check_weight, check_whole


def test_the_step_size_rises_then_falls_to_what_is_left():
    how = Descent(warmup_share=0.2, final_share=0.5)
    found = [how.factor(step, 10) for step in range(10)]
    assert found[:3] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert found[-1] == pytest.approx(0.5) and found == found[:3] + sorted(found[3:], reverse=True)
    assert [Descent(warmup_share=0, final_share=1).factor(step, 3) for step in range(3)] == [
        1.0
    ] * 3
    assert Descent().factor(0, 1) == 1.0


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"warmup_share": 1.0},
        {"final_share": 1.1},
        {"weight_decay": -1.0},
        {"clip": -0.1},
    ],
)
def test_a_descent_of_nonsense_is_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        Descent(**settings)


@pytest.mark.parametrize(
    "settings", [{"steps": 0}, {"batch_size": 1.5}, {"save_every": 0}, {"precision": "float64"}]
)
def test_a_run_of_nonsense_is_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        RunConfig(**settings)


def test_checks_name_the_value():
    with pytest.raises(ValueError, match="kl must be a number of at least 0, got -1"):
        check_weight(-1, "kl")
    with pytest.raises(ValueError, match="replay must be a whole number of at least 0, got True"):
        check_whole(True, "replay", 0)
