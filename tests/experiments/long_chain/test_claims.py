"""What the long chain shows: one verdict per pair, p adjusted for their number."""

import pytest

from labkit.experiments.long_chain.claims import verdict_lines, verdicts
from labkit.experiments.long_chain.plan import PAIRS, STEPS
from labkit.experiments.trial import Trial
from tests.helpers import made_runs


def runs(accuracy):
    return [
        made_runs.run(Trial("trec", arm, seed, option=option), accuracy(arm, option))
        for seed in (2, 0, 1)
        for step in STEPS
        for arm, option in step
    ]


def test_every_pair_gets_one_verdict_in_its_order():
    best = {"from_assistant": 0.9, "from_mpnet": 0.7}
    found = verdicts(runs(lambda arm, option: best.get(arm, 0.5)))
    assert len(found) == len(PAIRS)
    for (first, second), verdict in zip(PAIRS, found, strict=True):
        wanted = best.get(first[0], 0.5) - best.get(second[0], 0.5)
        assert verdict.difference == pytest.approx(wanted, abs=0.01)
        assert verdict.seeds == 3


def test_the_lines_say_p_as_adjusted_for_all_that_were_read():
    lines = verdict_lines(verdicts(runs(lambda arm, option: 0.5)))
    assert list(lines) == [f"verdict {n}" for n in range(1, len(PAIRS) + 1)]
    assert all(f"(Holm, {len(PAIRS)} read): 1" in line for line in lines.values())
