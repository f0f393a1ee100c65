"""Which runs the real-text study asks for."""

import pytest

from labkit.experiments.llm.text_plan import (
    ARMS,
    CHOICE_SEED,
    LONG_ARMS,
    POLICY_RATES,
    RATES,
    UNTRAINED,
    TextRun,
    candidates,
    planned,
)


def test_every_arm_that_learns_is_tried_with_its_rates_on_validation_prompts_alone():
    found = candidates()
    assert {run.split for run in found} == {"validation"}
    assert {run.seed for run in found} == {CHOICE_SEED}
    assert {run.arm for run in found} == set(ARMS) - set(UNTRAINED)
    tried = {
        arm: {run.rate for run in found if run.arm == arm} for arm in ("gakd", "gad_likelihood")
    }
    assert tried == {"gakd": set(RATES), "gad_likelihood": set(POLICY_RATES)}


def test_the_plan_has_whole_seeds_with_the_chosen_rates_and_no_seed_of_the_choice():
    found = planned({"gakd": 0.02}, 3)
    assert len(found) == 3 * (len(ARMS) + len(LONG_ARMS))
    assert {run.rate for run in found if run.arm == "gakd"} == {0.02}
    assert {run.split for run in found} == {"test"}
    assert CHOICE_SEED not in {run.seed for run in found}
    assert [run.seed for run in found] == sorted(run.seed for run in found)
    assert {run.arm for run in planned({}, 1, arms=("start",))} == {"start"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"arm": "gan"}, "got the arm 'gan', wanted one of teacher"),
        ({"length": "huge"}, "got the length 'huge', wanted one of short, long"),
        ({"scale": "paper"}, "got the scale 'paper', wanted one of classroom"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"rate": 0.0}, "rate must be above 0, got 0.0"),
        ({"split": "train"}, "got the split 'train', wanted 'test'"),
    ],
)
def test_a_run_refuses_what_is_not_there(wrong, words):
    with pytest.raises(ValueError, match=words):
        TextRun(**{"arm": "start", "seed": 0, **wrong})


def test_no_seeds_are_refused():
    with pytest.raises(ValueError, match="seeds must be at least 1, got 0"):
        planned({}, 0)
