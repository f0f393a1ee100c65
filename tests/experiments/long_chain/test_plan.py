"""The plan of the long chain: every model before those that learn from it."""

import pytest

from labkit.experiments.long_chain.plan import PAIRS, STEPS, in_steps, planned
from tests.helpers import tiny_testbed


@pytest.fixture
def asked(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return planned(seeds=3, datasets=["trec"], scale="tiny")


def test_the_plan_has_each_model_before_those_that_learn_from_it(asked):
    trials = asked["long_chain_trec"]
    arms = [trial.arm for trial in trials]
    assert arms.index("mpnet") < arms.index("assistant") < arms.index("from_assistant")
    assert arms.count("mpnet") == 1
    assert arms.count("assistant") == 3
    assert {(t.arm, t.option) for t in trials} == {pair for step in STEPS for pair in step}
    assert [one for step in in_steps(trials) for one in step] == trials
    assert {arm for pair in PAIRS for arm in pair} <= {(t.arm, t.option) for t in trials}


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="got table2, long_chain, wanted long_chain alone"):
        planned(["table2", "long_chain"])
