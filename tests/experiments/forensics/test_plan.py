"""Which runs are planned: every core arm with all seeds, first in the list."""

import pytest

from labkit.experiments.forensics import plan
from labkit.experiments.forensics.losses import FIRST_STAGE, SECOND_STAGE
from tests.helpers import tiny_testbed


@pytest.fixture(autouse=True)
def named_only(monkeypatch):
    monkeypatch.setattr(plan, "testbed_named", tiny_testbed.named_only)


def test_core_arms_have_all_seeds_on_every_small_set_and_others_fewer():
    runs = plan.planned()[plan.NAME]
    assert len(runs) == len(set(runs))
    count = {
        arm: sum(run.arm == arm and run.dataset == "sst2" and run.option == "plain" for run in runs)
        for arm in (*FIRST_STAGE, *SECOND_STAGE)
    }
    assert {count[arm] for arm in (*plan.CORE, *SECOND_STAGE)} == {plan.SEEDS}
    assert {count[arm] for arm in plan.OTHERS} == {plan.FEWER_SEEDS}


def test_second_stages_are_run_where_the_first_stands_at_chance():
    runs = plan.planned()[plan.NAME]
    assert {run.dataset for run in runs if run.arm in SECOND_STAGE} == set(plan.TWO_CLASSES)


def test_fewer_seeds_and_one_set_can_be_asked_for():
    runs = plan.planned(seeds=1, datasets=["trec"])[plan.NAME]
    assert {run.seed for run in runs} == {0}
    assert {run.dataset for run in runs} == {"trec"}


def test_another_table_beside_it_is_refused():
    with pytest.raises(ValueError, match="wanted forensics alone"):
        plan.planned(["forensics", "table8"])
