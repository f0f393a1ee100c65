"""Which runs stand beside the claims; those of the claims are found again by their keys."""

import pytest

from labkit.experiments.confirm import cast
from labkit.experiments.confirm import plan as confirm
from labkit.experiments.confirm.beyond import plan
from labkit.experiments.sweep import key_of
from labkit.plots import roles
from tests.helpers import tiny_testbed


@pytest.fixture(autouse=True)
def named_only(monkeypatch):
    monkeypatch.setattr(plan, "testbed_named", tiny_testbed.named_only)
    monkeypatch.setattr(confirm, "testbed_named", tiny_testbed.named_only)


def of(runs, places):
    return [one for one in runs if (one.arm, one.option) in places]


def test_the_runs_of_the_claims_are_the_very_same_runs():
    ours, theirs = (one.planned(seeds=5, datasets=["trec"])["trec"] for one in (plan, confirm))
    shared = of(ours, plan.REFERENCES)
    assert len(shared) == 5 * len(plan.REFERENCES)
    assert {key_of(one) for one in shared} <= {key_of(one) for one in theirs}
    assert not {key_of(one) for one in ours if one not in shared} & {key_of(one) for one in theirs}


def test_three_chains_of_the_claims_come_first_then_one_variation_after_the_other():
    runs = plan.planned()["trec"]
    first = 3 * len(plan.REFERENCES)
    assert {(one.arm, one.option) for one in runs[:first]} == set(plan.REFERENCES)
    varied = [(one.arm, one.option, seed) for one in plan.VARIATIONS for seed in range(3)]
    assert [(one.arm, one.option, one.seed) for one in runs[first:]] == varied
    assert len(runs) == len(set(runs)) and set(plan.planned()) == set(confirm.SETS)


def test_every_arm_that_something_is_compared_with_is_run_and_has_a_name():
    run = {f"{arm} {option}".strip() for arm, option in plan.REFERENCES}
    run |= {one.name for one in plan.VARIATIONS}
    for one in plan.VARIATIONS:
        assert set(one.against) <= run - {one.name}, one
        assert roles.arm(one.arm, one.option).name
    assert len({one.name for one in plan.VARIATIONS}) == len(plan.VARIATIONS)


def test_no_variation_is_a_claims_arm():
    claimed = {*confirm.CORE, *confirm.BESIDE}
    assert not claimed & {(one.arm, one.option) for one in plan.VARIATIONS}


def test_only_a_student_with_an_adversary_gives_it_weight():
    for one in plan.planned()["sst2"]:
        played = one.arm == "second_stage" and not one.option.startswith(("share", "without"))
        assert (one.gan > 0) is played, one
        assert (one.kd > 0) is (one.arm == "second_stage")


def test_seeds_beyond_the_chains_draw_students_only():
    runs = plan.planned(seeds=6, datasets=["trec"])["trec"]
    assert {one.seed for one in runs if one.arm in confirm.OF_CHAIN} == set(range(5))
    assert {one.seed for one in runs if one.option == "generator"} == set(range(6))


def test_the_papers_scale_has_the_papers_sets():
    assert set(plan.planned(scale="paper")) == set(cast.SETS)


def test_another_table_beside_it_is_refused():
    with pytest.raises(ValueError, match="wanted confirm_beyond alone"):
        plan.planned(["confirm_beyond", "table8"])
