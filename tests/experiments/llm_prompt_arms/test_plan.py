"""Runs of the arms of the prompt distillation."""

import pytest

from labkit.experiments.llm_prompt_arms.plan import (
    ARMS,
    CHOICE_SEED,
    RATES,
    SAME_RATE,
    UNTRAINED,
    ArmRun,
    candidates,
    planned,
)
from labkit.plots.roles import arm


def test_step_sizes_are_tried_on_validation_by_each_arm_that_chooses():
    tried = candidates()
    assert {one.split for one in tried} == {"validation"}
    assert {one.seed for one in tried} == {CHOICE_SEED}
    assert {one.arm for one in tried} == set(ARMS) - set(UNTRAINED) - set(SAME_RATE)
    assert len(tried) == len(RATES) * len({one.arm for one in tried})


def test_a_control_takes_the_step_size_of_its_arm():
    rates = {one.arm: 0.01 * place for place, one in enumerate(candidates(), 1)}
    runs = {one.arm: one for one in planned(rates, 1)}
    assert runs["gakd_without"].rate == runs["gakd"].rate == rates["gakd"]
    assert runs["gad"].rate == runs["reverse_kl_own"].rate == rates["reverse_kl_own"]
    assert runs["jsd"].rate == rates["jsd"]


def test_the_teacher_comes_once_and_gad_with_as_many_seeds_as_there_is_time_for():
    runs = planned({}, 3, gad_seeds=1)
    assert [one.arm for one in runs].count("teacher") == 1
    assert [one.seed for one in runs if one.arm == "gad"] == [0]
    assert [one.seed for one in runs if one.arm == "jsd"] == [0, 1, 2]
    assert [one.seed for one in planned({}, 2) if one.arm == "gad"] == [0, 1]
    assert [one.seed for one in runs] == sorted(one.seed for one in runs)


def test_every_arm_has_its_name():
    assert all(arm(name).name for name in ARMS)


@pytest.mark.parametrize(
    "given",
    [
        {"arm": "nothing"},
        {"arm": "teacher", "seed": 1},
        {"arm": "gad", "scale": "huge"},
        {"arm": "gad", "rate": 0.0},
        {"arm": "gad", "split": "train"},
    ],
)
def test_nonsense_is_refused(given):
    with pytest.raises(ValueError, match="got"):
        ArmRun(**given)
    with pytest.raises(ValueError, match="seeds"):
        planned({}, 0)
